// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/generate_data_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GenerateDataKey::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&GenerateDataKey::Request::encryptionContext>("EncryptionContext"),
    field<&GenerateDataKey::Request::numberOfBytes>("NumberOfBytes").range(1, 1024),
    field<&GenerateDataKey::Request::keySpec>("KeySpec"),
    field<&GenerateDataKey::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&GenerateDataKey::Request::recipient>("Recipient"),
    field<&GenerateDataKey::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&GenerateDataKey::Reply::ciphertextBlob>("CiphertextBlob").length(1, 6144),
    field<&GenerateDataKey::Reply::plaintext>("Plaintext").length(1, 4096),
    field<&GenerateDataKey::Reply::keyId>("KeyId").length(1, 2048),
    field<&GenerateDataKey::Reply::ciphertextForRecipient>("CiphertextForRecipient").length(1, 6144),
    field<&GenerateDataKey::Reply::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:GenerateDataKey", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,        ErrorCode::DryRunOperation,
    ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &GenerateDataKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GenerateDataKey",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GenerateDataKey>,
        .makeReply = &makeReply<GenerateDataKey>,
    };
    return info;
}

} // namespace keyturn::kms
