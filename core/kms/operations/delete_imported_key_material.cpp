// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/delete_imported_key_material.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&DeleteImportedKeyMaterial::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&DeleteImportedKeyMaterial::Request::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr Field replyFields[] = {
    field<&DeleteImportedKeyMaterial::Reply::keyId>("KeyId").length(1, 2048),
    field<&DeleteImportedKeyMaterial::Reply::keyMaterialId>("KeyMaterialId")
        .length(0, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:DeleteImportedKeyMaterial", KeySide::Key}};

constexpr ErrorCode errors[] = {ErrorCode::DependencyTimeout, ErrorCode::InvalidArn,
                                ErrorCode::KMSInternal,       ErrorCode::KMSInvalidState,
                                ErrorCode::NotFound,          ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &DeleteImportedKeyMaterial::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "DeleteImportedKeyMaterial",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Destroys,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<DeleteImportedKeyMaterial>,
        .makeReply = &makeReply<DeleteImportedKeyMaterial>,
    };
    return info;
}

} // namespace keyturn::kms
