// SPDX-License-Identifier: Apache-2.0
#include "base/stack_wipe.h"

#include <cstring>

namespace keyturn::inline base {

// Not for a sanitizer to instrument: its frames would not lie where those of other functions have been.
[[gnu::noinline, gnu::no_sanitize_address]] void wipeStackBelow() {
    char left[128 * 1024];
    std::memset(left, 0, sizeof left);
    asm volatile("" : : "r"(left) : "memory"); // the compiler would leave out what nobody reads
}

} // namespace keyturn::inline base
