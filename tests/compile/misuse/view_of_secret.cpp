// SPDX-License-Identifier: Apache-2.0
// A view of a secret is asked for by name.
#include "base/secret_bytes.h"

keyturn::ByteView seen(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    return secret;
#else
    return secret.view();
#endif
}
