// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/create_grant.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&CreateGrant::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&CreateGrant::Request::granteePrincipal>("GranteePrincipal")
        .length(1, 256)
        .matching(R"re(^[\w+=,.@:/-]+$)re"),
    field<&CreateGrant::Request::retiringPrincipal>("RetiringPrincipal")
        .length(1, 256)
        .matching(R"re(^[\w+=,.@:/-]+$)re"),
    field<&CreateGrant::Request::operations>("Operations").require(),
    field<&CreateGrant::Request::constraints>("Constraints"),
    field<&CreateGrant::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
    field<&CreateGrant::Request::name>("Name").length(1, 256).matching(R"re(^[a-zA-Z0-9:/_-]+$)re"),
    field<&CreateGrant::Request::dryRun>("DryRun"),
    field<&CreateGrant::Request::granteeServicePrincipal>("GranteeServicePrincipal")
        .length(1, 128)
        .matching(R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re"),
    field<&CreateGrant::Request::retiringServicePrincipal>("RetiringServicePrincipal")
        .length(1, 128)
        .matching(R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re"),
};

constexpr Field replyFields[] = {
    field<&CreateGrant::Reply::grantToken>("GrantToken").length(1, 8192).hide(),
    field<&CreateGrant::Reply::grantId>("GrantId").length(1, 128),
};

constexpr PermissionNeed permissions[] = {{"kms:CreateGrant", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled,          ErrorCode::DryRunOperation,
    ErrorCode::InvalidArn,        ErrorCode::InvalidGrantToken, ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::LimitExceeded,     ErrorCode::NotFound};

} // namespace

const OperationInfo &CreateGrant::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "CreateGrant",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = false,
        .crossAccount = true,
        .makeRequest = &makeRequest<CreateGrant>,
        .makeReply = &makeReply<CreateGrant>,
    };
    return info;
}

} // namespace keyturn::kms
