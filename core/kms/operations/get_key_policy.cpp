// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/get_key_policy.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GetKeyPolicy::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&GetKeyPolicy::Request::policyName>("PolicyName").length(1, 128).matching(R"re([\w]+)re"),
};

constexpr Field replyFields[] = {
    field<&GetKeyPolicy::Reply::policy>("Policy").length(1, 131072).matching(
        R"re([\u0009\u000A\u000D\u0020-\u00FF]+)re"),
    field<&GetKeyPolicy::Reply::policyName>("PolicyName").length(1, 128).matching(R"re([\w]+)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:GetKeyPolicy", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &GetKeyPolicy::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GetKeyPolicy",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<GetKeyPolicy>,
        .makeReply = &makeReply<GetKeyPolicy>,
    };
    return info;
}

} // namespace keyturn::kms
