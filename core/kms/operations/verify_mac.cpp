// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/verify_mac.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&VerifyMac::Request::message>("Message").require().length(1, 4096),
    field<&VerifyMac::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&VerifyMac::Request::macAlgorithm>("MacAlgorithm").require(),
    field<&VerifyMac::Request::mac>("Mac").require().length(1, 6144),
    field<&VerifyMac::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&VerifyMac::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&VerifyMac::Reply::keyId>("KeyId").length(1, 2048),
    field<&VerifyMac::Reply::macValid>("MacValid"),
    field<&VerifyMac::Reply::macAlgorithm>("MacAlgorithm"),
};

constexpr PermissionNeed permissions[] = {{"kms:VerifyMac", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::Disabled,        ErrorCode::DryRunOperation, ErrorCode::InvalidGrantToken,
    ErrorCode::InvalidKeyUsage, ErrorCode::KMSInternal,     ErrorCode::KMSInvalidMac,
    ErrorCode::KMSInvalidState, ErrorCode::KeyUnavailable,  ErrorCode::NotFound};

} // namespace

const OperationInfo &VerifyMac::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "VerifyMac",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<VerifyMac>,
        .makeReply = &makeReply<VerifyMac>,
    };
    return info;
}

} // namespace keyturn::kms
