// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/create_alias.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&CreateAlias::Request::aliasName>("AliasName")
        .require()
        .length(1, 256)
        .matching(R"re(^[a-zA-Z0-9:/_-]+$)re"),
    field<&CreateAlias::Request::targetKeyId>("TargetKeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr PermissionNeed permissions[] = {{"kms:CreateAlias", KeySide::Alias},
                                          {"kms:CreateAlias", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::AlreadyExists,    ErrorCode::DependencyTimeout,
                                ErrorCode::InvalidAliasName, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState,  ErrorCode::LimitExceeded,
                                ErrorCode::NotFound};

} // namespace

const OperationInfo &CreateAlias::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "CreateAlias",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = false,
        .crossAccount = false,
        .makeRequest = &makeRequest<CreateAlias>,
        .makeReply = &makeReply<CreateAlias>,
    };
    return info;
}

} // namespace keyturn::kms
