// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_keys.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListKeys::Request::limit>("Limit").range(1, 1000),
    field<&ListKeys::Request::marker>("Marker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
};

constexpr Field replyFields[] = {
    field<&ListKeys::Reply::keys>("Keys"),
    field<&ListKeys::Reply::nextMarker>("NextMarker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListKeys::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListKeys", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidMarker,
                                ErrorCode::KMSInternal};

} // namespace

const OperationInfo &ListKeys::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListKeys",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"Keys", 1, 1000, 100},
        .makeRequest = &makeRequest<ListKeys>,
        .makeReply = &makeReply<ListKeys>,
    };
    return info;
}

} // namespace keyturn::kms
