// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/get_public_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GetPublicKey::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&GetPublicKey::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
};

constexpr Field replyFields[] = {
    field<&GetPublicKey::Reply::keyId>("KeyId").length(1, 2048),
    field<&GetPublicKey::Reply::publicKey>("PublicKey").length(1, 8192),
    field<&GetPublicKey::Reply::customerMasterKeySpec>("CustomerMasterKeySpec").deprecate(),
    field<&GetPublicKey::Reply::keySpec>("KeySpec"),
    field<&GetPublicKey::Reply::keyUsage>("KeyUsage"),
    field<&GetPublicKey::Reply::encryptionAlgorithms>("EncryptionAlgorithms"),
    field<&GetPublicKey::Reply::signingAlgorithms>("SigningAlgorithms"),
    field<&GetPublicKey::Reply::keyAgreementAlgorithms>("KeyAgreementAlgorithms"),
    field<&GetPublicKey::Reply::encapsulationAlgorithms>("EncapsulationAlgorithms"),
};

constexpr PermissionNeed permissions[] = {{"kms:GetPublicKey", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::Disabled,
                                ErrorCode::InvalidArn,        ErrorCode::InvalidGrantToken,
                                ErrorCode::InvalidKeyUsage,   ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &GetPublicKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GetPublicKey",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GetPublicKey>,
        .makeReply = &makeReply<GetPublicKey>,
    };
    return info;
}

} // namespace keyturn::kms
