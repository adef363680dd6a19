// SPDX-License-Identifier: Apache-2.0
// Secrets are compared in constant time, by name.
#include "base/secret_bytes.h"

bool same(const keyturn::SecretBytes &a, const keyturn::SecretBytes &b) {
#ifdef MISUSE
    return a == b;
#else
    return keyturn::equalConstantTime(a.view(), b.view());
#endif
}
