// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/file_lane.h"

#include "reencrypt/files/file_lane_impl.h"

#include <algorithm>
#include <utility>

namespace keyturn::reencrypt {
namespace {

constexpr std::uint64_t zoneBytesMax = 8 * 1024 * 1024;
/// Files without anything to move do not fill a zone; still the walk says now and then where it stands.
constexpr std::uint64_t filesBetweenRecords = 4096;

std::filesystem::path journalOf(const LaneParts &parts) {
    return parts.journal != nullptr ? parts.journal->file() : std::filesystem::path();
}

} // namespace

std::unique_ptr<Lane> makeFileLane(const LaneParts &parts) {
    return std::make_unique<FileLane>(parts);
}

FileLane::FileLane(const LaneParts &parts)
    : m_parts(parts)
    , m_files(parts.spec->source, parts.base, journalOf(parts)) {}

void FileLane::tell(const std::vector<ItemRecord> &items) const {
    if (m_parts.events != nullptr && !items.empty()) {
        m_parts.events->items(items);
    }
}

Status FileLane::load() {
    if (m_ledger) {
        return {};
    }
    if (m_parts.journal == nullptr) {
        return fail(ErrorCode::Usage, "a job without a journal can only be planned");
    }
    m_ledger.emplace(*m_parts.journal);
    if (auto loaded = m_ledger->load(); !loaded) {
        m_ledger.reset();
        return loaded;
    }
    m_files.seek(m_ledger->cursor());
    return {};
}

/// How much there is, and how much of it an earlier run has seen.
void FileLane::announce() {
    if (std::exchange(m_announced, true) || m_parts.events == nullptr) {
        return;
    }
    FileSet all(m_parts.spec->source, m_parts.base, journalOf(m_parts));
    std::uint64_t total = 0;
    std::uint64_t seen = 0;
    while (const auto found = all.next()) {
        total += found->sizeBytes;
        if (m_ledger->cursor() && !(*m_ledger->cursor() < found->position)) {
            seen += found->sizeBytes;
        }
    }
    m_parts.events->total(total, true);
    m_parts.events->advanced(seen);
}

void FileLane::look(FoundFile found, Gathered &gathered) {
    if (m_parts.events != nullptr) {
        m_parts.events->at(found.unit);
    }
    ++gathered.filesSeen;
    gathered.bytes += found.sizeBytes;
    FileCandidate candidate = readCandidate(std::move(found), *m_parts.spec);
    const bool done = candidate.document && m_ledger->isDone(candidate.found.path.string(), candidate.digest);
    if (done || candidate.records.empty()) {
        return;
    }
    checkReplaceable(candidate);
    gathered.files.push_back(std::move(candidate));
}

/// The next files until a zone is full; first those that a crash left to be redone, all of them, which were
/// one zone.
Result<FileLane::Gathered> FileLane::gather(const CancelToken &cancel) {
    Gathered gathered;
    gathered.cursor = m_ledger->cursor();
    if (!m_ledger->redo().empty()) {
        for (const FilePosition &position : m_ledger->redo()) {
            if (auto found = m_files.at(position)) {
                look(std::move(*found), gathered);
            }
        }
        gathered.redone = true;
        return gathered;
    }
    std::size_t items = 0;
    std::uint64_t bytesHeld = 0;
    while (items < m_parts.spec->safety.batchItems && bytesHeld < zoneBytesMax &&
           gathered.filesSeen < filesBetweenRecords) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while files were read");
        }
        auto found = m_files.next();
        if (!found) {
            gathered.isEnd = true;
            break;
        }
        gathered.cursor = found->position;
        const std::size_t before = gathered.files.size();
        look(std::move(*found), gathered);
        if (gathered.files.size() > before) {
            items += gathered.files.back().records.size();
            bytesHeld += gathered.files.back().content.size();
        }
    }
    return gathered;
}

Status FileLane::move(Gathered &gathered, const CancelToken &cancel) {
    std::vector<MoveRequest> requests;
    for (const FileCandidate &file : gathered.files) {
        appendRequests(file, requests);
    }
    if (requests.empty()) {
        return {};
    }
    const std::size_t asked = requests.size();
    auto results = m_parts.mover->move(std::move(requests), cancel);
    if (!results) {
        return failFrom(results);
    }
    if (results->size() != asked) {
        return fail(ErrorCode::BadReply, "not every ciphertext got an answer");
    }
    std::size_t next = 0;
    for (FileCandidate &file : gathered.files) {
        takeResults(file, *results, next, m_parts.clock->now());
    }
    return {};
}

/// Announces the zone in the journal, applies it, and says what became of its items.
Result<std::vector<ItemRecord>> FileLane::write(Gathered &gathered) {
    auto files = writeReplacements(gathered.files, *m_ledger);
    if (!files) {
        return failFrom(files);
    }
    FileZone zone;
    zone.number = m_ledger->nextZone();
    zone.proven = true;
    zone.clearsRedo = gathered.redone;
    zone.cursor = gathered.cursor;
    zone.files = std::move(*files);
    auto file = zone.files.begin();
    for (FileCandidate &candidate : gathered.files) {
        const bool changes = file != zone.files.end() && file->position == candidate.found.position;
        for (ItemRecord &record : candidate.records) {
            const bool moved = record.state == ItemState::Verified || record.state == ItemState::Applied;
            zone.proven = zone.proven && record.state != ItemState::Applied;
            record.state = changes && moved ? ItemState::Intent : record.state;
            (changes && moved ? file->items : zone.others).push_back(std::move(record));
        }
        file += changes ? 1 : 0;
    }
    std::vector<ItemRecord> items = zone.others;
    if (zone.files.empty()) {
        const auto written = m_ledger->appendLookedAt({zone.cursor, zone.clearsRedo}, items);
        return written ? Result<std::vector<ItemRecord>>(std::move(items)) : fail(written.error());
    }
    if (auto written = m_ledger->appendIntent(zone); !written) {
        return failFrom(written); // in the journal or not: recover() looks
    }
    auto closed = close(zone, true);
    if (!closed) {
        return closed;
    }
    items.insert(items.end(), std::make_move_iterator(closed->begin()),
                 std::make_move_iterator(closed->end()));
    return items;
}

/// Brings every file of an open zone to its end, makes that durable, and records it.
Result<std::vector<ItemRecord>> FileLane::close(const FileZone &zone, bool justWritten) {
    AppliedFiles applied;
    applied.zone = zone.number;
    std::vector<ItemRecord> items;
    ChangedFolders folders;
    for (const ZoneFile &file : zone.files) {
        auto settled = settle(file, justWritten);
        if (!settled) {
            return failFrom(settled);
        }
        folders.add(file);
        applied.outcomes.push_back(settled->outcome);
        std::vector<ItemRecord> after = itemsAfter(file, *settled, zone.proven);
        items.insert(items.end(), std::make_move_iterator(after.begin()),
                     std::make_move_iterator(after.end()));
    }
    if (auto synced = folders.sync(); !synced) {
        return failFrom(synced);
    }
    if (auto written = m_ledger->appendApplied(applied, items); !written) {
        return failFrom(written);
    }
    if (!m_parts.spec->safety.backup) {
        if (auto dropped = dropCopies(zone); !dropped) {
            return failFrom(dropped);
        }
    }
    return items;
}

Result<Step> FileLane::step(const CancelToken &cancel) {
    if (auto loaded = load(); !loaded) {
        return failFrom(loaded);
    }
    announce();
    auto gathered = gather(cancel);
    // Stopped before anything was announced: the files that were read are read again.
    Status done = gathered ? move(*gathered, cancel) : Status(failFrom(gathered));
    if (!done) {
        m_files.seek(m_ledger->cursor());
        return failFrom(done);
    }
    std::vector<ItemRecord> items;
    if (m_parts.spec->safety.dryRun) {
        for (FileCandidate &file : gathered->files) {
            file.refuse(ItemState::Pending, Cause::None, "would be moved");
        }
    }
    if (!gathered->files.empty() || gathered->redone || !gathered->isEnd) {
        auto written = write(*gathered);
        if (!written) {
            m_files.seek(m_ledger->cursor());
            return failFrom(written);
        }
        items = std::move(*written);
    }
    m_filesSeen += gathered->filesSeen;
    tell(items);
    if (m_parts.events != nullptr) {
        m_parts.events->advanced(gathered->bytes);
    }
    if (!gathered->isEnd) {
        return Step::More;
    }
    if (auto ended = m_ledger->appendPass(std::exchange(m_filesSeen, 0)); !ended) {
        return failFrom(ended);
    }
    m_files.seek(std::nullopt);
    m_announced = false;
    return Step::Finished;
}

} // namespace keyturn::reencrypt
