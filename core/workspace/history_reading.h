// SPDX-License-Identifier: Apache-2.0
// The history read, checked and exported as a whole: what a window shows of it. Plain functions; blocking,
// never on a GUI thread. Owner: whoever called owns what comes back. Errors: those of chainlog/log_file.h,
// Cancelled; a chain that breaks is no error of listHistory(), which gives what still holds and the damage.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "history/reader.h"
#include "workspace/history_access.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::workspace {

struct HistoryList {
    std::vector<history::StoredEntry> entries; ///< newest first, no more than were asked for
    std::uint64_t matching = 0;                ///< of all
    std::optional<Error> damage;               ///< what stands behind it is not read
};

/// The newest entries that match.
Result<HistoryList> listHistory(const HistoryPlace &place, ByteView key, const history::HistoryFilter &filter,
                                std::size_t newest, const CancelToken &cancel);

struct HistoryCheck {
    chainlog::LogFileReport report;
    chainlog::LogFileHead head;
    std::string sealedBy; ///< for people
};
Result<HistoryCheck> checkHistory(const HistoryPlace &place, ByteView key, const Progress &progress = {});

/// What an intact chain leaves open, each a sentence without its head: "that this is not ...".
const std::vector<std::string> &notProvenByHistory();

/// What matches as JSON Lines with the chain's hashes, in a new file of mode 0600. Gives how many.
Result<std::uint64_t> exportHistory(const HistoryPlace &place, ByteView key,
                                    const history::HistoryFilter &filter, const std::filesystem::path &file,
                                    bool mayReplace, const CancelToken &cancel);

} // namespace keyturn::workspace
