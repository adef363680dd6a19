// SPDX-License-Identifier: Apache-2.0
// A closure takes a secret by moving it, or not at all.
#include "base/secret_bytes.h"

std::size_t count(keyturn::SecretBytes secret) {
#ifdef MISUSE
    return [secret] { return secret.size(); }();
#else
    return [secret = std::move(secret)] { return secret.size(); }();
#endif
}
