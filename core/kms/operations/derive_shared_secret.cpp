// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/derive_shared_secret.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DeriveSharedSecret::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&DeriveSharedSecret::Request::keyAgreementAlgorithm>("KeyAgreementAlgorithm").require(),
    field<&DeriveSharedSecret::Request::publicKey>("PublicKey").require().length(1, 8192),
    field<&DeriveSharedSecret::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&DeriveSharedSecret::Request::dryRun>("DryRun"),
    field<&DeriveSharedSecret::Request::recipient>("Recipient"),
};

constexpr Field replyFields[] = {
    field<&DeriveSharedSecret::Reply::keyId>("KeyId").length(1, 2048),
    field<&DeriveSharedSecret::Reply::sharedSecret>("SharedSecret").length(1, 4096),
    field<&DeriveSharedSecret::Reply::ciphertextForRecipient>("CiphertextForRecipient").length(1, 6144),
    field<&DeriveSharedSecret::Reply::keyAgreementAlgorithm>("KeyAgreementAlgorithm"),
    field<&DeriveSharedSecret::Reply::keyOrigin>("KeyOrigin"),
};

constexpr PermissionNeed permissions[] = {{"kms:DeriveSharedSecret", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,        ErrorCode::DryRunOperation,
    ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &DeriveSharedSecret::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DeriveSharedSecret",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::RevealsPlaintext,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<DeriveSharedSecret>,
        .makeReply = &makeReply<DeriveSharedSecret>,
    };
    return info;
}

} // namespace keyturn::kms
