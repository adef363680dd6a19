// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_grants.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListGrants::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ListGrants::Request::limit>("Limit").range(1, 100),
    field<&ListGrants::Request::marker>("Marker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListGrants::Request::grantId>("GrantId").length(1, 128),
    field<&ListGrants::Request::granteePrincipal>("GranteePrincipal")
        .length(1, 256)
        .matching(R"re(^[\w+=,.@:/-]+$)re"),
    field<&ListGrants::Request::granteeServicePrincipal>("GranteeServicePrincipal")
        .length(1, 128)
        .matching(R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re"),
};

constexpr Field replyFields[] = {
    field<&ListGrants::Reply::grants>("Grants"),
    field<&ListGrants::Reply::nextMarker>("NextMarker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListGrants::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListGrants", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn,
                                ErrorCode::InvalidGrantId,    ErrorCode::InvalidMarker,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound};

} // namespace

const OperationInfo &ListGrants::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListGrants",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = true,
        .paging = {"Grants", 1, 100, 50},
        .makeRequest = &makeRequest<ListGrants>,
        .makeReply = &makeReply<ListGrants>,
    };
    return info;
}

} // namespace keyturn::kms
