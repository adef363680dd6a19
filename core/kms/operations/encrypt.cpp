// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/encrypt.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&Encrypt::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&Encrypt::Request::plaintext>("Plaintext").require().length(1, 4096),
    field<&Encrypt::Request::encryptionContext>("EncryptionContext"),
    field<&Encrypt::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&Encrypt::Request::encryptionAlgorithm>("EncryptionAlgorithm"),
    field<&Encrypt::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&Encrypt::Reply::ciphertextBlob>("CiphertextBlob").length(1, 6144),
    field<&Encrypt::Reply::keyId>("KeyId").length(1, 2048),
    field<&Encrypt::Reply::encryptionAlgorithm>("EncryptionAlgorithm"),
};

constexpr PermissionNeed permissions[] = {{"kms:Encrypt", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,        ErrorCode::DryRunOperation,
    ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &Encrypt::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "Encrypt",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<Encrypt>,
        .makeReply = &makeReply<Encrypt>,
    };
    return info;
}

} // namespace keyturn::kms
