// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/import_rules.h"

#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/resolve.h"

namespace keyturn::vault {

using kms::ImportType;

Result<KeyPointer> importableKey(Call &call, const std::string &keyId) {
    auto key = resolveKey(call, keyId, kms::keyIdOrArn);
    if (!key) {
        return key;
    }
    if (!(*key)->isImported) {
        return originFault(**key);
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    return key;
}

bool expiresByRequest(const kms::ImportKeyMaterial::Request &request) {
    return !request.expirationModel ||
           *request.expirationModel == kms::ExpirationModelType::KEY_MATERIAL_EXPIRES;
}

ImportType typeOf(const KeyState &key, const kms::ImportKeyMaterial::Request &request) {
    const bool isFirst = key.materials.empty() && key.pendingRotation.empty();
    const ImportType otherwise = isFirst ? ImportType::NEW_KEY_MATERIAL : ImportType::EXISTING_KEY_MATERIAL;
    return request.importType ? request.importType->known().value_or(otherwise) : otherwise;
}

Status checkImportMembers(const KeyState &key, const kms::ImportKeyMaterial::Request &request) {
    if (!key.isSymmetric()) {
        const char *member = request.importType               ? "ImportType"
                             : request.keyMaterialId          ? "KeyMaterialId"
                             : request.keyMaterialDescription ? "KeyMaterialDescription"
                                                              : nullptr;
        if (member != nullptr) {
            return unsupportedFault(std::string(member) + " is for symmetric encryption keys only, and " +
                                    key.arn + " is none.");
        }
        return {};
    }
    if (request.keyMaterialId && typeOf(key, request) == ImportType::NEW_KEY_MATERIAL) {
        return validationFault("KeyMaterialId cannot be specified with ImportType NEW_KEY_MATERIAL.");
    }
    return {};
}

} // namespace keyturn::vault
