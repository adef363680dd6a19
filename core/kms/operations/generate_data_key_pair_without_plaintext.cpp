// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/generate_data_key_pair_without_plaintext.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GenerateDataKeyPairWithoutPlaintext::Request::encryptionContext>("EncryptionContext"),
    field<&GenerateDataKeyPairWithoutPlaintext::Request::keyId>("KeyId").require().length(1, 2048).ids(
        anyKeyIdentifier),
    field<&GenerateDataKeyPairWithoutPlaintext::Request::keyPairSpec>("KeyPairSpec").require(),
    field<&GenerateDataKeyPairWithoutPlaintext::Request::grantTokens>("GrantTokens")
        .items(0, 10)
        .length(1, 8192),
    field<&GenerateDataKeyPairWithoutPlaintext::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&GenerateDataKeyPairWithoutPlaintext::Reply::privateKeyCiphertextBlob>("PrivateKeyCiphertextBlob")
        .length(1, 6144),
    field<&GenerateDataKeyPairWithoutPlaintext::Reply::publicKey>("PublicKey").length(1, 8192),
    field<&GenerateDataKeyPairWithoutPlaintext::Reply::keyId>("KeyId").length(1, 2048),
    field<&GenerateDataKeyPairWithoutPlaintext::Reply::keyPairSpec>("KeyPairSpec"),
    field<&GenerateDataKeyPairWithoutPlaintext::Reply::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:GenerateDataKeyPairWithoutPlaintext", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::Disabled,
                                ErrorCode::DryRunOperation,   ErrorCode::InvalidGrantToken,
                                ErrorCode::InvalidKeyUsage,   ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &GenerateDataKeyPairWithoutPlaintext::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GenerateDataKeyPairWithoutPlaintext",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GenerateDataKeyPairWithoutPlaintext>,
        .makeReply = &makeReply<GenerateDataKeyPairWithoutPlaintext>,
    };
    return info;
}

} // namespace keyturn::kms
