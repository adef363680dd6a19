// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/tag_resource.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&TagResource::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&TagResource::Request::tags>("Tags").require(),
};

constexpr PermissionNeed permissions[] = {{"kms:TagResource", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::InvalidArn,    ErrorCode::KMSInternal, ErrorCode::KMSInvalidState,
                                ErrorCode::LimitExceeded, ErrorCode::NotFound,    ErrorCode::Tag};

} // namespace

const OperationInfo &TagResource::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "TagResource",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<TagResource>,
        .makeReply = &makeReply<TagResource>,
    };
    return info;
}

} // namespace keyturn::kms
