// SPDX-License-Identifier: Apache-2.0
// The lane of files after its steps: what a kill left, the second pass, giving everything back, and the end
// of that.
#include "base/platform/replacement_file.h"
#include "reencrypt/files/file_lane_impl.h"

#include <algorithm>
#include <iterator>

namespace keyturn::reencrypt {
namespace {

void append(std::vector<ItemRecord> &to, std::vector<ItemRecord> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::vector<ItemRecord> itemsAs(const ZoneFile &file, ItemState state, Cause cause,
                                const std::string &message) {
    std::vector<ItemRecord> items = file.items;
    for (ItemRecord &item : items) {
        item.state = state;
        item.cause = cause;
        item.message = message;
    }
    return items;
}

} // namespace

Status FileLane::recover() {
    m_ledger.reset(); // what an error left in memory is not what the journal holds
    if (auto loaded = load(); !loaded) {
        return loaded;
    }
    if (const std::optional<FileZone> open = m_ledger->open()) {
        auto items = close(*open, false);
        if (!items) {
            return failFrom(items);
        }
        std::erase_if(*items, [](const ItemRecord &item) { return item.state == ItemState::Pending; });
        tell(*items);
    } else if (!m_parts.spec->safety.backup && !m_ledger->closed().empty()) {
        auto zone =
            m_ledger->zone(m_ledger->closed().back()); // a kill may have come before its copies were dropped
        if (!zone) {
            return failFrom(zone);
        }
        if (auto dropped = dropCopies(*zone); !dropped) {
            return dropped;
        }
    }
    m_files.seek(m_ledger->cursor());
    return sweep();
}

/// Removes replacements of this job that its journal does not know: written before a kill, announced never.
Status FileLane::sweep() {
    for (const std::filesystem::path &path : m_files.replacements(m_ledger->tag())) {
        if (!m_ledger->ownsReplacement(path)) {
            std::error_code refused; // harmless litter where it cannot be removed; the next zone says why
            std::filesystem::remove(path, refused);
        }
    }
    return {};
}

Status FileLane::dropCopies(const FileZone &zone) {
    ChangedFolders folders;
    for (const ZoneFile &file : zone.files) {
        auto removed = removeCopy(file);
        if (!removed) {
            return failFrom(removed);
        }
        folders.add(file);
    }
    return folders.sync();
}

/// What a second pass asks about a zone, and what it knows without asking.
struct FileLane::Proof {
    std::vector<MoveRequest> requests;
    std::vector<ItemRecord> items; ///< one for each request
    std::vector<ItemRecord> faults;
};

/// The live content is what the job wrote: the ciphertexts that it moved are to be asked about.
void FileLane::collectProof(const ZoneFile &file, Proof &proof) const {
    JobSpec spec = *m_parts.spec;
    if (!file.items.empty()) {
        spec.destinationKey = file.items.front().destinationKey; // as the service names it, and the document
    }
    auto found = m_files.at(file.position);
    const bool gone = !found || found->cause == Cause::Missing;
    const FileCandidate live = readCandidate(found ? std::move(*found) : FoundFile(), spec);
    if (!live.document || live.digest != file.after) {
        append(proof.faults, gone ? itemsAs(file, ItemState::Failed, Cause::Missing, "it is gone")
                                  : itemsAs(file, ItemState::Conflict, Cause::ChangedMeanwhile,
                                            "it was changed after the job wrote it"));
        return;
    }
    const auto &blobs = live.document->blobs();
    for (const ItemRecord &item : file.items) {
        const auto blob = std::find_if(blobs.begin(), blobs.end(), [&item](const FoundBlob &each) {
            return each.place.part == item.place.part && each.place.line == item.place.line;
        });
        if (blob == blobs.end()) {
            proof.faults.push_back(item);
            proof.faults.back().state = ItemState::Failed;
            proof.faults.back().cause = Cause::VerificationFailed;
            proof.faults.back().message = "it is not found again where it was written";
            continue;
        }
        proof.requests.push_back({blob->ciphertext, blob->newContext, blob->newContext, blob->keyHint});
        proof.items.push_back(item);
    }
}

Status FileLane::proveZone(const FileLedger::Closed &closed, const FileZone &zone,
                           const CancelToken &cancel) {
    Proof proof;
    for (std::size_t at = 0; at < zone.files.size(); ++at) {
        const ZoneFile &file = zone.files[at];
        if (closed.outcomes[at] == FileOutcome::Applied && m_ledger->isNewest(file.path, zone.number)) {
            collectProof(file, proof);
        }
    }
    std::vector<ItemRecord> changed = std::move(proof.faults);
    if (!proof.requests.empty()) {
        auto results = m_parts.mover->prove(std::move(proof.requests), cancel);
        if (!results) {
            return failFrom(results);
        }
        if (results->size() != proof.items.size()) {
            return fail(ErrorCode::BadReply, "not every ciphertext got an answer");
        }
        for (std::size_t at = 0; at < proof.items.size(); ++at) {
            ItemRecord &item = proof.items[at];
            const MoveResult &result = (*results)[at];
            const bool proven = result.state != ItemState::Failed;
            item.state = proven ? ItemState::Verified : ItemState::Failed;
            item.cause = proven ? Cause::None : Cause::VerificationFailed;
            item.message = proven                                ? std::string()
                           : result.error.serviceMessage.empty() ? result.error.detail
                                                                 : result.error.serviceMessage;
            item.serviceCode = result.error.serviceCode;
            if (!proven || !zone.proven) {
                changed.push_back(std::move(item));
            }
        }
    }
    if (auto written = m_ledger->appendZone(Entry::Verified, zone.number, changed); !written) {
        return written;
    }
    tell(changed);
    return {};
}

Status FileLane::verify(const CancelToken &cancel) {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    if (m_parts.events != nullptr) {
        m_parts.events->total(m_ledger->closed().size(), false);
    }
    for (std::size_t at = 0; at < m_ledger->closed().size(); ++at) {
        const FileLedger::Closed closed = m_ledger->closed()[at];
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while files were verified");
        }
        if (!closed.undone) {
            auto zone = m_ledger->zone(closed);
            if (!zone) {
                return failFrom(zone);
            }
            if (auto proven = proveZone(closed, *zone, cancel); !proven) {
                return proven;
            }
        }
        if (m_parts.events != nullptr) {
            m_parts.events->advanced(1);
        }
    }
    return {};
}

Result<std::vector<ItemRecord>> FileLane::restoreZone(const FileZone &zone,
                                                      const std::vector<FileOutcome> &outcomes) {
    std::vector<ItemRecord> items;
    ChangedFolders folders;
    for (std::size_t at = zone.files.size(); at-- > 0;) {
        const ZoneFile &file = zone.files[at];
        if (outcomes[at] != FileOutcome::Applied) {
            continue; // never got its new content from us; of a missing one it is removed below
        }
        auto restored = restore(file);
        if (!restored) {
            return failFrom(restored);
        }
        folders.add(file);
        switch (*restored) {
        case Restored::Yes:
            append(items, itemsAs(file, ItemState::Pending, Cause::None, "restored"));
            break;
        case Restored::Other:
            append(items, itemsAs(file, ItemState::Conflict, Cause::ChangedMeanwhile,
                                  "somebody changed it after the job; it was left alone"));
            break;
        case Restored::Missing:
            append(items,
                   itemsAs(file, ItemState::Failed, Cause::Missing, "it is gone; the old file was kept"));
            break;
        case Restored::NoCopy:
            append(items, itemsAs(file, ItemState::Conflict, Cause::Missing,
                                  "the old file is gone or was changed; the new one was left in place"));
            break;
        }
    }
    if (auto synced = folders.sync(); !synced) {
        return failFrom(synced);
    }
    for (std::size_t at = 0; at < zone.files.size(); ++at) {
        const bool mayBeThere = outcomes[at] != FileOutcome::Redo && outcomes[at] != FileOutcome::Refused;
        if (auto gone = mayBeThere ? discardNew(zone.files[at]) : Status(); !gone) {
            return failFrom(gone);
        }
    }
    return items;
}

Status FileLane::undo(const CancelToken &cancel) {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    for (std::size_t at = m_ledger->closed().size(); at-- > 0;) {
        const FileLedger::Closed closed = m_ledger->closed()[at];
        if (closed.undone) {
            continue;
        }
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while files were restored");
        }
        auto zone = m_ledger->zone(closed);
        if (!zone) {
            return failFrom(zone);
        }
        auto items = restoreZone(*zone, closed.outcomes);
        if (!items) {
            return failFrom(items);
        }
        if (auto written = m_ledger->appendZone(Entry::Undone, closed.number, *items); !written) {
            return written;
        }
        tell(*items);
    }
    return {};
}

Status FileLane::finalise() {
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    for (std::size_t at = 0; at < m_ledger->closed().size(); ++at) {
        const FileLedger::Closed closed = m_ledger->closed()[at];
        if (closed.undone || closed.final) {
            continue;
        }
        auto zone = m_ledger->zone(closed);
        if (!zone) {
            return failFrom(zone);
        }
        std::vector<ItemRecord> items;
        ChangedFolders folders;
        for (const ZoneFile &file : zone->files) {
            auto removed = removeCopy(file);
            if (!removed) {
                return failFrom(removed);
            }
            folders.add(file);
            if (*removed == CopyRemoved::Changed) {
                append(items, itemsAs(file, ItemState::Conflict, Cause::ChangedMeanwhile,
                                      "a program went on writing to the old file, which is kept as " +
                                          platform::ReplacementFile::nameFor(file.path, file.tag)));
            }
        }
        if (auto synced = folders.sync(); !synced) {
            return synced;
        }
        if (auto written = m_ledger->appendZone(Entry::Final, closed.number, items); !written) {
            return written;
        }
        tell(items);
    }
    return {};
}

} // namespace keyturn::reencrypt
