// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/delete_custom_key_store.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DeleteCustomKeyStore::Request::customKeyStoreId>("CustomKeyStoreId").require().length(1, 64),
};

constexpr PermissionNeed permissions[] = {{"kms:DeleteCustomKeyStore", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CustomKeyStoreHasCMKs, ErrorCode::CustomKeyStoreInvalidState,
                                ErrorCode::CustomKeyStoreNotFound, ErrorCode::KMSInternal};

} // namespace

const OperationInfo &DeleteCustomKeyStore::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DeleteCustomKeyStore",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Destroys,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<DeleteCustomKeyStore>,
        .makeReply = &makeReply<DeleteCustomKeyStore>,
    };
    return info;
}

} // namespace keyturn::kms
