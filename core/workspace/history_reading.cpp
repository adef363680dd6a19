// SPDX-License-Identifier: Apache-2.0
#include "workspace/history_reading.h"

#include "base/atomic_file.h"
#include "chainlog/json_lines.h"

#include <algorithm>
#include <deque>

namespace keyturn::workspace {
namespace {

Status unlessCancelled(const CancelToken &cancel) {
    return cancel.isCancelled() ? fail(ErrorCode::Cancelled, "it was stopped.") : Status();
}

} // namespace

Result<HistoryList> listHistory(const HistoryPlace &place, ByteView key, const history::HistoryFilter &filter,
                                std::size_t newest, const CancelToken &cancel) {
    auto log = chainlog::LogFile::open(place.file, key, true);
    if (!log) {
        return failFrom(log);
    }
    HistoryList list;
    std::deque<history::StoredEntry> shown;
    auto read = history::readHistory(**log, filter, [&](const history::StoredEntry &entry, const auto &) {
        ++list.matching;
        shown.push_front(entry);
        if (shown.size() > newest) {
            shown.pop_back();
        }
        return unlessCancelled(cancel);
    });
    if (!read && read.error().code != ErrorCode::VaultDamaged) {
        return failFrom(read);
    }
    if (!read) {
        list.damage = std::move(read.error());
    }
    list.entries.assign(std::make_move_iterator(shown.begin()), std::make_move_iterator(shown.end()));
    return list;
}

Result<HistoryCheck> checkHistory(const HistoryPlace &place, ByteView key, const Progress &progress) {
    auto log = chainlog::LogFile::open(place.file, key, true);
    if (!log) {
        return failFrom(log);
    }
    auto report = (*log)->verify(progress);
    if (!report) {
        return failFrom(report);
    }
    const chainlog::LogFileHead &head = (*log)->head();
    return HistoryCheck{std::move(*report), head, sealedBy(place, head.keySource)};
}

const std::vector<std::string> &notProvenByHistory() {
    static const std::vector<std::string> sentences{
        "that this is not an older copy of the file put back (compare the number of records and the last "
        "hash with what you noted before)",
        "that no history before this one was removed (compare its id and when it began)",
        "anything against somebody who has the key: every program of the desktop session, and whoever can "
        "read your files, can get it"};
    return sentences;
}

Result<std::uint64_t> exportHistory(const HistoryPlace &place, ByteView key,
                                    const history::HistoryFilter &filter, const std::filesystem::path &file,
                                    bool mayReplace, const CancelToken &cancel) {
    auto log = chainlog::LogFile::open(place.file, key, true);
    if (!log) {
        return failFrom(log);
    }
    auto target = AtomicFile::open(file, {.mode = 0600, .mayReplace = mayReplace, .keepBackup = false});
    if (!target) {
        return failFrom(target);
    }
    std::uint64_t written = 0;
    auto read = history::readHistory(
        **log, filter, [&](const history::StoredEntry &, const chainlog::StoredRecord &record) -> Status {
            std::string line;
            chainlog::appendJsonLine(record, line);
            ++written;
            auto added = target->write(asBytes(line));
            return added ? unlessCancelled(cancel) : std::move(added);
        });
    if (!read) {
        return failFrom(read); // nothing of it is placed: an export says all or nothing
    }
    auto placed = target->commit();
    return placed ? Result<std::uint64_t>(written) : failFrom(placed);
}

} // namespace keyturn::workspace
