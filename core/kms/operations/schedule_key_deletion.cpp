// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/schedule_key_deletion.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ScheduleKeyDeletion::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ScheduleKeyDeletion::Request::pendingWindowInDays>("PendingWindowInDays").range(7, 30),
};

constexpr Field replyFields[] = {
    field<&ScheduleKeyDeletion::Reply::keyId>("KeyId").length(1, 2048),
    field<&ScheduleKeyDeletion::Reply::deletionDate>("DeletionDate"),
    field<&ScheduleKeyDeletion::Reply::keyState>("KeyState"),
    field<&ScheduleKeyDeletion::Reply::pendingWindowInDays>("PendingWindowInDays").range(1, 365),
};

constexpr PermissionNeed permissions[] = {{"kms:ScheduleKeyDeletion", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &ScheduleKeyDeletion::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ScheduleKeyDeletion",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Destroys,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<ScheduleKeyDeletion>,
        .makeReply = &makeReply<ScheduleKeyDeletion>,
    };
    return info;
}

} // namespace keyturn::kms
