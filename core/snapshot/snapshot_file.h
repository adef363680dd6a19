// SPDX-License-Identifier: Apache-2.0
// A snapshot as a sealed file (FORMAT.md). Plain functions, blocking; any thread. Errors: FileNotFound,
// FileExists, FileNotRegular, PermissionDenied, DiskFull, IoFailed, Usage (larger than any snapshot, a key of
// a wrong size), VaultDamaged (altered, or another key).
#pragma once

#include "snapshot/snapshot.h"

#include <filesystem>

namespace keyturn::snapshot {

inline constexpr std::size_t snapshotKeyBytes = 32;

/// Where its key is kept, as the file says before it is proven.
Result<std::string> snapshotKeySource(const std::filesystem::path &file);
/// Under a name that is free; mode 0600.
Status writeSnapshot(const std::filesystem::path &file, const Snapshot &snapshot, ByteView key,
                     const std::string &keySource);
Result<Snapshot> readSnapshot(const std::filesystem::path &file, ByteView key);

} // namespace keyturn::snapshot
