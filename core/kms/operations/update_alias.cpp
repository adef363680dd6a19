// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/update_alias.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&UpdateAlias::Request::aliasName>("AliasName")
        .require()
        .length(1, 256)
        .matching(R"re(^[a-zA-Z0-9:/_-]+$)re"),
    field<&UpdateAlias::Request::targetKeyId>("TargetKeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr PermissionNeed permissions[] = {{"kms:UpdateAlias", KeySide::Alias},
                                          {"kms:UpdateAlias", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::LimitExceeded, ErrorCode::NotFound};

} // namespace

const OperationInfo &UpdateAlias::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "UpdateAlias",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<UpdateAlias>,
        .makeReply = &makeReply<UpdateAlias>,
    };
    return info;
}

} // namespace keyturn::kms
