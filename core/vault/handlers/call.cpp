// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/call.h"

namespace keyturn::vault {

bool Trace::isCurrent(const KeyDirectory &directory) const {
    for (std::size_t index = 0; index < keyCount; ++index) {
        if (!directory.isCurrent(keys[index])) {
            return false;
        }
    }
    return !directoryGeneration || *directoryGeneration == directory.generation();
}

} // namespace keyturn::vault
