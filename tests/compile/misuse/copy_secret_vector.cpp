// SPDX-License-Identifier: Apache-2.0
// A container of secrets is copied as little as one.
#include "base/secret_bytes.h"

#include <vector>

std::vector<keyturn::SecretBytes> second(std::vector<keyturn::SecretBytes> &secrets) {
#ifdef MISUSE
    return std::vector<keyturn::SecretBytes>(secrets);
#else
    return std::vector<keyturn::SecretBytes>(std::move(secrets));
#endif
}
