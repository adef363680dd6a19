// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/call.h"

#include "vault/vault_regions.h"

namespace keyturn::vault {

namespace {

/// In the Region it is of: UpdatePrimaryRegion asks a second one's key.
bool isCurrentKey(const VaultCore &core, const KeyPointer &key) {
    const bool isHere = key->region == core.names.rowRegion;
    return (isHere ? core : core.regions.of(key->region)).keys.isCurrent(key);
}

} // namespace

bool Trace::isCurrent(const VaultCore &core) const {
    for (std::size_t index = 0; index < keyCount; ++index) {
        if (!isCurrentKey(core, keys[index])) {
            return false;
        }
    }
    for (std::size_t index = 0; index < permittingCount; ++index) {
        if (!isCurrentKey(core, permitting[index])) {
            return false;
        }
    }
    if (grantGeneration && *grantGeneration != core.grants.generation()) {
        return false;
    }
    return !directoryGeneration || *directoryGeneration == core.keys.generation();
}

} // namespace keyturn::vault
