// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/put_key_policy.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&PutKeyPolicy::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&PutKeyPolicy::Request::policyName>("PolicyName").length(1, 128).matching(R"re([\w]+)re"),
    field<&PutKeyPolicy::Request::policy>("Policy").require().length(1, 131072).matching(
        R"re([\u0009\u000A\u000D\u0020-\u00FF]+)re"),
    field<&PutKeyPolicy::Request::bypassPolicyLockoutSafetyCheck>("BypassPolicyLockoutSafetyCheck"),
};

constexpr PermissionNeed permissions[] = {{"kms:PutKeyPolicy", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::LimitExceeded,     ErrorCode::MalformedPolicyDocument,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &PutKeyPolicy::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "PutKeyPolicy",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<PutKeyPolicy>,
        .makeReply = &makeReply<PutKeyPolicy>,
    };
    return info;
}

} // namespace keyturn::kms
