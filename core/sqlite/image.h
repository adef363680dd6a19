// SPDX-License-Identifier: Apache-2.0
// The bytes of a database as its last commit left them, read without a lock and without a write: the file
// with its write-ahead log laid over it. For read-only media and for looking beside a program that writes. A
// rollback journal is not replayed: whoever uses the image must be able to tell whether it is whole. Plain
// functions, any thread. Follows sqlite.org/fileformat2.html section 4. Errors: FileNotFound,
// PermissionDenied, FileNotRegular, IoFailed, Usage (over the size limit), VaultInUse (the file kept changing
// while it was read).
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <cstddef>
#include <filesystem>

namespace keyturn::sqlite {

/// `maxSizeBytes` bounds the file and its log, each.
Result<Bytes> readImage(const std::filesystem::path &file, std::size_t maxSizeBytes);

/// Lays the committed frames of a write-ahead log over a database. Frames after the last commit, with a wrong
/// checksum or of another generation of the log are left out, as SQLite itself does.
void overlayWriteAheadLog(Bytes &database, ByteView log);

} // namespace keyturn::sqlite
