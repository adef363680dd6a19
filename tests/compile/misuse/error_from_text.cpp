// SPDX-License-Identifier: Apache-2.0
// An error has a code: a text alone is none.
#include "base/result.h"

#include <string>

keyturn::Status refuse() {
#ifdef MISUSE
    return std::string("--port takes 0 to 65535");
#else
    return keyturn::fail(keyturn::ErrorCode::Usage, "--port takes 0 to 65535");
#endif
}
