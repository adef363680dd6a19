// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/signing_presenter.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "kms/call.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/sign.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/presenters/recent_keys.h"
#include "workspace/message_digest.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

template <class E>
std::vector<std::string> namesOf(const std::optional<std::vector<kms::Open<E>>> &algorithms) {
    std::vector<std::string> names;
    for (const auto &each : algorithms.value_or(std::vector<kms::Open<E>>{})) {
        names.emplace_back(each.text());
    }
    return names;
}

template <class Request>
void fillSignature(Request &request, const SigningForm &form) {
    request.keyId = form.keyId;
    request.signingAlgorithm = kms::Open<kms::SigningAlgorithmSpec>::fromText(form.algorithm);
    request.messageType = form.as == SignedAs::Message ? kms::MessageType::RAW : kms::MessageType::DIGEST;
}

template <class Request>
void fillMac(Request &request, const SigningForm &form) {
    request.keyId = form.keyId;
    request.macAlgorithm = kms::Open<kms::MacAlgorithmSpec>::fromText(form.algorithm);
}

} // namespace

SigningPresenter::SigningPresenter(const DialogContext &context, SigningFamily family, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_family(family) {}

SigningPresenter::~SigningPresenter() {
    m_busy.cancel();
}

kms::KeyUsageType SigningPresenter::usage() const {
    return m_family == SigningFamily::Mac ? kms::KeyUsageType::GENERATE_VERIFY_MAC
                                          : kms::KeyUsageType::SIGN_VERIFY;
}

std::vector<std::string> SigningPresenter::algorithmsOf(const kms::KeyMetadata &key) const {
    return m_family == SigningFamily::Mac ? namesOf(key.macAlgorithms) : namesOf(key.signingAlgorithms);
}

std::vector<SignedAs> SigningPresenter::waysFor(const std::string &algorithm) const {
    if (m_family == SigningFamily::Mac || !workspace::digestSizeBytes(algorithm)) {
        return {SignedAs::Message};
    }
    if (algorithm == "ED25519_PH_SHA_512") {
        return {SignedAs::DigestGiven};
    }
    if (!workspace::hashesMessageAlone(algorithm)) {
        return {SignedAs::Message, SignedAs::DigestGiven};
    }
    return {SignedAs::Message, SignedAs::DigestMadeHere, SignedAs::DigestGiven};
}

QString SigningPresenter::fault(const SigningForm &form, std::size_t bytes,
                                std::optional<std::size_t> proofBytes) const {
    if (form.keyId.empty()) {
        return tr("Choose a key.");
    }
    if (form.algorithm.empty()) {
        return tr("Choose the algorithm.");
    }
    if (bytes == 0) {
        return form.as == SignedAs::DigestGiven ? tr("Give the digest.") : tr("There is no message.");
    }
    if (form.as == SignedAs::Message && bytes > longestMessage) {
        return tr("A message of more than %1 bytes cannot be sent.").arg(longestMessage);
    }
    const auto digestBytes = workspace::digestSizeBytes(form.algorithm);
    if (form.as == SignedAs::DigestGiven && digestBytes && bytes != *digestBytes) {
        return tr("A digest for %1 has %2 bytes; this one has %3.")
            .arg(fromUtf8(form.algorithm))
            .arg(*digestBytes)
            .arg(bytes);
    }
    if (proofBytes == std::size_t(0)) {
        return m_family == SigningFamily::Mac ? tr("Give the MAC to verify.")
                                              : tr("Give the signature to verify.");
    }
    return {};
}

kms::AnyRequest SigningPresenter::makeRequest(const SigningForm &form, SecretBytes message) const {
    if (m_family == SigningFamily::Mac) {
        kms::GenerateMac::Request request;
        fillMac(request, form);
        request.message = std::move(message);
        return kms::AnyRequest::of<kms::GenerateMac>(std::move(request));
    }
    kms::Sign::Request request;
    fillSignature(request, form);
    request.message = std::move(message);
    return kms::AnyRequest::of<kms::Sign>(std::move(request));
}

kms::AnyRequest SigningPresenter::verifyRequest(const SigningForm &form, SecretBytes message,
                                                const Bytes &proof) const {
    if (m_family == SigningFamily::Mac) {
        kms::VerifyMac::Request request;
        fillMac(request, form);
        request.message = std::move(message);
        request.mac = proof;
        return kms::AnyRequest::of<kms::VerifyMac>(std::move(request));
    }
    kms::Verify::Request request;
    fillSignature(request, form);
    request.message = std::move(message);
    request.signature = proof;
    return kms::AnyRequest::of<kms::Verify>(std::move(request));
}

Result<SecretBytes> SigningPresenter::toSend(const SigningForm &form, SecretBytes message) const {
    if (form.as != SignedAs::DigestMadeHere) {
        return message;
    }
    auto digest = workspace::digestToSign(form.algorithm, message.view());
    if (!digest) {
        return failFrom(digest);
    }
    return SecretBytes::copyOf(*digest);
}

void SigningPresenter::make(const SigningForm &form, SecretBytes message) {
    auto sent = toSend(form, std::move(message));
    forget();
    if (!sent) {
        m_error = sent.error();
        Q_EMIT changed();
        return;
    }
    m_context.recentKeys->remember(fromUtf8(form.keyId));
    send(makeRequest(form, std::move(*sent)));
}

void SigningPresenter::verify(const SigningForm &form, SecretBytes message, const Bytes &proof) {
    auto sent = toSend(form, std::move(message));
    forget();
    if (!sent) {
        m_error = sent.error();
        Q_EMIT changed();
        return;
    }
    m_context.recentKeys->remember(fromUtf8(form.keyId));
    send(verifyRequest(form, std::move(*sent), proof));
}

void SigningPresenter::forget() {
    ++m_round;
    m_proof.clear();
    m_keyArn.clear();
    m_verdict = Verdict::None;
    m_error.reset();
}

void SigningPresenter::send(kms::AnyRequest request) {
    const auto service = m_context.session->service();
    if (!service || isBusy()) {
        return;
    }
    service->submit(std::move(request), m_busy.begin(),
                    [this, round = m_round, delivery = kms::Delivery(this)](Result<kms::AnyReply> reply) {
                        delivery.post([this, round, reply = std::move(reply)]() mutable {
                            m_busy.end();
                            if (round == m_round) {
                                take(std::move(reply));
                            }
                            Q_EMIT busyChanged();
                            Q_EMIT changed();
                        });
                    });
    Q_EMIT busyChanged();
}

void SigningPresenter::take(Result<kms::AnyReply> reply) {
    if (!reply) {
        const ErrorCode code = reply.error().code;
        if (code == ErrorCode::KMSInvalidSignature || code == ErrorCode::KMSInvalidMac) {
            m_verdict = Verdict::DoesNotMatch;
        } else {
            m_error = reply.error();
        }
        return;
    }
    switch (reply->operation()) {
    case kms::OperationId::Sign:
        m_proof = reply->as<kms::Sign>().signature.value_or(Bytes{});
        m_keyArn = reply->as<kms::Sign>().keyId.value_or("");
        break;
    case kms::OperationId::GenerateMac:
        m_proof = reply->as<kms::GenerateMac>().mac.value_or(Bytes{});
        m_keyArn = reply->as<kms::GenerateMac>().keyId.value_or("");
        break;
    case kms::OperationId::Verify:
        m_keyArn = reply->as<kms::Verify>().keyId.value_or("");
        // A service that says "false" where KMS has an exception is not believed to have said "valid".
        m_verdict = reply->as<kms::Verify>().signatureValid.value_or(false) ? Verdict::Matches
                                                                            : Verdict::DoesNotMatch;
        break;
    default:
        m_keyArn = reply->as<kms::VerifyMac>().keyId.value_or("");
        m_verdict =
            reply->as<kms::VerifyMac>().macValid.value_or(false) ? Verdict::Matches : Verdict::DoesNotMatch;
        break;
    }
}

Status SigningPresenter::saveProof(const std::filesystem::path &target, bool asBase64) const {
    return writeFileAtomically(target, asBase64 ? toBytes(toBase64(m_proof) + "\n") : m_proof, {});
}

QString SigningPresenter::makeCommand(const SigningForm &form) const {
    return commandText(makeRequest(form, SecretBytes(1)), m_context.session->profile());
}

QString SigningPresenter::verifyCommand(const SigningForm &form, const Bytes &proof) const {
    return commandText(verifyRequest(form, SecretBytes(1), proof), m_context.session->profile());
}

} // namespace keyturn::ui
