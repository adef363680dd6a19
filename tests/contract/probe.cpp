// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

#include "kms/identifier.h"
#include "kms/operations/create_alias.h"

#include <algorithm>

namespace keyturn::contract {

std::string told(const Error &error) {
    std::string text = error.serviceCode.empty() ? std::string(errorCodeName(error.code)) : error.serviceCode;
    text += error.serviceMessage.empty() ? " without a message" : ": " + error.serviceMessage;
    return error.detail.empty() ? text : text + " (" + error.detail + ")";
}

void Probe::equal(const std::string &what, std::string_view found, std::string_view expected) {
    if (found != expected) {
        throw DoesNotHold(what + ":\n    found    '" + std::string(found) + "'\n    expected '" +
                          std::string(expected) + "'");
    }
}

void Probe::equal(const std::string &what, std::int64_t found, std::int64_t expected) {
    if (found != expected) {
        throw DoesNotHold(what + ": found " + std::to_string(found) + ", expected " +
                          std::to_string(expected));
    }
}

Error Probe::expectRefusal(std::string_view operation, const Error *error,
                           std::initializer_list<ErrorCode> codes) {
    std::string wanted;
    for (const ErrorCode code : codes) {
        wanted += (wanted.empty() ? "" : " or ") + std::string(errorCodeName(code));
    }
    if (error == nullptr) {
        throw DoesNotHold(std::string(operation) + " worked; expected " + wanted);
    }
    if (std::find(codes.begin(), codes.end(), error->code) == codes.end()) {
        throw DoesNotHold(std::string(operation) + ": found " + told(*error) + "; expected " + wanted);
    }
    return *error;
}

kms::KeyMetadata Probe::newKey(kms::CreateKey::Request request) {
    auto reply = must<kms::CreateKey>(std::move(request));
    check(reply.keyMetadata && reply.keyMetadata->keyId && reply.keyMetadata->arn,
          "CreateKey tells neither id nor ARN");
    return std::move(*reply.keyMetadata);
}

kms::KeyMetadata Probe::newRsaKey(kms::KeySpec spec) {
    return newKey({.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT, .keySpec = spec});
}

const kms::KeyMetadata &Probe::sharedRsaKey(kms::KeySpec spec) {
    const auto known = m_rsaKeys.find(spec);
    return known != m_rsaKeys.end() ? known->second : m_rsaKeys.emplace(spec, newRsaKey(spec)).first->second;
}

const kms::KeyMetadata &Probe::sharedKey(kms::KeySpec spec, kms::KeyUsageType usage) {
    const auto known = m_sharedKeys.find({spec, usage});
    return known != m_sharedKeys.end()
               ? known->second
               : m_sharedKeys.emplace(std::pair(spec, usage), newKey({.keyUsage = usage, .keySpec = spec}))
                     .first->second;
}

kms::KeyMetadata Probe::newHmacKey() {
    return newKey({.keyUsage = kms::KeyUsageType::GENERATE_VERIFY_MAC, .keySpec = kms::KeySpec::HMAC_256});
}

std::string Probe::newAliasName() {
    return "alias/contract/" + std::to_string(++m_names);
}

std::string Probe::newAlias(const std::string &keyId) {
    const std::string name = newAliasName();
    must<kms::CreateAlias>({.aliasName = name, .targetKeyId = keyId});
    return name;
}

kms::KeyMetadata Probe::describe(const std::string &keyId) {
    return std::move(*must<kms::DescribeKey>({.keyId = keyId}).keyMetadata);
}

std::string Probe::withRegion(const std::string &arn, const std::string &region) {
    const std::string own = kms::parseKeyIdentifier(arn).region;
    std::string changed = arn;
    return changed.replace(changed.find(own), own.size(), region);
}

Bytes Probe::encrypt(const std::string &keyId, std::string_view text,
                     std::optional<kms::EncryptionContext> context) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf(text);
    request.encryptionContext = std::move(context);
    auto reply = must<kms::Encrypt>(std::move(request));
    check(reply.ciphertextBlob.has_value(), "Encrypt gives no ciphertext");
    return std::move(*reply.ciphertextBlob);
}

kms::Decrypt::Request Probe::decryptRequest(const Bytes &ciphertext,
                                            std::optional<kms::EncryptionContext> context) const {
    kms::Decrypt::Request request;
    request.ciphertextBlob = ciphertext;
    request.encryptionContext = std::move(context);
    return request;
}

void Probe::opensTo(const Bytes &ciphertext, std::string_view text,
                    std::optional<kms::EncryptionContext> context) {
    const auto reply = must<kms::Decrypt>(decryptRequest(ciphertext, std::move(context)));
    check(reply.plaintext && reply.plaintext->text() == text,
          "Decrypt gives other bytes than were encrypted");
}

} // namespace keyturn::contract
