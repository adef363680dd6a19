// SPDX-License-Identifier: Apache-2.0
// Assignment is a copy too.
#include "base/secret_bytes.h"

void keep(keyturn::SecretBytes &kept, keyturn::SecretBytes secret) {
#ifdef MISUSE
    kept = secret;
#else
    kept = std::move(secret);
#endif
}
