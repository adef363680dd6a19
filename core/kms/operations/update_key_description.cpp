// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/update_key_description.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&UpdateKeyDescription::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&UpdateKeyDescription::Request::description>("Description").require().length(0, 8192),
};

constexpr PermissionNeed permissions[] = {{"kms:UpdateKeyDescription", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::KMSInvalidState, ErrorCode::NotFound};

} // namespace

const OperationInfo &UpdateKeyDescription::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "UpdateKeyDescription",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<UpdateKeyDescription>,
        .makeReply = &makeReply<UpdateKeyDescription>,
    };
    return info;
}

} // namespace keyturn::kms
