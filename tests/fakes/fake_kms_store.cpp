// SPDX-License-Identifier: Apache-2.0
// Lookup, states, due work and what handlers share.
#include "fakes/fake_kms_store.h"

#include "kms/identifier.h"

#include <QByteArrayView>
#include <QCryptographicHash>

#include <algorithm>

namespace keyturn::test {

using kms::IdForm;
using kms::KeyState;
using kms::OperationId;

std::string FakeKms::Store::uniqueHex(std::size_t digits) {
    const std::string text = m_options.seed + '/' + std::to_string(++m_counter);
    const QByteArray hash =
        QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256).toHex();
    return hash.left(static_cast<qsizetype>(digits)).toStdString();
}

FakeMaterial FakeKms::Store::newMaterial(std::optional<kms::RotationType> rotation) {
    return {uniqueHex(64), uniqueHex(64), rotation, now()};
}

void FakeKms::Store::settle() {
    for (auto it = m_keys.begin(); it != m_keys.end();) {
        FakeKey &key = it->second;
        if (key.deletionDate && *key.deletionDate <= now()) {
            std::erase_if(m_aliases, [&](const auto &alias) { return alias.second.keyId == key.id; });
            it = m_keys.erase(it);
            continue;
        }
        if (key.rotates && key.state == KeyState::Enabled && key.nextRotation <= now()) {
            key.materials.push_back(newMaterial(kms::RotationType::AUTOMATIC));
            key.nextRotation = now() + std::chrono::days(key.periodDays);
        }
        ++it;
    }
}

std::string FakeKms::Store::aliasArn(std::string_view name) const {
    return kms::aliasArn(m_options.partition, m_options.region, m_options.accountId, name);
}

Result<FakeKey *> FakeKms::Store::findById(std::string_view id, std::string_view text) {
    const auto key = m_keys.find(std::string(id));
    if (key != m_keys.end()) {
        return &key->second;
    }
    if (!kms::looksLikeKeyId(id)) {
        return refuse(ErrorCode::NotFound, "Invalid keyId '" + std::string(text) + "'");
    }
    const auto arn = kms::keyArn(m_options.partition, m_options.region, m_options.accountId, id);
    return refuse(ErrorCode::NotFound, "Key '" + arn + "' does not exist");
}

Result<FakeKey *> FakeKms::Store::findByAlias(const std::string &name, const std::string &text) {
    const auto alias = m_aliases.find(name);
    if (alias == m_aliases.end()) {
        return refuse(ErrorCode::NotFound, "Alias " + aliasArn(name) + " is not found.");
    }
    return findById(alias->second.keyId, text);
}

Result<FakeKey *> FakeKms::Store::find(const std::string &text, IdForm forms) {
    const auto identifier = kms::parseKeyIdentifier(text);
    if (!includes(forms, identifier.form)) {
        return refuse(ErrorCode::NotFound, "Invalid keyId '" + text + "'");
    }
    if (identifier.isArn()) {
        if (identifier.region != m_options.region) {
            return refuse(ErrorCode::NotFound, "Invalid arn " + identifier.region);
        }
        if (identifier.accountId != m_options.accountId) {
            return refuse(ErrorCode::NotFound, "Key '" + text + "' does not exist");
        }
    }
    return identifier.isAlias() ? findByAlias(identifier.resource, text)
                                : findById(identifier.resource, identifier.resource);
}

Status FakeKms::Store::checkState(const FakeKey &key) const {
    const bool pending = key.state == KeyState::PendingDeletion;
    switch (m_operation) {
    case OperationId::Encrypt:
    case OperationId::Decrypt:
    case OperationId::ReEncrypt:
    case OperationId::GenerateDataKey:
    case OperationId::GenerateDataKeyWithoutPlaintext:
    case OperationId::GetPublicKey:
    case OperationId::EnableKeyRotation:
    case OperationId::DisableKeyRotation:
    case OperationId::RotateKeyOnDemand:
        if (key.state == KeyState::Disabled) {
            return refuse(ErrorCode::Disabled, key.arn + " is disabled.");
        }
        break;
    case OperationId::CancelKeyDeletion:
        if (!pending) {
            return refuse(ErrorCode::KMSInvalidState, key.arn + " is not pending deletion.");
        }
        return {};
    default:
        break;
    }
    if (pending) {
        return refuse(ErrorCode::KMSInvalidState, key.arn + " is pending deletion.");
    }
    return {};
}

Result<FakeKey *> FakeKms::Store::keyToChange(const std::string &text) {
    auto key = find(text, kms::keyIdOrArn);
    if (!key) {
        return key;
    }
    if (auto state = checkState(**key); !state) {
        return failFrom(state);
    }
    return key;
}

Result<FakeKey *> FakeKms::Store::rotatingKey(const std::string &text) {
    auto key = find(text, kms::keyIdOrArn);
    if (key && !(*key)->isSymmetric()) {
        return refuse(ErrorCode::UnsupportedOperation, (*key)->arn + " cannot be rotated.");
    }
    return key;
}

Status checkGrantTokens(const std::optional<std::vector<std::string>> &tokens) {
    if (tokens && !tokens->empty()) {
        return refuse(ErrorCode::InvalidGrantToken, "That grant token was not issued here.");
    }
    return {};
}

unsigned rsaSizeBits(kms::KeySpec spec) {
    switch (spec) {
    case kms::KeySpec::RSA_2048:
        return 2048;
    case kms::KeySpec::RSA_3072:
        return 3072;
    case kms::KeySpec::RSA_4096:
        return 4096;
    default:
        return 0;
    }
}

std::vector<kms::Open<Algorithm>> algorithmsOf(const FakeKey &key) {
    if (key.usage != kms::KeyUsageType::ENCRYPT_DECRYPT) {
        return {};
    }
    if (key.isSymmetric()) {
        return {Algorithm::SYMMETRIC_DEFAULT};
    }
    return {Algorithm::RSAES_OAEP_SHA_1, Algorithm::RSAES_OAEP_SHA_256};
}

Algorithm algorithmOf(const std::optional<kms::Open<Algorithm>> &given) {
    return given ? given->known().value_or(Algorithm::SYMMETRIC_DEFAULT) : Algorithm::SYMMETRIC_DEFAULT;
}

} // namespace keyturn::test
