// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/create_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&CreateKey::Request::policy>("Policy").length(1, 131072).matching(
        R"re([\u0009\u000A\u000D\u0020-\u00FF]+)re"),
    field<&CreateKey::Request::description>("Description").length(0, 8192),
    field<&CreateKey::Request::keyUsage>("KeyUsage"),
    field<&CreateKey::Request::customerMasterKeySpec>("CustomerMasterKeySpec").deprecate(),
    field<&CreateKey::Request::keySpec>("KeySpec"),
    field<&CreateKey::Request::origin>("Origin"),
    field<&CreateKey::Request::customKeyStoreId>("CustomKeyStoreId").length(1, 64),
    field<&CreateKey::Request::bypassPolicyLockoutSafetyCheck>("BypassPolicyLockoutSafetyCheck"),
    field<&CreateKey::Request::tags>("Tags"),
    field<&CreateKey::Request::multiRegion>("MultiRegion"),
    field<&CreateKey::Request::xksKeyId>("XksKeyId").length(1, 128).matching(R"re(^[a-zA-Z0-9-_.]+$)re"),
};

constexpr Field replyFields[] = {
    field<&CreateKey::Reply::keyMetadata>("KeyMetadata"),
};

constexpr PermissionNeed permissions[] = {{"kms:CreateKey", KeySide::None},
                                          {"kms:TagResource", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CloudHsmClusterInvalidConfiguration,
                                ErrorCode::CustomKeyStoreInvalidState,
                                ErrorCode::CustomKeyStoreNotFound,
                                ErrorCode::DependencyTimeout,
                                ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,
                                ErrorCode::LimitExceeded,
                                ErrorCode::MalformedPolicyDocument,
                                ErrorCode::Tag,
                                ErrorCode::UnsupportedOperation,
                                ErrorCode::XksKeyAlreadyInUse,
                                ErrorCode::XksKeyInvalidConfiguration,
                                ErrorCode::XksKeyNotFound};

} // namespace

const OperationInfo &CreateKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "CreateKey",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = false,
        .crossAccount = false,
        .makeRequest = &makeRequest<CreateKey>,
        .makeReply = &makeReply<CreateKey>,
    };
    return info;
}

} // namespace keyturn::kms
