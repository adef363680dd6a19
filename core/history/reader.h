// SPDX-License-Identifier: Apache-2.0
// Reading the history: entries in order, filtered, their chain checked on the way. Plain functions; blocking;
// the thread rule is LogFile's. Errors: those of LogFile; VaultDamaged where the chain breaks: what was
// visited before that still holds.
#pragma once

#include "chainlog/log_file.h"
#include "history/entry.h"

#include <functional>
#include <optional>
#include <string>

namespace keyturn::history {

struct HistoryFilter {
    std::optional<Timestamp> since; ///< included
    std::optional<Timestamp> until; ///< not included
    std::string profile;            ///< empty: any; so the following
    std::string operation;
    std::string program;
    std::string job;
    std::string outcome;
    std::string key;          ///< part of either key, or of the alias in the details
    bool changesOnly = false; ///< operations that change or destroy
    bool openOnly = false;    ///< intents without an outcome: what may have happened without being told
};

struct StoredEntry {
    std::uint64_t sequence = 0;
    chainlog::ChainHash hash{};
    HistoryEntry entry;
};

bool matches(const HistoryFilter &filter, const HistoryEntry &entry);

/// What matches, oldest first; with the record itself for the export.
using EntryVisitor = std::function<Status(const StoredEntry &entry, const chainlog::StoredRecord &record)>;
Status readHistory(chainlog::LogFile &log, const HistoryFilter &filter, const EntryVisitor &visit);

} // namespace keyturn::history
