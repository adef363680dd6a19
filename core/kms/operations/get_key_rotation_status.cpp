// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/get_key_rotation_status.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GetKeyRotationStatus::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr Field replyFields[] = {
    field<&GetKeyRotationStatus::Reply::keyRotationEnabled>("KeyRotationEnabled"),
    field<&GetKeyRotationStatus::Reply::keyId>("KeyId").length(1, 2048),
    field<&GetKeyRotationStatus::Reply::rotationPeriodInDays>("RotationPeriodInDays").range(90, 2560),
    field<&GetKeyRotationStatus::Reply::nextRotationDate>("NextRotationDate"),
    field<&GetKeyRotationStatus::Reply::onDemandRotationStartDate>("OnDemandRotationStartDate"),
};

constexpr PermissionNeed permissions[] = {{"kms:GetKeyRotationStatus", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &GetKeyRotationStatus::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GetKeyRotationStatus",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<GetKeyRotationStatus>,
        .makeReply = &makeReply<GetKeyRotationStatus>,
    };
    return info;
}

} // namespace keyturn::kms
