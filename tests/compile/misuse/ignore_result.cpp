// SPDX-License-Identifier: Apache-2.0
// A Result is looked at.
#include "base/result.h"

keyturn::Result<int> answer();

int ask() {
#ifdef MISUSE
    answer();
    return 0;
#else
    return answer().value_or(0);
#endif
}
