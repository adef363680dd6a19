// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/get_key_last_usage.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&GetKeyLastUsage::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
};

constexpr Field replyFields[] = {
    field<&GetKeyLastUsage::Reply::keyId>("KeyId").length(1, 2048),
    field<&GetKeyLastUsage::Reply::keyLastUsage>("KeyLastUsage"),
    field<&GetKeyLastUsage::Reply::trackingStartDate>("TrackingStartDate"),
    field<&GetKeyLastUsage::Reply::keyCreationDate>("KeyCreationDate"),
};

constexpr PermissionNeed permissions[] = {{"kms:GetKeyLastUsage", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn, ErrorCode::KMSInternal,
                                ErrorCode::NotFound};

} // namespace

const OperationInfo &GetKeyLastUsage::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "GetKeyLastUsage",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<GetKeyLastUsage>,
        .makeReply = &makeReply<GetKeyLastUsage>,
    };
    return info;
}

} // namespace keyturn::kms
