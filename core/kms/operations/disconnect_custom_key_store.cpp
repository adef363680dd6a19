// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/disconnect_custom_key_store.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DisconnectCustomKeyStore::Request::customKeyStoreId>("CustomKeyStoreId").require().length(1, 64),
};

constexpr PermissionNeed permissions[] = {{"kms:DisconnectCustomKeyStore", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CustomKeyStoreInvalidState, ErrorCode::CustomKeyStoreNotFound,
                                ErrorCode::KMSInternal};

} // namespace

const OperationInfo &DisconnectCustomKeyStore::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DisconnectCustomKeyStore",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<DisconnectCustomKeyStore>,
        .makeReply = &makeReply<DisconnectCustomKeyStore>,
    };
    return info;
}

} // namespace keyturn::kms
