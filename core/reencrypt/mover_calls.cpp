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

kms::AnyRequest MoveWork::reEncryptOf(const Item &item) const {
    const JobSpec &spec = m_state.spec;
    // Looks and proofs stay under the destination key.
    const bool isNew = item.ask == Ask::Prove || item.ask == Ask::Look;
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = item.ask == Ask::Prove ? item.result.ciphertext : item.request.ciphertext;
    request.sourceEncryptionContext = contextOf(isNew ? item.request.newContext : item.request.context);
    request.destinationEncryptionContext = contextOf(item.request.newContext);
    request.sourceEncryptionAlgorithm = algorithmOf(isNew ? spec.destinationAlgorithm : spec.sourceAlgorithm);
    request.destinationEncryptionAlgorithm = algorithmOf(spec.destinationAlgorithm);
    request.destinationKeyId = spec.destinationKey;
    if (item.ask == Ask::Prove && !item.result.destinationKey.empty()) {
        request.sourceKeyId = item.result.destinationKey;
        request.destinationKeyId = item.result.destinationKey;
    } else if (isNew) {
        request.sourceKeyId = spec.destinationKey;
    } else if (item.ask != Ask::Probe) {
        request.sourceKeyId = item.key();
    }
    if (item.ask == Ask::Rehearse) {
        request.dryRun = true;
    }
    return kms::AnyRequest::of<kms::ReEncrypt>(std::move(request));
}

kms::AnyRequest MoveWork::decryptOf(const Item &item) const {
    const JobSpec &spec = m_state.spec;
    const bool isNew = item.ask == Ask::OpenNew || item.ask == Ask::Look;
    kms::Decrypt::Request request;
    request.ciphertextBlob = item.ask == Ask::OpenNew ? item.result.ciphertext : item.request.ciphertext;
    request.encryptionContext = contextOf(isNew ? item.request.newContext : item.request.context);
    request.encryptionAlgorithm = algorithmOf(isNew ? spec.destinationAlgorithm : spec.sourceAlgorithm);
    if (item.ask == Ask::OpenNew && !item.result.destinationKey.empty()) {
        request.keyId = item.result.destinationKey;
    } else if (isNew) {
        request.keyId = spec.destinationKey;
    } else if (item.ask != Ask::Probe) {
        request.keyId = item.key();
    }
    return kms::AnyRequest::of<kms::Decrypt>(std::move(request));
}

} // namespace keyturn::reencrypt
