// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/enable_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&EnableKey::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr PermissionNeed permissions[] = {{"kms:EnableKey", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::LimitExceeded,     ErrorCode::NotFound};

} // namespace

const OperationInfo &EnableKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "EnableKey",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<EnableKey>,
        .makeReply = &makeReply<EnableKey>,
    };
    return info;
}

} // namespace keyturn::kms
