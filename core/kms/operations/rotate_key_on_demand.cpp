// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/rotate_key_on_demand.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&RotateKeyOnDemand::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr Field replyFields[] = {
    field<&RotateKeyOnDemand::Reply::keyId>("KeyId").length(1, 2048),
};

constexpr PermissionNeed permissions[] = {{"kms:RotateKeyOnDemand", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::Conflict,      ErrorCode::DependencyTimeout, ErrorCode::Disabled,
    ErrorCode::InvalidArn,    ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
    ErrorCode::LimitExceeded, ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &RotateKeyOnDemand::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "RotateKeyOnDemand",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = false,
        .crossAccount = false,
        .makeRequest = &makeRequest<RotateKeyOnDemand>,
        .makeReply = &makeReply<RotateKeyOnDemand>,
    };
    return info;
}

} // namespace keyturn::kms
