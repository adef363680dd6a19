// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/cancel_key_deletion.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&CancelKeyDeletion::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr Field replyFields[] = {
    field<&CancelKeyDeletion::Reply::keyId>("KeyId").length(1, 2048),
};

constexpr PermissionNeed permissions[] = {{"kms:CancelKeyDeletion", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &CancelKeyDeletion::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "CancelKeyDeletion",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<CancelKeyDeletion>,
        .makeReply = &makeReply<CancelKeyDeletion>,
    };
    return info;
}

} // namespace keyturn::kms
