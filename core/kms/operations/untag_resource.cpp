// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/untag_resource.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&UntagResource::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&UntagResource::Request::tagKeys>("TagKeys").require().length(1, 128),
};

constexpr PermissionNeed permissions[] = {{"kms:UntagResource", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::InvalidArn, ErrorCode::KMSInternal, ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound, ErrorCode::Tag};

} // namespace

const OperationInfo &UntagResource::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "UntagResource",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<UntagResource>,
        .makeReply = &makeReply<UntagResource>,
    };
    return info;
}

} // namespace keyturn::kms
