// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/disable_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DisableKey::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr PermissionNeed permissions[] = {{"kms:DisableKey", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &DisableKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DisableKey",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<DisableKey>,
        .makeReply = &makeReply<DisableKey>,
    };
    return info;
}

} // namespace keyturn::kms
