// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/replicate_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ReplicateKey::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ReplicateKey::Request::replicaRegion>("ReplicaRegion")
        .require()
        .length(1, 32)
        .matching(R"re(^([a-z]+-){2,3}\d+$)re"),
    field<&ReplicateKey::Request::policy>("Policy").length(1, 131072).matching(
        R"re([\u0009\u000A\u000D\u0020-\u00FF]+)re"),
    field<&ReplicateKey::Request::bypassPolicyLockoutSafetyCheck>("BypassPolicyLockoutSafetyCheck"),
    field<&ReplicateKey::Request::description>("Description").length(0, 8192),
    field<&ReplicateKey::Request::tags>("Tags"),
};

constexpr Field replyFields[] = {
    field<&ReplicateKey::Reply::replicaKeyMetadata>("ReplicaKeyMetadata"),
    field<&ReplicateKey::Reply::replicaPolicy>("ReplicaPolicy")
        .length(1, 131072)
        .matching(R"re([\u0009\u000A\u000D\u0020-\u00FF]+)re"),
    field<&ReplicateKey::Reply::replicaTags>("ReplicaTags"),
};

constexpr PermissionNeed permissions[] = {
    {"kms:ReplicateKey", KeySide::Key}, {"kms:CreateKey", KeySide::None}, {"kms:TagResource", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::AlreadyExists,
                                ErrorCode::Disabled,
                                ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState,
                                ErrorCode::LimitExceeded,
                                ErrorCode::MalformedPolicyDocument,
                                ErrorCode::NotFound,
                                ErrorCode::Tag,
                                ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &ReplicateKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ReplicateKey",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = false,
        .crossAccount = false,
        .makeRequest = &makeRequest<ReplicateKey>,
        .makeReply = &makeReply<ReplicateKey>,
    };
    return info;
}

} // namespace keyturn::kms
