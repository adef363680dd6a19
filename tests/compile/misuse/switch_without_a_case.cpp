// SPDX-License-Identifier: Apache-2.0
// A switch over a closed enum names every value: a forgotten one does not compile.
#include "base/error.h"

int weight(keyturn::ErrorOrigin origin) {
    using keyturn::ErrorOrigin;
    switch (origin) {
    case ErrorOrigin::Client:
    case ErrorOrigin::Service:
    case ErrorOrigin::Vault:
    case ErrorOrigin::Network:
#ifndef MISUSE
    case ErrorOrigin::System:
#endif
        return 1;
    }
    return 0;
}
