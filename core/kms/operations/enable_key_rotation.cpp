// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/enable_key_rotation.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&EnableKeyRotation::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&EnableKeyRotation::Request::rotationPeriodInDays>("RotationPeriodInDays").range(90, 2560),
};

constexpr PermissionNeed permissions[] = {{"kms:EnableKeyRotation", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout, ErrorCode::Disabled, ErrorCode::InvalidArn,          ErrorCode::KMSInternal,
    ErrorCode::KMSInvalidState,   ErrorCode::NotFound, ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &EnableKeyRotation::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "EnableKeyRotation",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<EnableKeyRotation>,
        .makeReply = &makeReply<EnableKeyRotation>,
    };
    return info;
}

} // namespace keyturn::kms
