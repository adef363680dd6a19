// SPDX-License-Identifier: Apache-2.0
// A Result is no value until it has been looked at.
#include "base/result.h"

int ask(const keyturn::Result<int> &result) {
#ifdef MISUSE
    return result;
#else
    return result ? *result : 0;
#endif
}
