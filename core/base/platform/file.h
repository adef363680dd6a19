// SPDX-License-Identifier: Apache-2.0
// File acts that differ between systems: one header, one .cpp each. Any thread. Errors: as systemError maps.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace keyturn::inline base::platform {

/// Makes a directory's entries durable.
Status syncDirectory(const std::filesystem::path &directory);
/// Swaps two names atomically (renameat2 RENAME_EXCHANGE). Errors: IoFailed where the file system cannot.
Status exchangeFiles(const std::filesystem::path &a, const std::filesystem::path &b);
/// Creates a folder (and parents) of mode 0700 if it is missing.
Status createPrivateDirectory(const std::filesystem::path &directory);

struct FileFacts {
    bool regular = false;
    bool symlink = false;
    bool ownedByUs = false;
    bool writable = false;
    unsigned mode = 0;
    std::uint64_t sizeBytes = 0;
    std::uint64_t hardLinks = 0;
};
/// Looks at the name itself (a symbolic link is not followed).
Result<FileFacts> fileFacts(const std::filesystem::path &path);

/// "ext4", "nfs", "tmpfs", ...; empty when unknown.
std::string fileSystemName(const std::filesystem::path &path);
bool isNetworkFileSystem(const std::filesystem::path &path);

} // namespace keyturn::inline base::platform
