// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/generate_data_key_without_plaintext.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GenerateDataKeyWithoutPlaintext::Request::keyId>("KeyId").require().length(1, 2048).ids(
        anyKeyIdentifier),
    field<&GenerateDataKeyWithoutPlaintext::Request::encryptionContext>("EncryptionContext"),
    field<&GenerateDataKeyWithoutPlaintext::Request::keySpec>("KeySpec"),
    field<&GenerateDataKeyWithoutPlaintext::Request::numberOfBytes>("NumberOfBytes").range(1, 1024),
    field<&GenerateDataKeyWithoutPlaintext::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&GenerateDataKeyWithoutPlaintext::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&GenerateDataKeyWithoutPlaintext::Reply::ciphertextBlob>("CiphertextBlob").length(1, 6144),
    field<&GenerateDataKeyWithoutPlaintext::Reply::keyId>("KeyId").length(1, 2048),
    field<&GenerateDataKeyWithoutPlaintext::Reply::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:GenerateDataKeyWithoutPlaintext", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,        ErrorCode::DryRunOperation,
    ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &GenerateDataKeyWithoutPlaintext::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GenerateDataKeyWithoutPlaintext",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GenerateDataKeyWithoutPlaintext>,
        .makeReply = &makeReply<GenerateDataKeyWithoutPlaintext>,
    };
    return info;
}

} // namespace keyturn::kms
