// SPDX-License-Identifier: Apache-2.0
#include "history/history_file.h"

#include "base/platform/file.h"

#include <algorithm>
#include <array>
#include <vector>

namespace keyturn::history {

HistoryEntry ownEntry(const RecorderOptions &options, std::string_view action) {
    HistoryEntry entry;
    entry.time = options.clock->now();
    entry.program = options.program;
    entry.operation = action;
    entry.outcome = "Success";
    return entry;
}

Status HistoryFile::append(const HistoryKey &key, std::span<CallFacts *const> facts) {
    constexpr int attempts = 2; // the second when the file was moved away meanwhile
    for (int attempt = 1;; ++attempt) {
        if (auto opened = open(key); !opened) {
            return opened;
        }
        std::vector<chainlog::Record> records;
        records.reserve(facts.size());
        for (CallFacts *one : facts) {
            records.push_back(recordOf(*one));
        }
        auto written = write(records);
        if (written) {
            return written;
        }
        m_log.reset(); // whatever it was, the next attempt looks at the file anew
        if (written.error().code != ErrorCode::FileNotFound || attempt == attempts) {
            return written;
        }
    }
}

Status HistoryFile::open(const HistoryKey &key) {
    if (m_log) {
        return {};
    }
    auto opened = chainlog::LogFile::open(m_options.file, key.key.view());
    if (!opened && opened.error().code == ErrorCode::FileNotFound) {
        return create(key);
    }
    if (!opened) {
        return failFrom(opened);
    }
    m_log = std::move(*opened);
    return {};
}

/// Where another program was faster, its file is taken.
Status HistoryFile::create(const HistoryKey &key) {
    if (auto folder = platform::createPrivateDirectory(m_options.file.parent_path()); !folder) {
        return folder;
    }
    const auto made =
        chainlog::LogFile::create(m_options.file, key.key.view(), key.source, m_options.clock->now());
    if (!made && made.error().code != ErrorCode::FileExists) {
        return made;
    }
    auto opened = chainlog::LogFile::open(m_options.file, key.key.view());
    if (!opened) {
        return failFrom(opened);
    }
    m_log = std::move(*opened);
    return made ? write(std::array{toRecord(ownEntry(m_options, beganAction))}) : Status{};
}

Status HistoryFile::write(std::span<const chainlog::Record> records) {
    for (auto rest = records; !rest.empty();) {
        const auto part = rest.first(std::min(rest.size(), chainlog::maxRecordsPerPage));
        if (auto done = m_log->append(part, m_options.lockWait); !done) {
            return done;
        }
        rest = rest.subspan(part.size());
    }
    return {};
}

chainlog::Record HistoryFile::recordOf(CallFacts &facts) const {
    const auto digest = [this](const Bytes &context) {
        if (context.empty()) {
            return Bytes();
        }
        const auto tag = m_log->digest(context);
        return Bytes(tag.begin(), tag.end());
    };
    facts.entry.contextDigest = digest(facts.contexts.source);
    facts.entry.destinationContextDigest = digest(facts.contexts.destination);
    return toRecord(facts.entry);
}

} // namespace keyturn::history
