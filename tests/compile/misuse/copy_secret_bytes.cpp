// SPDX-License-Identifier: Apache-2.0
// A secret is copied only by name, so that every copy can be found.
#include "base/secret_bytes.h"

keyturn::SecretBytes second(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    return secret;
#else
    return secret.clone();
#endif
}
