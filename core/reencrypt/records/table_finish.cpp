// SPDX-License-Identifier: Apache-2.0
// The end of a table file: proof, Intent, exchange, Applied (reliability-security.md section 4 points 4, 5).
#include "reencrypt/records/table_work.h"

namespace keyturn::reencrypt {

using platform::ReplacementFile;

Result<TableWork::Finish> TableWork::finish(const CancelToken &cancel) {
    auto finish = end(cancel);
    tell();
    return finish;
}

Result<TableWork::Finish> TableWork::end(const CancelToken &cancel) {
    if (isDry() || m_done.changed == 0) {
        return endWithout(TableEnd::Unchanged, std::nullopt);
    }
    if (auto cut = m_output->truncate(m_done.outputOffset); !cut) { // gives back the room that was not needed
        return failFrom(cut);
    }
    if (auto kept = m_output->adoptFactsOf(m_input); !kept) {
        auto fault = fileFault(kept.error(), true);
        return fault ? endWithout(TableEnd::Unworkable, std::move(fault)) : Result<Finish>(failFrom(kept));
    }
    if (auto synced = sync(); !synced) {
        return failFrom(synced);
    }
    auto proven = proves(cancel);
    if (!proven) {
        return failFrom(proven);
    }
    if (!*proven) {
        return endWithout(TableEnd::Unworkable,
                          TableFault{Cause::VerificationFailed,
                                     "The file that was written does not read as the old one with new "
                                     "ciphertexts. The old file stays; look at the disk."});
    }
    auto same = m_input.stillTheSame();
    if (!same) {
        return failFrom(same);
    }
    if (!*same) {
        return endWithout(TableEnd::Conflict, TableFault{Cause::ChangedMeanwhile, {}});
    }
    return exchange(checkpointNow().output);
}

/// Reads the replacement as a table: its digest is that of what was written; with the target cells masked it
/// is that of the input; and it has as many records.
Result<bool> TableWork::proves(const CancelToken &cancel) {
    std::uint64_t at = 0;
    auto reader = openRecordReader(
        [&](std::span<std::uint8_t> buffer) {
            auto size = m_output->readAt(at, buffer);
            at += size ? *size : 0;
            return size;
        },
        *m_parts.spec);
    if (!reader) {
        return false;
    }
    crypto::Sha256 output;
    MaskedDigest masks;
    for (std::uint64_t count = 0;; ++count) {
        constexpr std::uint64_t looksEvery = 1024;
        if (count % looksEvery == 0 && cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, "stopped while a file was proven; resume the job");
        }
        const auto next = (*reader)->next();
        if (!next) {
            return fail(next.error());
        }
        if (!*next) {
            break;
        }
        output.update((*next)->bytes);
        masks.add(**next);
    }
    const TableCheckpoint now = checkpointNow();
    return output.finish() == now.output && masks.soFar() == now.masked &&
           (*reader)->position().number == now.number;
}

Result<TableWork::Finish> TableWork::exchange(const Digest &after) {
    std::vector<std::pair<Entry, Bytes>> intent;
    intent.push_back(pendingRecord());
    intent.emplace_back(Entry::Intent, bodyOf(m_mark, TableDigests{checkpointNow().input, after}));
    appendItems(intent.back().second, {});
    if (auto noted = note(std::move(intent)); !noted) {
        return failFrom(noted);
    }
    auto exchanged = m_output->exchange(m_input.identity());
    if (!exchanged) {
        return failFrom(exchanged);
    }
    if (*exchanged == ReplacementFile::Exchange::Changed) {
        return endWithout(TableEnd::Conflict, TableFault{Cause::ChangedMeanwhile, {}});
    }
    if (auto synced = m_output->syncFolder(); !synced) {
        return failFrom(synced);
    }
    const auto now = m_output->identity();
    if (!now) {
        return fail(now.error());
    }
    Bytes applied = bodyOf(m_mark, TableEnd::Exchanged, *now, m_done.failed);
    appendItems(applied, {});
    if (auto noted = note({{Entry::Applied, std::move(applied)}}); !noted) {
        return failFrom(noted);
    }
    if (!m_parts.spec->safety.backup) {
        if (auto gone = discard(); !gone) {
            return failFrom(gone);
        }
    }
    return Finish{TableEnd::Exchanged, std::nullopt};
}

/// The file stays as it is. Items that would have changed are told again by who asked (TableLane).
Result<TableWork::Finish> TableWork::endWithout(TableEnd end, std::optional<TableFault> fault) {
    if (auto gone = discard(); !gone) {
        return failFrom(gone);
    }
    std::vector<std::pair<Entry, Bytes>> records;
    if (!m_pending.empty()) {
        records.push_back(pendingRecord());
    }
    if (end == TableEnd::Unchanged) {
        records.emplace_back(Entry::Applied, bodyOf(m_mark, end, m_input.identity(), m_done.failed));
        appendItems(records.back().second, {});
    }
    if (!records.empty()) {
        if (auto noted = note(std::move(records)); !noted) {
            return failFrom(noted);
        }
    }
    return Finish{end, std::move(fault)};
}

} // namespace keyturn::reencrypt
