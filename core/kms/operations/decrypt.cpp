// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/decrypt.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&Decrypt::Request::ciphertextBlob>("CiphertextBlob").length(1, 6144),
    field<&Decrypt::Request::encryptionContext>("EncryptionContext"),
    field<&Decrypt::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&Decrypt::Request::keyId>("KeyId").length(1, 2048).ids(anyKeyIdentifier),
    field<&Decrypt::Request::encryptionAlgorithm>("EncryptionAlgorithm"),
    field<&Decrypt::Request::recipient>("Recipient"),
    field<&Decrypt::Request::dryRun>("DryRun"),
    field<&Decrypt::Request::dryRunModifiers>("DryRunModifiers"),
};

constexpr Field replyFields[] = {
    field<&Decrypt::Reply::keyId>("KeyId").length(1, 2048),
    field<&Decrypt::Reply::plaintext>("Plaintext").length(1, 4096),
    field<&Decrypt::Reply::encryptionAlgorithm>("EncryptionAlgorithm"),
    field<&Decrypt::Reply::ciphertextForRecipient>("CiphertextForRecipient").length(1, 6144),
    field<&Decrypt::Reply::keyMaterialId>("KeyMaterialId").length(64, 64).matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:Decrypt", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,          ErrorCode::DryRunOperation,
    ErrorCode::IncorrectKey,      ErrorCode::InvalidCiphertext, ErrorCode::InvalidGrantToken,
    ErrorCode::InvalidKeyUsage,   ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
    ErrorCode::KeyUnavailable,    ErrorCode::NotFound};

} // namespace

const OperationInfo &Decrypt::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "Decrypt",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<Decrypt>,
        .makeReply = &makeReply<Decrypt>,
    };
    return info;
}

} // namespace keyturn::kms
