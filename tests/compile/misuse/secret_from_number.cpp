// SPDX-License-Identifier: Apache-2.0
// A number is no secret of that size.
#include "base/secret_bytes.h"

keyturn::SecretBytes zeroes() {
#ifdef MISUSE
    return 32;
#else
    return keyturn::SecretBytes(32);
#endif
}
