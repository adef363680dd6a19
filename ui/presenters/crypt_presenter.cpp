// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/crypt_presenter.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "inspect/record.h"
#include "kms/call.h"
#include "ui/models/key_words.h"
#include "ui/presenters/command_text.h"
#include "ui/presenters/known_contexts.h"
#include "ui/presenters/recent_keys.h"
#include "workspace/session.h"

namespace keyturn::ui {
namespace {

constexpr std::size_t longestCiphertext = 6144; // kms-api.json, CiphertextType

/// What both requests have in common.
template <class Request>
Request common(const CryptForm &form) {
    Request request;
    if (!form.keyId.empty()) {
        request.keyId = form.keyId;
    }
    if (!form.context.empty()) {
        request.encryptionContext = form.context;
    }
    if (!form.algorithm.empty()) {
        request.encryptionAlgorithm = kms::Open<kms::EncryptionAlgorithmSpec>::fromText(form.algorithm);
    }
    if (!form.grantTokens.empty()) {
        request.grantTokens = form.grantTokens;
    }
    return request;
}

} // namespace

const Bytes &ciphertextOf(const inspect::Inspection &source) {
    static const Bytes nothing;
    if (source.isKmsCiphertext()) {
        return source.ciphertext;
    }
    const bool perhaps = (source.kind == inspect::Kind::Binary || source.kind == inspect::Kind::Der) &&
                         source.payload.size() <= longestCiphertext; // SM2's are DER
    return perhaps ? source.payload : nothing;
}

CryptPresenter::CryptPresenter(const DialogContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context) {
    connect(context.session, &workspace::Session::aboutToLock, this, [this] {
        cancel();
        wipePlaintext();
    });
}

CryptPresenter::~CryptPresenter() {
    m_busy.cancel();
}

kms::Encrypt::Request CryptPresenter::encryptRequest(const CryptForm &form, SecretBytes plaintext) const {
    auto request = common<kms::Encrypt::Request>(form);
    request.plaintext = std::move(plaintext);
    return request;
}

kms::Decrypt::Request CryptPresenter::decryptRequest(const CryptForm &form, const Bytes &ciphertext) const {
    auto request = common<kms::Decrypt::Request>(form);
    request.ciphertextBlob = ciphertext;
    return request;
}

void CryptPresenter::begin(const CryptForm &form) {
    m_sent = form;
    m_error.reset();
    m_encrypted.reset();
    m_decrypted.reset();
    m_context.recentKeys->remember(fromUtf8(form.keyId));
}

void CryptPresenter::end(const std::optional<Error> &error) {
    m_busy.end();
    m_error = error;
    if (!m_context.session->service()) {
        wipePlaintext(); // locked while the answer was on its way
    } else if (!error) {
        m_context.knownContexts->remember(m_sent.context, tr("used in this session"));
    }
    Q_EMIT busyChanged();
    Q_EMIT changed();
}

void CryptPresenter::encrypt(const CryptForm &form, SecretBytes plaintext) {
    const auto service = m_context.session->service();
    if (isBusy() || !service) {
        return;
    }
    begin(form);
    kms::call<kms::Encrypt>(*service, encryptRequest(form, std::move(plaintext)), m_busy.begin(), this,
                            [this](Result<kms::Encrypt::Reply> reply) {
                                if (reply) {
                                    m_encrypted = std::move(*reply);
                                }
                                end(reply ? std::nullopt : std::optional(reply.error()));
                            });
    Q_EMIT busyChanged();
}

void CryptPresenter::decrypt(const CryptForm &form, const Bytes &ciphertext) {
    const auto service = m_context.session->service();
    if (isBusy() || !service) {
        return;
    }
    begin(form);
    kms::call<kms::Decrypt>(*service, decryptRequest(form, ciphertext), m_busy.begin(), this,
                            [this](Result<kms::Decrypt::Reply> reply) {
                                if (reply) {
                                    m_decrypted = std::move(*reply);
                                }
                                end(reply ? std::nullopt : std::optional(reply.error()));
                            });
    Q_EMIT busyChanged();
}

void CryptPresenter::wipePlaintext() {
    if (m_decrypted && m_decrypted->plaintext && !m_decrypted->plaintext->empty()) {
        m_decrypted->plaintext->clear();
        Q_EMIT changed();
    }
}

QString CryptPresenter::contextComparison(const CryptForm &form) const {
    const auto closest = m_context.knownContexts->closest(form.context);
    return closest ? closest->text() : QString();
}

Status CryptPresenter::saveCiphertext(const std::filesystem::path &target, bool asBase64, bool withRecord) {
    const Bytes &blob = *m_encrypted->ciphertextBlob;
    const Bytes content = asBase64 ? toBytes(toBase64(blob) + "\n") : blob;
    auto written = writeFileAtomically(target, content, {.mode = 0600});
    if (!written || !withRecord) {
        return written;
    }
    inspect::Record record;
    record.version = 1;
    record.operation = "Encrypt";
    record.keyId = m_encrypted->keyId;
    if (m_encrypted->encryptionAlgorithm) {
        record.encryptionAlgorithm = std::string(m_encrypted->encryptionAlgorithm->text());
    }
    record.encryptionContext = m_sent.context;
    record.ciphertextBytes = static_cast<std::int64_t>(content.size());
    record.time = systemClock()->now();
    return inspect::saveRecord(target, record);
}

Status CryptPresenter::savePlaintext(const std::filesystem::path &target) {
    return writeFileAtomically(target, m_decrypted->plaintext->view(), {.mode = 0600});
}

QString CryptPresenter::encryptCommand(const CryptForm &form) const {
    return commandText(kms::AnyRequest::of<kms::Encrypt>(encryptRequest(form, SecretBytes(1))),
                       m_context.session->profile());
}

QString CryptPresenter::decryptCommand(const CryptForm &form, const Bytes &ciphertext) const {
    return commandText(kms::AnyRequest::of<kms::Decrypt>(decryptRequest(form, ciphertext)),
                       m_context.session->profile());
}

} // namespace keyturn::ui
