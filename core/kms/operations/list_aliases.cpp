// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_aliases.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListAliases::Request::keyId>("KeyId").length(1, 2048).ids(keyIdOrArn),
    field<&ListAliases::Request::limit>("Limit").range(1, 100),
    field<&ListAliases::Request::marker>("Marker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
};

constexpr Field replyFields[] = {
    field<&ListAliases::Reply::aliases>("Aliases"),
    field<&ListAliases::Reply::nextMarker>("NextMarker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListAliases::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListAliases", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::InvalidMarker,
                                ErrorCode::KMSInternal, ErrorCode::NotFound};

} // namespace

const OperationInfo &ListAliases::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListAliases",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"Aliases", 1, 100, 50},
        .makeRequest = &makeRequest<ListAliases>,
        .makeReply = &makeReply<ListAliases>,
    };
    return info;
}

} // namespace keyturn::kms
