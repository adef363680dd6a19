// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/file_ledger.h"

#include "base/platform/replacement_file.h"
#include "crypto/sha256.h"
#include "reencrypt/body.h"
#include "reencrypt/zone_body.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t tagDigits = 8;

std::uint64_t firstBytes(const Digest &digest) {
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < sizeof value; ++at) {
        value = (value << 8U) | digest[at];
    }
    return value;
}

std::uint64_t keyOf(std::string_view path) {
    return firstBytes(crypto::sha256(asBytes(path)));
}

} // namespace

FileLedger::FileLedger(Journal &journal)
    : m_journal(journal)
    , m_tag(journal.head().jobId.substr(0, tagDigits)) {}

Status FileLedger::load() {
    return m_journal.read(1, [this](const JournalRecord &record) -> Result<bool> {
        if (auto taken = take(record); !taken) {
            return failFrom(taken);
        }
        return true;
    });
}

Status FileLedger::take(const JournalRecord &record) {
    switch (record.entry) {
    case Entry::Intent: {
        auto zone = readIntent(record.body);
        if (!zone) {
            return failFrom(zone);
        }
        opened(std::move(*zone), record.sequence);
        return {};
    }
    case Entry::Applied: {
        const auto read = readApplied(record.body);
        if (!read || !m_open || read->zone != m_open->number ||
            read->outcomes.size() != m_open->files.size()) {
            return fail(ErrorCode::NotAuthentic,
                        "record " + std::to_string(record.sequence) + " ends what was not begun");
        }
        applied(*read);
        return {};
    }
    case Entry::Items: {
        auto looked = readLookedAt(record.body);
        if (!looked) {
            return failFrom(looked);
        }
        m_cursor = std::move(looked->cursor);
        if (looked->clearsRedo) {
            m_redo.clear();
        }
        return {};
    }
    case Entry::Verified:
    case Entry::Undone:
    case Entry::Final: {
        const auto number = readZoneNumber(record.body, "zone of files");
        if (!number) {
            return fail(number.error());
        }
        mark(record.entry, *number);
        return {};
    }
    case Entry::Pass:
        m_cursor.reset();
        ++m_passes;
        return {};
    case Entry::Created:
    case Entry::State:
    case Entry::Checkpoint:
        return {};
    }
    return {};
}

void FileLedger::opened(FileZone zone, std::uint64_t sequence) {
    m_nextZone = zone.number + 1;
    m_cursor = zone.cursor;
    m_openSequence = sequence;
    if (zone.clearsRedo) {
        m_redo.clear();
    }
    m_open = std::move(zone);
}

void FileLedger::applied(const AppliedFiles &applied) {
    for (std::size_t at = 0; at < applied.outcomes.size(); ++at) {
        const ZoneFile &file = m_open->files[at];
        if (applied.outcomes[at] == FileOutcome::Redo) {
            m_redo.push_back(file.position);
            continue;
        }
        if (applied.outcomes[at] == FileOutcome::Refused) {
            continue; // its replacement was removed
        }
        FileState &state = m_files[keyOf(file.path)];
        ++state.copies;
        const std::filesystem::path path = file.path;
        m_replacements.insert(
            keyOf((path.parent_path() / platform::ReplacementFile::nameFor(path, file.tag)).string()));
        if (applied.outcomes[at] == FileOutcome::Applied) {
            state.zone = applied.zone;
            state.after = file.complete ? firstBytes(file.after) : 0;
        }
    }
    m_closed.push_back({m_openSequence, applied.zone, applied.outcomes});
    m_open.reset();
}

void FileLedger::mark(Entry entry, std::uint64_t zone) {
    const auto found = std::find_if(m_closed.rbegin(), m_closed.rend(),
                                    [zone](const Closed &each) { return each.number == zone; });
    if (found != m_closed.rend()) {
        found->undone = found->undone || entry == Entry::Undone;
        found->final = found->final || entry == Entry::Final;
    }
}

Result<FileZone> FileLedger::zone(const Closed &closed) const {
    Result<FileZone> zone = fail(ErrorCode::NotAuthentic, "the journal lost a record while it was open");
    auto read = m_journal.read(closed.sequence, [&zone](const JournalRecord &record) -> Result<bool> {
        zone = readIntent(record.body);
        return false;
    });
    if (!read) {
        return failFrom(read);
    }
    return zone;
}

bool FileLedger::isDone(const std::string &path, const Digest &digest) const {
    const auto found = m_files.find(keyOf(path));
    return found != m_files.end() && found->second.after != 0 && found->second.after == firstBytes(digest);
}

bool FileLedger::isNewest(const std::string &path, std::uint64_t zone) const {
    const auto found = m_files.find(keyOf(path));
    return found != m_files.end() && found->second.zone == zone;
}

std::string FileLedger::tagOf(std::uint32_t number) const {
    return number <= 1 ? m_tag : m_tag + "-" + std::to_string(number);
}

std::string FileLedger::nextTag(const std::string &path) const {
    const auto found = m_files.find(keyOf(path));
    return tagOf(found == m_files.end() ? 1 : found->second.copies + 1);
}

bool FileLedger::ownsReplacement(const std::filesystem::path &replacement) const {
    std::string path = replacement.string();
    if (path.ends_with('~')) { // an exchange that is half way
        path.pop_back();
    }
    return m_replacements.contains(keyOf(path));
}

Status FileLedger::appendIntent(FileZone zone) {
    if (auto written = m_journal.append({{Entry::Intent, intentBody(zone)}}); !written) {
        return written;
    }
    opened(std::move(zone), m_journal.size());
    return {};
}

Status FileLedger::appendApplied(const AppliedFiles &files, const std::vector<ItemRecord> &items) {
    if (auto written = m_journal.append({{Entry::Applied, appliedBody(files, items)}}); !written) {
        return written;
    }
    applied(files);
    return {};
}

Status FileLedger::appendLookedAt(const LookedAt &looked, const std::vector<ItemRecord> &items) {
    if (auto written = m_journal.append({{Entry::Items, lookedAtBody(looked, items)}}); !written) {
        return written;
    }
    m_cursor = looked.cursor;
    if (looked.clearsRedo) {
        m_redo.clear();
    }
    return {};
}

Status FileLedger::appendPass(std::uint64_t files) {
    Bytes body;
    appendU64(body, m_passes + 1);
    appendU64(body, files);
    if (auto written = m_journal.append({{Entry::Pass, std::move(body)}}); !written) {
        return written;
    }
    m_cursor.reset();
    ++m_passes;
    return {};
}

Status FileLedger::appendZone(Entry entry, std::uint64_t zone, const std::vector<ItemRecord> &items) {
    if (auto written = m_journal.append({{entry, zoneBody(zone, items)}}); !written) {
        return written;
    }
    mark(entry, zone);
    return {};
}

} // namespace keyturn::reencrypt
