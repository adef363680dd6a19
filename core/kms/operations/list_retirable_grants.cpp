// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_retirable_grants.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListRetirableGrants::Request::limit>("Limit").range(1, 100),
    field<&ListRetirableGrants::Request::marker>("Marker").length(1, 1024).matching(
        R"re([\u0020-\u00FF]*)re"),
    field<&ListRetirableGrants::Request::retiringPrincipal>("RetiringPrincipal")
        .length(1, 256)
        .matching(R"re(^[\w+=,.@:/-]+$)re"),
    field<&ListRetirableGrants::Request::retiringServicePrincipal>("RetiringServicePrincipal")
        .length(1, 128)
        .matching(R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re"),
};

constexpr Field replyFields[] = {
    field<&ListRetirableGrants::Reply::grants>("Grants"),
    field<&ListRetirableGrants::Reply::nextMarker>("NextMarker")
        .length(1, 1024)
        .matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListRetirableGrants::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListRetirableGrants", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::InvalidMarker,
                                ErrorCode::KMSInternal, ErrorCode::NotFound};

} // namespace

const OperationInfo &ListRetirableGrants::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListRetirableGrants",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"Grants", 1, 100, 50},
        .makeRequest = &makeRequest<ListRetirableGrants>,
        .makeReply = &makeReply<ListRetirableGrants>,
    };
    return info;
}

} // namespace keyturn::kms
