// SPDX-License-Identifier: Apache-2.0
#include "base/platform/process.h"

#include "base/secret_bytes.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <limits>
#include <mutex>

namespace keyturn::inline base::platform {

namespace {

std::mutex stateMutex;
HardeningState currentState; // guarded by stateMutex

bool turnCoreDumpsOff() {
    const rlimit none{0, 0};
    rlimit now{};
    return setrlimit(RLIMIT_CORE, &none) == 0 && getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_cur == 0;
}

std::size_t lockLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
        return 0;
    }
    return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<std::size_t>::max() : limit.rlim_cur;
}

} // namespace

HardeningState hardenProcess(HardeningOptions options) {
    HardeningState state;
    state.coreDumpsOff = turnCoreDumpsOff();
    if (!options.allowDebugger) {
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
    state.notDumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0; // what holds, not what was asked
    state.lockLimitBytes = lockLimit();
    initialiseSecureHeap();
    const std::scoped_lock lock(stateMutex);
    currentState = state;
    return state;
}

HardeningState hardeningState() {
    const std::scoped_lock lock(stateMutex);
    return currentState;
}

} // namespace keyturn::inline base::platform
