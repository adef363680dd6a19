// SPDX-License-Identifier: Apache-2.0
// No stream prints a secret.
#include "base/secret_bytes.h"

#include <ostream>

void print(std::ostream &out, const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    out << secret;
#else
    out << secret.size();
#endif
}
