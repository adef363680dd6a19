// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_resource_tags.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListResourceTags::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ListResourceTags::Request::limit>("Limit").range(1, 50),
    field<&ListResourceTags::Request::marker>("Marker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
};

constexpr Field replyFields[] = {
    field<&ListResourceTags::Reply::tags>("Tags"),
    field<&ListResourceTags::Reply::nextMarker>("NextMarker")
        .length(1, 1024)
        .matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListResourceTags::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListResourceTags", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::InvalidArn, ErrorCode::InvalidMarker, ErrorCode::KMSInternal,
                                ErrorCode::NotFound};

} // namespace

const OperationInfo &ListResourceTags::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListResourceTags",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"Tags", 1, 50, 50},
        .makeRequest = &makeRequest<ListResourceTags>,
        .makeReply = &makeReply<ListResourceTags>,
    };
    return info;
}

} // namespace keyturn::kms
