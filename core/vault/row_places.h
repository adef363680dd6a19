// SPDX-License-Identifier: Apache-2.0
// Where the handlers' rows stand when a vault gets a new key: most keep their primary key; those found by a
// name's lookup key move, for that key is the vault key's. Pure function, any thread. Errors: VaultDamaged (a
// row that is not where its name says), VaultNewer (a table that this program does not know).
// Follows handlers/ROWS.md.
#pragma once

#include "vault/key_rotation.h"

namespace keyturn::vault {

Result<Bytes> placeUnderNewKey(const MovingRow &row);

} // namespace keyturn::vault
