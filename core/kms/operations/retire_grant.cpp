// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/retire_grant.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&RetireGrant::Request::grantToken>("GrantToken").length(1, 8192).hide(),
    field<&RetireGrant::Request::keyId>("KeyId").length(1, 2048).ids(keyIdOrArn),
    field<&RetireGrant::Request::grantId>("GrantId").length(1, 128),
    field<&RetireGrant::Request::dryRun>("DryRun"),
};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::DryRunOperation,
                                ErrorCode::InvalidArn,        ErrorCode::InvalidGrantId,
                                ErrorCode::InvalidGrantToken, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState,   ErrorCode::NotFound};

} // namespace

const OperationInfo &RetireGrant::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "RetireGrant",
        .request = requestFields,
        .reply = {},
        .permissions = {},
        .errors = errors,
        .effect = Effect::Destroys,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<RetireGrant>,
        .makeReply = &makeReply<RetireGrant>,
    };
    return info;
}

} // namespace keyturn::kms
