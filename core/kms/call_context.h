// SPDX-License-Identifier: Apache-2.0
// CallContext: what goes with a request but is not part of it. Plain value, moved into the call.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "kms/principal.h"

#include <chrono>
#include <optional>
#include <string>

namespace keyturn::kms {

struct CallContext {
    std::optional<std::chrono::steady_clock::time_point> deadline;
    CancelToken cancel;
    std::string requestId; ///< empty: the backend makes one
    std::string jobId;     ///< of a bulk job; its calls are logged together
    std::string region;    ///< that the request is for, where a backend has several; empty: its own
    Principal principal;
    Progress progress;
};

} // namespace keyturn::kms
