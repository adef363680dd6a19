// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_key_policies.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListKeyPolicies::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ListKeyPolicies::Request::limit>("Limit").range(1, 1000),
    field<&ListKeyPolicies::Request::marker>("Marker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
};

constexpr Field replyFields[] = {
    field<&ListKeyPolicies::Reply::policyNames>("PolicyNames").length(1, 128).matching(R"re([\w]+)re"),
    field<&ListKeyPolicies::Reply::nextMarker>("NextMarker")
        .length(1, 1024)
        .matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListKeyPolicies::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListKeyPolicies", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &ListKeyPolicies::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListKeyPolicies",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"PolicyNames", 1, 1000, 100},
        .makeRequest = &makeRequest<ListKeyPolicies>,
        .makeReply = &makeReply<ListKeyPolicies>,
    };
    return info;
}

} // namespace keyturn::kms
