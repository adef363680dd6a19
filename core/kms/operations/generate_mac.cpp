// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/generate_mac.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GenerateMac::Request::message>("Message").require().length(1, 4096),
    field<&GenerateMac::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&GenerateMac::Request::macAlgorithm>("MacAlgorithm").require(),
    field<&GenerateMac::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&GenerateMac::Request::dryRun>("DryRun"),
};

constexpr Field replyFields[] = {
    field<&GenerateMac::Reply::mac>("Mac").length(1, 6144),
    field<&GenerateMac::Reply::macAlgorithm>("MacAlgorithm"),
    field<&GenerateMac::Reply::keyId>("KeyId").length(1, 2048),
};

constexpr PermissionNeed permissions[] = {{"kms:GenerateMac", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::Disabled,          ErrorCode::DryRunOperation,
                                ErrorCode::InvalidGrantToken, ErrorCode::InvalidKeyUsage,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::KeyUnavailable,    ErrorCode::NotFound};

} // namespace

const OperationInfo &GenerateMac::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GenerateMac",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::UsesKey,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GenerateMac>,
        .makeReply = &makeReply<GenerateMac>,
    };
    return info;
}

} // namespace keyturn::kms
