// SPDX-License-Identifier: Apache-2.0
// A file that holds the key of journals: 64 hex digits, mode 0600, ours. Any thread. Errors: FileNotFound,
// PermissionDenied (open to others, or another's: says how to mend it), FileNotRegular, Usage (no key in it),
// those of writing.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"

#include <filesystem>

namespace keyturn::workspace {

Result<SecretBytes> readJournalKeyFile(const std::filesystem::path &file);
/// Reads it, or makes it where there is none; `made` says which.
Result<SecretBytes> ensureJournalKeyFile(const std::filesystem::path &file, bool &made);

} // namespace keyturn::workspace
