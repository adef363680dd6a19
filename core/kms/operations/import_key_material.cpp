// SPDX-License-Identifier: Apache-2.0
#include "kms/operations/import_key_material.h"

#include "kms/field_table.h"

namespace keyturn::kms {
namespace {

constexpr Field requestFields[] = {
    field<&ImportKeyMaterial::Request::keyId>("KeyId").require().length(1, 2048).ids(keyIdOrArn),
    field<&ImportKeyMaterial::Request::importToken>("ImportToken").require().length(1, 6144),
    field<&ImportKeyMaterial::Request::encryptedKeyMaterial>("EncryptedKeyMaterial")
        .require()
        .length(1, 6144),
    field<&ImportKeyMaterial::Request::validTo>("ValidTo"),
    field<&ImportKeyMaterial::Request::expirationModel>("ExpirationModel"),
    field<&ImportKeyMaterial::Request::importType>("ImportType"),
    field<&ImportKeyMaterial::Request::keyMaterialDescription>("KeyMaterialDescription")
        .length(0, 256)
        .matching(R"re(^[a-zA-Z0-9:/_\s.-]+$)re"),
    field<&ImportKeyMaterial::Request::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr Field replyFields[] = {
    field<&ImportKeyMaterial::Reply::keyId>("KeyId").length(1, 2048),
    field<&ImportKeyMaterial::Reply::keyMaterialId>("KeyMaterialId")
        .length(64, 64)
        .matching(R"re(^[a-f0-9]+$)re"),
};

constexpr PermissionNeed permissions[] = {{"kms:ImportKeyMaterial", KeySide::Key}};

constexpr ErrorCode errors[] = {
    ErrorCode::DependencyTimeout,   ErrorCode::ExpiredImportToken, ErrorCode::IncorrectKeyMaterial,
    ErrorCode::InvalidArn,          ErrorCode::InvalidCiphertext,  ErrorCode::InvalidImportToken,
    ErrorCode::KMSInternal,         ErrorCode::KMSInvalidState,    ErrorCode::NotFound,
    ErrorCode::UnsupportedOperation};

} // namespace

const OperationInfo &ImportKeyMaterial::info() {
    static constexpr OperationInfo info{
        .id = id,
        .name = "ImportKeyMaterial",
        .request = requestFields,
        .reply = replyFields,
        .permissions = permissions,
        .errors = errors,
        .effect = Effect::Changes,
        .retrySafe = true,
        .crossAccount = false,
        .makeRequest = &makeRequest<ImportKeyMaterial>,
        .makeReply = &makeReply<ImportKeyMaterial>,
    };
    return info;
}

} // namespace keyturn::kms
