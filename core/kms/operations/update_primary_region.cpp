// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/update_primary_region.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&UpdatePrimaryRegion::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&UpdatePrimaryRegion::Request::primaryRegion>("PrimaryRegion")
        .require()
        .length(1, 32)
        .matching(R"re(^([a-z]+-){2,3}\d+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:UpdatePrimaryRegion", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::Disabled,    ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal, ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound,    ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &UpdatePrimaryRegion::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "UpdatePrimaryRegion",
        .request = requestFields,
        .reply = {},
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<UpdatePrimaryRegion>,
        .makeReply = &makeReply<UpdatePrimaryRegion>,
    };
    return info;
}

} // namespace keyturn::kms
