// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/sign.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&Sign::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&Sign::Request::message>("Message").require().length(1, 4096),
    field<&Sign::Request::messageType>("MessageType"),
    field<&Sign::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&Sign::Request::signingAlgorithm>("SigningAlgorithm").require(),
    field<&Sign::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&Sign::Reply::keyId>("KeyId").length(1, 2048),
    field<&Sign::Reply::signature>("Signature").length(1, 6144),
    field<&Sign::Reply::signingAlgorithm>("SigningAlgorithm"),
};

constexpr PermissionNeed permissions[] = {{"kms:Sign", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,        ErrorCode::DryRunOperation,
    ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &Sign::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "Sign",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<Sign>,
        .makeReply = &makeReply<Sign>,
    };
    return info;
}

} // namespace keyturn::kms
