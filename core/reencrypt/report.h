// SPDX-License-Identifier: Apache-2.0
// Reports of a job out of its journal: JSON, CSV and one self-contained HTML page. Holds ids, digests, keys,
// causes and request ids; no ciphertext, no plaintext. Each ends with a SHA-256 over everything before it
// (FORMAT.md "The report"). Streams: a job of ten million items does not fit in memory. One thread at a time.
// Errors: those of the journal and of `write`.
#pragma once

#include "base/result.h"
#include "reencrypt/journal.h"

#include <functional>
#include <string_view>

namespace keyturn::reencrypt {

enum class ReportForm : std::uint8_t { Json, Csv, Html };

using ReportSink = std::function<Status(std::string_view text)>;
Status writeReport(Journal &journal, ReportForm form, const ReportSink &write);

/// Every item's last record, in order of the journal: for reports, status and the failures table.
Status visitItems(Journal &journal, const std::function<Result<bool>(const ItemRecord &)> &visit);

} // namespace keyturn::reencrypt
