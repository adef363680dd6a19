// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/describe_custom_key_stores.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DescribeCustomKeyStores::Request::customKeyStoreId>("CustomKeyStoreId").length(1, 64),
    field<&DescribeCustomKeyStores::Request::customKeyStoreName>("CustomKeyStoreName").length(1, 256),
    field<&DescribeCustomKeyStores::Request::limit>("Limit").range(1, 1000),
    field<&DescribeCustomKeyStores::Request::marker>("Marker").length(1, 1024).matching(
        R"re([\u0020-\u00FF]*)re"),
};

constexpr Field replyFields[] = {
    field<&DescribeCustomKeyStores::Reply::customKeyStores>("CustomKeyStores"),
    field<&DescribeCustomKeyStores::Reply::nextMarker>("NextMarker")
        .length(1, 1024)
        .matching(R"re([\u0020-\u00FF]*)re"),
    field<&DescribeCustomKeyStores::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:DescribeCustomKeyStores", KeySide::None}};

constexpr ErrorCode errors[] = {ErrorCode::CustomKeyStoreNotFound, ErrorCode::InvalidMarker,
                                ErrorCode::KMSInternal};

} // namespace

const OperationInfo &DescribeCustomKeyStores::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DescribeCustomKeyStores",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"CustomKeyStores", 1, 1000, 0},
        .makeRequest = &makeRequest<DescribeCustomKeyStores>,
        .makeReply = &makeReply<DescribeCustomKeyStores>,
    };
    return info;
}

} // namespace keyturn::kms
