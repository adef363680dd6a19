// SPDX-License-Identifier: Apache-2.0
// A std::string is not wiped: no secret turns into one by itself.
#include "base/secret_bytes.h"

#include <string>

std::string shown(const keyturn::SecretBytes &secret) {
#ifdef MISUSE
    return secret;
#else
    return std::to_string(secret.size());
#endif
}
