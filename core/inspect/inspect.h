// SPDX-License-Identifier: Apache-2.0
// inspect(): says offline what bytes, pasted text or a file hold, and why something is no KMS ciphertext.
// Follows core/blob/FORMAT.md, kms-semantics.md section 12, ecosystem.md section 4. Never fails on content,
// never guesses without saying so. Pure functions; any thread. Errors of inspectFile: those of reading.
#pragma once

#include "base/result.h"
#include "inspect/inspection.h"

#include <filesystem>

namespace keyturn::inspect {

/// What is read of a file at most; larger ones are judged by their beginning.
inline constexpr std::size_t inspectedBytesMax = 1024 * 1024;

/// `totalBytes` is the size of the whole when `input` is only its beginning; 0: input is everything.
Inspection inspect(ByteView input, std::uint64_t totalBytes = 0);

/// Also reads the record beside the file (record.h) and adds what it says.
Result<Inspection> inspectFile(const std::filesystem::path &file);

} // namespace keyturn::inspect
