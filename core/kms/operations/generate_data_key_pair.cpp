// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/generate_data_key_pair.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GenerateDataKeyPair::Request::encryptionContext>("EncryptionContext"),
    field<&GenerateDataKeyPair::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&GenerateDataKeyPair::Request::keyPairSpec>("KeyPairSpec").require(),
    field<&GenerateDataKeyPair::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&GenerateDataKeyPair::Request::recipient>("Recipient"),
    field<&GenerateDataKeyPair::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&GenerateDataKeyPair::Reply::privateKeyCiphertextBlob>("PrivateKeyCiphertextBlob").length(1, 6144),
    field<&GenerateDataKeyPair::Reply::privateKeyPlaintext>("PrivateKeyPlaintext").length(1, 4096),
    field<&GenerateDataKeyPair::Reply::publicKey>("PublicKey").length(1, 8192),
    field<&GenerateDataKeyPair::Reply::keyId>("KeyId").length(1, 2048),
    field<&GenerateDataKeyPair::Reply::keyPairSpec>("KeyPairSpec"),
    field<&GenerateDataKeyPair::Reply::ciphertextForRecipient>("CiphertextForRecipient").length(1, 6144),
    field<&GenerateDataKeyPair::Reply::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:GenerateDataKeyPair", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::Disabled,
                                ErrorCode::DryRunOperation,   ErrorCode::InvalidGrantToken,
                                ErrorCode::InvalidKeyUsage,   ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &GenerateDataKeyPair::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GenerateDataKeyPair",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GenerateDataKeyPair>,
        .makeReply = &makeReply<GenerateDataKeyPair>,
    };
    return info;
}

} // namespace keyturn::kms
