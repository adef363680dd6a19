// SPDX-License-Identifier: Apache-2.0
// What protects the process, set at the start of main, before any secret. Call once from the main thread.
#pragma once

#include <cstddef>

namespace keyturn::inline base::platform {

struct HardeningState {
    bool coreDumpsOff = false;
    bool notDumpable = false;       ///< other processes of this user cannot read our memory
    std::size_t lockLimitBytes = 0; ///< how much memory may be locked (RLIMIT_MEMLOCK)
};

struct HardeningOptions {
    bool allowDebugger = false; ///< tests and developers: leaves the process dumpable
};

/// Core dumps off, not dumpable, secure heap up.
HardeningState hardenProcess(HardeningOptions options);
HardeningState hardeningState();

} // namespace keyturn::inline base::platform
