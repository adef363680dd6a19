// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/connect_custom_key_store.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ConnectCustomKeyStore::Request::customKeyStoreId>("CustomKeyStoreId").require().length(1, 64),
};

constexpr PermissionNeed permissions[] = {{"kms:ConnectCustomKeyStore", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CloudHsmClusterInvalidConfiguration,
                                ErrorCode::CloudHsmClusterNotActive, ErrorCode::CustomKeyStoreInvalidState,
                                ErrorCode::CustomKeyStoreNotFound, ErrorCode::KMSInternal};

} // namespace

const OperationInfo &ConnectCustomKeyStore::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ConnectCustomKeyStore",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<ConnectCustomKeyStore>,
        .makeReply = &makeReply<ConnectCustomKeyStore>,
    };
    return info;
}

} // namespace keyturn::kms
