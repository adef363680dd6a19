// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/revoke_grant.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&RevokeGrant::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&RevokeGrant::Request::grantId>("GrantId").require().length(1, 128),
    field<&RevokeGrant::Request::dryRun>("DryRun"),
};

constexpr PermissionNeed permissions[] = {{"kms:RevokeGrant", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::DryRunOperation,
                                ErrorCode::InvalidArn,        ErrorCode::InvalidGrantId,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound};

} // namespace

const OperationInfo &RevokeGrant::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "RevokeGrant",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Destroys,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<RevokeGrant>,
        .makeReply = &makeReply<RevokeGrant>,
    };
    return info;
}

} // namespace keyturn::kms
