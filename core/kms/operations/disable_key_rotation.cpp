// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/disable_key_rotation.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DisableKeyRotation::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr PermissionNeed permissions[] = {{"kms:DisableKeyRotation", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::InvalidArn,          ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::NotFound, ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &DisableKeyRotation::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DisableKeyRotation",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<DisableKeyRotation>,
        .makeReply = &makeReply<DisableKeyRotation>,
    };
    return info;
}

} // namespace keyturn::kms
