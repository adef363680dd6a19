// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/list_key_rotations.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ListKeyRotations::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ListKeyRotations::Request::includeKeyMaterial>("IncludeKeyMaterial"),
    field<&ListKeyRotations::Request::limit>("Limit").range(1, 1000),
    field<&ListKeyRotations::Request::marker>("Marker").length(1, 1024).matching(R"re([\u0020-\u00FF]*)re"),
};

constexpr Field replyFields[] = {
    field<&ListKeyRotations::Reply::rotations>("Rotations"),
    field<&ListKeyRotations::Reply::nextMarker>("NextMarker")
        .length(1, 1024)
        .matching(R"re([\u0020-\u00FF]*)re"),
    field<&ListKeyRotations::Reply::truncated>("Truncated"),
};

constexpr PermissionNeed permissions[] = {{"kms:ListKeyRotations", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::InvalidArn,  ErrorCode::InvalidMarker,
                                ErrorCode::KMSInternal, ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound,    ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &ListKeyRotations::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ListKeyRotations",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Reads,
        .retrySafe = true,
        .crossAccount = false,
        .paging = {"Rotations", 1, 1000, 100},
        .makeRequest = &makeRequest<ListKeyRotations>,
        .makeReply = &makeReply<ListKeyRotations>,
    };
    return info;
}

} // namespace keyturn::kms
