// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/call.h"

namespace keyturn::vault {

bool Trace::isCurrent(const VaultCore &core) const {
    for (std::size_t index = 0; index < keyCount; ++index) {
        if (!core.keys.isCurrent(keys[index])) {
            return false;
        }
    }
    for (std::size_t index = 0; index < permittingCount; ++index) {
        if (!core.keys.isCurrent(permitting[index])) {
            return false;
        }
    }
    if (grantGeneration && *grantGeneration != core.grants.generation()) {
        return false;
    }
    return !directoryGeneration || *directoryGeneration == core.keys.generation();
}

} // namespace keyturn::vault
