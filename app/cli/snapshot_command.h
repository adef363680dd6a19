// SPDX-License-Identifier: Apache-2.0
// Offline copies of accounts as a target of commands (--snapshot). Failures: those of opening; 253 for a name
// that is none.
#pragma once

#include "target.h"

namespace keyturn::cli {

/// A file, or a name in Keyturn's folder of snapshots.
Outcome<std::filesystem::path> snapshotFile(const std::string &named);
Outcome<OpenTarget> openSnapshotTarget(const Target &target, Runtime &runtime);

} // namespace keyturn::cli
