// SPDX-License-Identifier: Apache-2.0
// The requests that a mover sends.
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/re_encrypt.h"
#include "reencrypt/mover_work.h"

namespace keyturn::reencrypt {
namespace {

using Algorithm = kms::Open<kms::EncryptionAlgorithmSpec>;

std::optional<Algorithm> algorithmOf(const std::string &name) {
    return name.empty() ? std::nullopt : std::optional(Algorithm::fromText(name));
}

std::optional<kms::EncryptionContext> contextOf(const kms::EncryptionContext &context) {
    return context.empty() ? std::nullopt : std::optional(context);
}

} // namespace

bool MoveWork::goesToDestination(const Item &item) const {
    if (!m_state.isBetweenServices()) {
        return false;
    }
    return item.ask == Ask::Look || item.ask == Ask::Prove || item.ask == Ask::OpenNew ||
           item.ask == Ask::Seal;
}

kms::AnyRequest MoveWork::requestOf(const Item &item) const {
    switch (item.ask) {
    case Ask::Move:
    case Ask::Prove:
    case Ask::Rehearse:
        return reEncryptOf(item);
    case Ask::Probe:
        return m_state.isBetweenServices() ? decryptOf(item) : reEncryptOf(item);
    case Ask::Look:
        return mayDecrypt() ? decryptOf(item) : reEncryptOf(item);
    case Ask::OpenOld:
    case Ask::OpenNew:
    case Ask::OpenSource:
        return decryptOf(item);
    case Ask::Seal:
        break;
    }
    kms::Encrypt::Request request;
    request.keyId = m_state.spec.destinationKey;
    request.plaintext = item.plaintext.clone();
    request.encryptionContext = contextOf(item.request.newContext);
    request.encryptionAlgorithm = algorithmOf(m_state.spec.destinationAlgorithm);
    return kms::AnyRequest::of<kms::Encrypt>(std::move(request));
}

/// What a call opens: the blob, and what it lies under.
struct MoveWork::Opened {
    const Bytes &ciphertext;
    std::optional<kms::EncryptionContext> context;
    std::optional<Algorithm> algorithm;
    std::optional<std::string> key; ///< none: a probe finds it out
};

MoveWork::Opened MoveWork::openedBy(const Item &item) const {
    const JobSpec &spec = m_state.spec;
    const bool isResult = item.ask == Ask::Prove || item.ask == Ask::OpenNew;
    const bool isNew = isResult || item.ask == Ask::Look; // both stay under the destination key
    Opened opened{isResult ? item.result.ciphertext : item.request.ciphertext,
                  contextOf(isNew ? item.request.newContext : item.request.context),
                  algorithmOf(isNew ? spec.destinationAlgorithm : spec.sourceAlgorithm),
                  {}};
    if (isResult && !item.result.destinationKey.empty()) {
        opened.key = item.result.destinationKey;
    } else if (isNew) {
        opened.key = spec.destinationKey;
    } else if (item.ask != Ask::Probe) {
        opened.key = item.key();
    }
    return opened;
}

kms::AnyRequest MoveWork::reEncryptOf(const Item &item) const {
    const Opened opened = openedBy(item);
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = opened.ciphertext;
    request.sourceEncryptionContext = opened.context;
    request.destinationEncryptionContext = contextOf(item.request.newContext);
    request.sourceEncryptionAlgorithm = opened.algorithm;
    request.destinationEncryptionAlgorithm = algorithmOf(m_state.spec.destinationAlgorithm);
    request.sourceKeyId = opened.key;
    // A proof is made under the very key that the reply named.
    request.destinationKeyId = item.ask == Ask::Prove ? opened.key : m_state.spec.destinationKey;
    if (item.ask == Ask::Rehearse) {
        request.dryRun = true;
    }
    return kms::AnyRequest::of<kms::ReEncrypt>(std::move(request));
}

kms::AnyRequest MoveWork::decryptOf(const Item &item) const {
    const Opened opened = openedBy(item);
    kms::Decrypt::Request request;
    request.ciphertextBlob = opened.ciphertext;
    request.encryptionContext = opened.context;
    request.encryptionAlgorithm = opened.algorithm;
    request.keyId = opened.key;
    return kms::AnyRequest::of<kms::Decrypt>(std::move(request));
}

} // namespace keyturn::reencrypt
