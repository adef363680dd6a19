// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/encapsulate.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&Encapsulate::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&Encapsulate::Request::encapsulationAlgorithm>("EncapsulationAlgorithm").require(),
    field<&Encapsulate::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&Encapsulate::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&Encapsulate::Reply::keyId>("KeyId").length(1, 2048),
    field<&Encapsulate::Reply::sharedSecret>("SharedSecret"),
    field<&Encapsulate::Reply::sharedSecretCiphertextBlob>("SharedSecretCiphertextBlob"),
    field<&Encapsulate::Reply::encapsulationAlgorithm>("EncapsulationAlgorithm"),
};

constexpr PermissionNeed permissions[] = {{"kms:Encapsulate", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,        ErrorCode::DryRunOperation,
    ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &Encapsulate::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "Encapsulate",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<Encapsulate>,
        .makeReply = &makeReply<Encapsulate>,
    };
    return info;
}

} // namespace keyturn::kms
