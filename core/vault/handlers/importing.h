// SPDX-License-Identifier: Apache-2.0
// GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial, and the expiry of what was imported
// (kms-semantics.md section 9). An import is prepared on a thread of the pool, where its token is read and
// the material unwrapped and looked at, and carried out on the writer's, where it meets what the key has.
// Thread rule: as each function says. Errors: as AWS KMS, and those of Changes.
#pragma once

#include "kms/operations/delete_imported_key_material.h"
#include "kms/operations/get_parameters_for_import.h"
#include "kms/operations/import_key_material.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"
#include "vault/handlers/imported_material.h"

namespace keyturn::vault {

/// Any thread; makes a wrapping key, so only where call.mayTakeLong, otherwise call.needsPool is set.
Result<kms::GetParametersForImport::Reply>
getParametersForImport(Call &call, const kms::GetParametersForImport::Request &request);

/// Any thread, and as above.
Result<PreparedImport> prepareImport(Call &call, const kms::ImportKeyMaterial::Request &request);
/// Writer thread.
Result<kms::ImportKeyMaterial::Reply> importKeyMaterial(Call &call, Changes &changes,
                                                        PreparedImport prepared);

/// Writer thread.
Result<kms::DeleteImportedKeyMaterial::Reply>
deleteImportedKeyMaterial(Call &call, Changes &changes,
                          const kms::DeleteImportedKeyMaterial::Request &request);
/// The material that expires first, which must have come; gives its KeyMaterialId. Writer thread.
Result<std::string> expireMaterial(Changes &changes, KeyState key);

} // namespace keyturn::vault
