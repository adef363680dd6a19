// SPDX-License-Identifier: Apache-2.0
// Which keys take imported material, and what an import may say about it (kms-semantics.md section 9). Any
// thread. Errors: as resolveKey(); UnsupportedOperation (a key whose material is made here, members that only
// symmetric keys have), KMSInvalidState, Validation.
#pragma once

#include "kms/operations/import_key_material.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

/// A key of Origin EXTERNAL in a state that allows the operation.
Result<KeyPointer> importableKey(Call &call, const std::string &keyId);

/// KEY_MATERIAL_EXPIRES when it says nothing.
bool expiresByRequest(const kms::ImportKeyMaterial::Request &request);
/// A first import brings new material, every later one the same again, unless it says otherwise.
kms::ImportType typeOf(const KeyState &key, const kms::ImportKeyMaterial::Request &request);
Status checkImportMembers(const KeyState &key, const kms::ImportKeyMaterial::Request &request);

} // namespace keyturn::vault
