// SPDX-License-Identifier: Apache-2.0
// takeSnapshot(): asks a service for everything that FORMAT.md lists, some calls at once, and notes per part
// why it is missing. Blocks; not on a GUI thread; the service outlives it. Errors: those of ListKeys (without
// keys there is no inventory), Cancelled.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "kms/service.h"
#include "snapshot/snapshot.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace keyturn::snapshot {

struct SnapshotWish {
    SnapshotFacts facts; ///< profile, endpoint, region, program; times are filled in
    std::shared_ptr<const Clock> clock = systemClock();
    /// The service's clock minus ours, once it has answered; empty or nothing: it cannot be told.
    std::function<std::optional<std::chrono::seconds>()> clockOffset;
    std::size_t callsAtOnce = 8;
    CancelToken cancel;
    Progress progress;
};

Result<Snapshot> takeSnapshot(kms::KmsService &service, const SnapshotWish &wish);

} // namespace keyturn::snapshot
