// SPDX-License-Identifier: Apache-2.0
// HistoryFile: the log file behind a Recorder. Made with its first record, opened anew after a failure and
// when somebody moved it away. Internal to this module; one thread. Errors: those of LogFile.
#pragma once

#include "chainlog/log_file.h"
#include "history/recorder.h"

#include <memory>
#include <span>

namespace keyturn::history {

class HistoryFile {
public:
    explicit HistoryFile(const RecorderOptions &options)
        : m_options(options) {}

    /// Durable when it returns. Fills in the digests of contexts, for which the key is needed.
    Status append(const HistoryKey &key, std::span<CallFacts *const> facts);

private:
    Status open(const HistoryKey &key);
    Status create(const HistoryKey &key);
    Status write(std::span<const chainlog::Record> records);
    chainlog::Record recordOf(CallFacts &facts) const;

    const RecorderOptions &m_options;
    std::unique_ptr<chainlog::LogFile> m_log;
};

/// Of the history itself: it began, or calls are missing from it.
HistoryEntry ownEntry(const RecorderOptions &options, std::string_view action);

} // namespace keyturn::history
