// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/describe_key.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DescribeKey::Request::keyId>("KeyId").require().length(1, 2048).ids(anyKeyIdentifier),
    field<&DescribeKey::Request::grantTokens>("GrantTokens").items(0, 10).length(1, 8192),
};

constexpr Field replyFields[] = {
    field<&DescribeKey::Reply::keyMetadata>("KeyMetadata"),
};

constexpr PermissionNeed permissions[] = {{"kms:DescribeKey", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::NotFound};

} // namespace

const OperationInfo &DescribeKey::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DescribeKey",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = true,
        .makeRequest = &makeRequest<DescribeKey>,
        .makeReply = &makeReply<DescribeKey>,
    };
    return info;
}

} // namespace keyturn::kms
