// SPDX-License-Identifier: Apache-2.0
// Verifying, going back and clearing up. Every act looks at what the names hold before it changes them, so
// that each may be repeated after a kill.
#include "reencrypt/records/table_lane_impl.h"

#include <algorithm>

namespace keyturn::reencrypt {

using platform::PinnedFile;
using platform::ReplacementFile;

namespace {

constexpr std::size_t chunkBytes = 256 * 1024;

} // namespace

Result<Digest> digestOf(PinnedFile &file) {
    crypto::Sha256 digest;
    Bytes buffer(chunkBytes);
    if (auto begun = file.seek(0); !begun) {
        return failFrom(begun);
    }
    for (;;) {
        const auto size = file.read(buffer);
        if (!size) {
            return fail(size.error());
        }
        if (*size == 0) {
            return digest.finish();
        }
        digest.update(ByteView(buffer).first(*size));
    }
}

Result<Digest> digestOf(ReplacementFile &file) {
    crypto::Sha256 digest;
    Bytes buffer(chunkBytes);
    for (std::uint64_t at = 0;;) {
        const auto size = file.readAt(at, buffer);
        if (!size) {
            return fail(size.error());
        }
        if (*size == 0) {
            return digest.finish();
        }
        digest.update(ByteView(buffer).first(*size));
        at += *size;
    }
}

Status TableLane::undo(const CancelToken &cancel) {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    std::vector<TableGeneration *> generations = m_history.byEnd();
    std::reverse(generations.begin(), generations.end());
    for (TableGeneration *generation : generations) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped; undo again to go on");
        }
        m_parts.events->at(generation->mark.unit);
        if (auto undone = undoOne(*generation); !undone) {
            return undone;
        }
    }
    return {};
}

Status TableLane::undoOne(TableGeneration &generation) {
    switch (generation.phase) {
    case TableGeneration::Phase::Working:
    case TableGeneration::Phase::Intent: // its replacement was cut: nothing was exchanged
        if (auto dropped = dropReplacement(generation); !dropped) {
            return dropped;
        }
        return markUndone(generation);
    case TableGeneration::Phase::Ended:
        return generation.end == TableEnd::Exchanged ? undoExchanged(generation) : Status();
    case TableGeneration::Phase::Undone:
    case TableGeneration::Phase::Finalised:
        break;
    }
    return {};
}

Status TableLane::undoExchanged(TableGeneration &generation) {
    auto live = PinnedFile::open(fileOf(generation).path);
    if (!live) {
        auto fault = fileFault(live.error(), true);
        return fault ? cannotUndo(generation, fault->cause, fault->message) : failFrom(live);
    }
    const auto now = digestOf(*live);
    if (!now) {
        return fail(now.error());
    }
    auto copy = replacementOf(generation);
    const auto kept = copy ? digestOf(*copy) : Result<Digest>(Digest{});
    if (!kept) {
        return fail(kept.error());
    }
    if (*now == generation.digests.before) { // restored already, by us or by somebody
        if (copy && *kept == generation.digests.after) {
            if (auto dropped = dropReplacement(generation); !dropped) {
                return dropped;
            }
        }
        return markUndone(generation);
    }
    if (*now != generation.digests.after) {
        return cannotUndo(generation, Cause::ChangedMeanwhile, {});
    }
    if (!copy || *kept != generation.digests.before) {
        return cannotUndo(generation, Cause::Missing,
                          copy ? "The old copy was changed. It was left where it is."
                               : "There is no old copy any more.");
    }
    const auto exchanged = copy->exchange(live->identity());
    if (!exchanged) {
        return fail(exchanged.error());
    }
    if (*exchanged != ReplacementFile::Exchange::Done) {
        return cannotUndo(generation, Cause::ChangedMeanwhile, {});
    }
    if (auto synced = copy->syncFolder(); !synced) {
        return synced;
    }
    if (auto dropped = dropReplacement(generation); !dropped) {
        return dropped;
    }
    return markUndone(generation);
}

Status TableLane::markUndone(TableGeneration &generation) {
    auto told = retell(generation.mark, generation.checkpoints, ItemState::Pending, {});
    if (!told) {
        return failFrom(told);
    }
    return note(Entry::Undone, bodyOf(generation.mark), {});
}

/// The generation stays as it is, so that undo may be asked for again.
Status TableLane::cannotUndo(TableGeneration &generation, Cause cause, std::string message) {
    ItemRecord item;
    item.place.unit = generation.mark.unit;
    item.state = ItemState::Conflict;
    item.cause = cause;
    item.message = std::move(message);
    return note(Entry::Items, bodyOf(generation.mark), {item});
}

Status TableLane::finalise() {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    for (TableGeneration *generation : m_history.byEnd()) {
        if (generation->phase != TableGeneration::Phase::Ended || generation->end != TableEnd::Exchanged) {
            continue;
        }
        auto copy = replacementOf(*generation);
        const auto what = copy ? copy->identity() : Result<platform::FileIdentity>(generation->mark.identity);
        if (!what) {
            return fail(what.error());
        }
        if (!what->sameContentAs(generation->mark.identity)) {
            if (auto noted = cannotUndo(*generation, Cause::ChangedMeanwhile,
                                        "The old copy was changed. It was left where it is: " +
                                            copy->path().filename().string());
                !noted) {
                return noted;
            }
            continue;
        }
        if (auto dropped = dropReplacement(*generation); !dropped) {
            return dropped;
        }
        if (auto noted = note(Entry::Final, bodyOf(generation->mark), {}); !noted) {
            return noted;
        }
    }
    return {};
}

Status TableLane::verify(const CancelToken &cancel) {
    if (auto read = m_history.read(*m_parts.journal); !read) {
        return read;
    }
    m_files.seek(std::nullopt);
    while (const auto file = m_files.next()) {
        if (file->cause == Cause::None) {
            m_parts.events->at(file->unit);
            if (auto verified = verifyFile(*file, cancel); !verified) {
                return verified;
            }
        }
    }
    m_files.seek(std::nullopt);
    return {};
}

/// Every ciphertext that stands in the live file now; those that do not prove are listed.
Status TableLane::verifyFile(const FoundFile &file, const CancelToken &cancel) {
    auto live = PinnedFile::open(file.path);
    if (!live) {
        return fileFault(live.error(), false) ? Status() : failFrom(live);
    }
    auto reader =
        openRecordReader([&](std::span<std::uint8_t> buffer) { return live->read(buffer); }, *m_parts.spec);
    if (!reader) {
        return fileFault(reader.error(), false) ? Status() : failFrom(reader);
    }
    const TableGeneration *known = m_history.last(file.position);
    const TableMark mark{file.unit, file.position, known != nullptr ? known->mark.generation : 1,
                         live->identity()};
    std::vector<ItemRecord> faults;
    for (bool atEnd = false; !atEnd;) {
        TableBatch batch(*m_parts.spec, file.unit);
        constexpr std::size_t batchBytesMax = 4 * 1024 * 1024;
        while (batch.records() < m_parts.spec->safety.batchItems && batch.bytes().size() < batchBytesMax) {
            const auto next = (*reader)->next();
            if (!next) {
                return fail(next.error());
            }
            if (!*next) {
                atEnd = true;
                break;
            }
            batch.add(**next, **reader);
        }
        auto requests = batch.takeRequests();
        for (MoveRequest &request : requests) {
            request.context = request.newContext;
        }
        auto proven =
            requests.empty() ? std::vector<MoveResult>() : m_parts.mover->prove(std::move(requests), cancel);
        if (!proven) {
            return failFrom(proven);
        }
        batch.judge(*proven);
        for (ItemRecord &item : batch.takeItems()) {
            if (item.state == ItemState::Failed || item.state == ItemState::Conflict) {
                faults.push_back(std::move(item));
            }
        }
        if (faults.size() >= m_parts.spec->safety.batchItems) {
            if (auto noted = note(Entry::Items, bodyOf(mark), std::exchange(faults, {})); !noted) {
                return noted;
            }
        }
    }
    return note(Entry::Verified, bodyOf(mark), faults);
}

} // namespace keyturn::reencrypt
