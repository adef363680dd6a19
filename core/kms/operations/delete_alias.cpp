// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/delete_alias.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DeleteAlias::Request::aliasName>("AliasName")
        .require()
        .length(1, 256)
        .matching(R"re(^[a-zA-Z0-9:/_-]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:DeleteAlias", KeySide::Alias},
                                          {"kms:DeleteAlias", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &DeleteAlias::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DeleteAlias",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Destroys,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<DeleteAlias>,
        .makeReply = &makeReply<DeleteAlias>,
    };
    return info;
}

} // namespace keyturn::kms
