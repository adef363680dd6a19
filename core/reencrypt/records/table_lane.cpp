// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/records/table_lane.h"

#include "reencrypt/records/table_lane_impl.h"

#include <algorithm>
#include <set>

namespace keyturn::reencrypt {

using platform::PinnedFile;
using platform::ReplacementFile;

TableLane::TableLane(const LaneParts &parts)
    : m_parts(parts)
    , m_files(parts.spec->source, parts.base,
              parts.journal != nullptr ? parts.journal->file() : std::filesystem::path()) {}

Status TableLane::recover() {
    m_work.reset();
    m_walking = false;
    if (auto read = m_history.read(*m_parts.journal); !read) {
        return read;
    }
    for (TableGeneration *generation : m_history.byEnd()) {
        if (generation->phase == TableGeneration::Phase::Intent) {
            if (auto settled = settle(*generation); !settled) {
                return settled;
            }
        } else if (generation->phase == TableGeneration::Phase::Ended && !m_parts.spec->safety.backup &&
                   generation->end == TableEnd::Exchanged) {
            if (auto dropped = dropReplacement(*generation); !dropped) {
                return dropped;
            }
        }
    }
    return m_history.read(*m_parts.journal);
}

/// An exchange that was meant: what the two names hold says whether it happened.
Status TableLane::settle(TableGeneration &generation) {
    const auto conflict = [&](Cause cause) {
        return giveUp(generation.mark, generation.checkpoints, TableEnd::Conflict, {cause, {}},
                      generation.checkpoint ? generation.checkpoint->failed : 0);
    };
    auto live = PinnedFile::open(fileOf(generation).path);
    if (!live) {
        return live.error().code == ErrorCode::FileNotFound ? conflict(Cause::Missing) : failFrom(live);
    }
    const auto now = digestOf(*live);
    if (!now) {
        return fail(now.error());
    }
    auto copy = replacementOf(generation);
    if (*now == generation.digests.after) {
        return copy ? applied(generation, *copy) : conflict(Cause::Missing);
    }
    if (*now != generation.digests.before) {
        return conflict(Cause::ChangedMeanwhile);
    }
    const auto prepared = copy ? digestOf(*copy) : Result<Digest>(Digest{});
    if (!prepared) {
        return fail(prepared.error());
    }
    if (!copy || *prepared != generation.digests.after) {
        return {}; // cut or gone: step() goes on from the last checkpoint, or anew
    }
    const auto exchanged = copy->exchange(live->identity());
    if (!exchanged) {
        return fail(exchanged.error());
    }
    return *exchanged == ReplacementFile::Exchange::Done ? applied(generation, *copy)
                                                         : conflict(Cause::ChangedMeanwhile);
}

Status TableLane::applied(TableGeneration &generation, ReplacementFile &copy) {
    if (auto synced = copy.syncFolder(); !synced) {
        return synced;
    }
    const auto now = platform::identityOf(fileOf(generation).path);
    if (!now) {
        return fail(now.error());
    }
    const std::uint64_t failed = generation.checkpoint ? generation.checkpoint->failed : 0;
    return note(Entry::Applied, bodyOf(generation.mark, TableEnd::Exchanged, *now, failed), {});
}

Result<Step> TableLane::step(const CancelToken &cancel) {
    if (!m_walking) {
        if (auto begun = beginWalk(); !begun) {
            return failFrom(begun);
        }
    }
    while (!m_work) {
        const auto file = m_files.next();
        if (!file) {
            auto ended = endWalk();
            return ended ? Result<Step>(Step::Finished) : failFrom(ended);
        }
        auto begun = beginFile(*file);
        if (!begun) {
            return failFrom(begun);
        }
        if (!*begun) {
            m_parts.events->advanced(file->sizeBytes);
        }
    }
    Status done = m_work->advance(cancel);
    if (done && m_work->atEnd()) {
        done = endFile(cancel);
        m_work.reset();
    }
    if (!done) {
        m_work.reset(); // the next step takes it up from its last checkpoint
        m_walking = false;
        return failFrom(done);
    }
    return Step::More;
}

Status TableLane::beginWalk() {
    if (auto read = m_history.read(*m_parts.journal); !read) {
        return read;
    }
    std::uint64_t bytes = 0;
    m_files.seek(std::nullopt);
    while (const auto file = m_files.next()) {
        bytes += file->sizeBytes;
    }
    m_parts.events->total(bytes, true);
    m_files.seek(std::nullopt);
    m_walking = true;
    return {};
}

/// True: there is work on it.
Result<bool> TableLane::beginFile(const FoundFile &file) {
    const TableGeneration *known = m_history.last(file.position);
    const bool isOpen = known != nullptr && (known->phase == TableGeneration::Phase::Working ||
                                             known->phase == TableGeneration::Phase::Intent);
    if (known != nullptr && !isOpen) {
        const auto now = platform::identityOf(file.path);
        const bool isAsLeft = known->phase == TableGeneration::Phase::Ended && known->failed == 0 &&
                              known->end != TableEnd::Conflict && known->end != TableEnd::Unworkable && now &&
                              now->sameContentAs(known->now);
        if (isAsLeft || m_history.ofThisRun(*known)) {
            return false;
        }
    }
    const std::uint32_t generation = known == nullptr ? 1 : known->mark.generation + (isOpen ? 0 : 1);
    const TableMark mark{file.unit, file.position, generation, {}};
    if (file.cause != Cause::None) {
        auto given = giveUp(mark, {}, TableEnd::Unworkable, {file.cause, file.message}, 1);
        return given ? Result<bool>(false) : failFrom(given);
    }
    auto opened = TableWork::open(m_parts, file, generation, isOpen ? known : nullptr);
    if (!opened) {
        return failFrom(opened);
    }
    m_work = std::move(opened->work);
    if (m_work) {
        if (generation > 1) {
            auto lines = movedBefore(file.unit);
            if (!lines) {
                return failFrom(lines);
            }
            m_work->setMovedBefore(std::move(*lines));
        }
        return true;
    }
    const bool changed = opened->fault->cause == Cause::ChangedMeanwhile;
    if (isOpen) {
        if (auto dropped = dropReplacement(*known); !dropped) {
            return failFrom(dropped);
        }
    }
    auto given = giveUp(mark, isOpen ? known->checkpoints : std::vector<std::uint64_t>(),
                        changed ? TableEnd::Conflict : TableEnd::Unworkable, *opened->fault, 1);
    return given ? Result<bool>(false) : failFrom(given);
}

/// By line, as the journal says last.
Result<std::vector<bool>> TableLane::movedBefore(const std::string &unit) {
    std::vector<bool> lines;
    const auto visit = [&](const JournalRecord &record) -> Result<bool> {
        auto body = holdsItems(record.entry) ? readItems(record.body) : Result<BodyItems>(BodyItems());
        if (!body) {
            return failFrom(body);
        }
        for (const ItemRecord &item : body->items) {
            if (item.place.unit != unit) {
                continue;
            }
            if (item.place.line >= lines.size()) {
                lines.resize(item.place.line + 1);
            }
            lines[item.place.line] = item.state == ItemState::Verified || item.state == ItemState::Applied;
        }
        return true;
    };
    const auto read = m_parts.journal->read(1, visit);
    return read ? Result<std::vector<bool>>(std::move(lines)) : fail(read.error());
}

Status TableLane::endFile(const CancelToken &cancel) {
    auto finish = m_work->finish(cancel);
    if (!finish) {
        return failFrom(finish);
    }
    if (!finish->fault) {
        return {};
    }
    return giveUp(m_work->mark(), m_work->checkpoints(), finish->end, *finish->fault, m_work->failed());
}

/// Files that were begun and that the walk does not reach any more.
Status TableLane::endWalk() {
    m_walking = false;
    if (auto read = m_history.read(*m_parts.journal); !read) {
        return read;
    }
    for (TableGeneration *generation : m_history.byEnd()) {
        if (generation->phase != TableGeneration::Phase::Working || m_parts.spec->safety.dryRun) {
            continue;
        }
        if (auto dropped = dropReplacement(*generation); !dropped) {
            return dropped;
        }
        if (auto given = giveUp(generation->mark, generation->checkpoints, TableEnd::Unworkable,
                                {Cause::Missing, {}}, 1);
            !given) {
            return given;
        }
    }
    return m_parts.spec->safety.dryRun ? Status() : dropOrphans();
}

/// What a kill left before the first checkpoint, beside files that are no longer there.
Status TableLane::dropOrphans() {
    std::set<std::filesystem::path> owned;
    for (const TableGeneration *generation : m_history.byEnd()) {
        if (generation->phase == TableGeneration::Phase::Ended && generation->end == TableEnd::Exchanged) {
            const std::filesystem::path live = fileOf(*generation).path;
            const std::string tag = tableTag(*m_parts.journal, generation->mark.generation);
            owned.insert(live.parent_path() / ReplacementFile::nameFor(live, tag));
        }
    }
    for (const std::filesystem::path &path : m_files.replacements(m_parts.journal->head().jobId)) {
        std::error_code ignored; // it harms nobody, and the next run tries again
        if (owned.count(path) == 0) {
            std::filesystem::remove(path, ignored);
        }
    }
    return {};
}

Status TableLane::giveUp(const TableMark &mark, const std::vector<std::uint64_t> &checkpoints, TableEnd end,
                         const TableFault &fault, std::uint64_t failed) {
    const ItemState state = end == TableEnd::Conflict ? ItemState::Conflict : ItemState::Failed;
    auto told = retell(mark, checkpoints, state, fault);
    if (!told) {
        return failFrom(told);
    }
    std::vector<ItemRecord> items;
    if (*told == 0) { // the file as a whole
        ItemRecord &item = items.emplace_back();
        item.place.unit = mark.unit;
        item.state = state;
        item.cause = fault.cause;
        item.message = fault.message;
    }
    return note(Entry::Applied, bodyOf(mark, end, {}, std::max(failed, *told)), items);
}

Result<std::uint64_t> TableLane::retell(const TableMark &mark, const std::vector<std::uint64_t> &sequences,
                                        ItemState state, const TableFault &fault) {
    std::uint64_t told = 0;
    for (const std::uint64_t sequence : sequences) {
        std::vector<ItemRecord> items;
        auto read = m_parts.journal->read(sequence, [&](const JournalRecord &record) -> Result<bool> {
            auto body = readItems(record.body);
            if (!body) {
                return failFrom(body);
            }
            items = std::move(body->items);
            return false;
        });
        if (!read) {
            return failFrom(read);
        }
        std::erase_if(items, [](const ItemRecord &item) {
            return item.state != ItemState::Verified && item.state != ItemState::Applied;
        });
        for (ItemRecord &item : items) {
            item.state = state;
            item.cause = fault.cause;
            item.message = fault.message;
            item.after.reset();
        }
        told += items.size();
        if (auto noted = items.empty() ? Status() : note(Entry::Items, bodyOf(mark), items); !noted) {
            return failFrom(noted);
        }
    }
    return told;
}

Status TableLane::note(Entry entry, Bytes head, const std::vector<ItemRecord> &items) {
    appendItems(head, items);
    std::vector<std::pair<Entry, Bytes>> records;
    records.emplace_back(entry, std::move(head));
    auto appended = m_parts.journal->append(std::move(records));
    if (appended && !items.empty()) {
        m_parts.events->items(items);
    }
    return appended;
}

FoundFile TableLane::fileOf(const TableGeneration &generation) const {
    return m_files.at(generation.mark.position).value_or(FoundFile{});
}

std::optional<ReplacementFile> TableLane::replacementOf(const TableGeneration &generation) const {
    auto found = ReplacementFile::reopen(fileOf(generation).path,
                                         tableTag(*m_parts.journal, generation.mark.generation));
    return found ? std::optional(std::move(*found)) : std::nullopt;
}

Status TableLane::dropReplacement(const TableGeneration &generation) {
    auto copy = replacementOf(generation);
    if (!copy) {
        return {};
    }
    auto gone = copy->discard();
    return gone ? copy->syncFolder() : gone;
}

Result<std::unique_ptr<Lane>> makeTableLane(const LaneParts &parts) {
    return std::make_unique<TableLane>(parts);
}

} // namespace keyturn::reencrypt
