// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/decapsulate.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&Decapsulate::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&Decapsulate::Request::sharedSecretCiphertextBlob>("SharedSecretCiphertextBlob").require(),
    field<&Decapsulate::Request::encapsulationAlgorithm>("EncapsulationAlgorithm").require(),
    field<&Decapsulate::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&Decapsulate::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&Decapsulate::Reply::keyId>("KeyId").length(1, 2048),
    field<&Decapsulate::Reply::sharedSecret>("SharedSecret"),
    field<&Decapsulate::Reply::encapsulationAlgorithm>("EncapsulationAlgorithm"),
};

constexpr PermissionNeed permissions[] = {{"kms:Decapsulate", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::Disabled,
                                ErrorCode::DryRunOperation,   ErrorCode::InvalidCiphertext,
                                ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::KeyUnavailable,    ErrorCode::NotFound};

} // namespace

const OperationInfo &Decapsulate::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "Decapsulate",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<Decapsulate>,
        .makeReply = &makeReply<Decapsulate>,
    };
    return info;
}

} // namespace keyturn::kms
