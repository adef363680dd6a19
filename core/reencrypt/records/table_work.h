// SPDX-License-Identifier: Apache-2.0
// TableWork: one table file on its way: read as it was when it was opened, written to a replacement beside
// it, in steps that end with a checkpoint; then proven, exchanged and noted. Private to records/. One thread
// at a time. Errors are faults of the whole job; what concerns the file alone is a TableFault. After an error
// the object is of no use: open() it again, from its last checkpoint.
#pragma once

#include "base/platform/pinned_file.h"
#include "base/platform/replacement_file.h"
#include "crypto/sha256.h"
#include "reencrypt/lane.h"
#include "reencrypt/records/record_reader.h"
#include "reencrypt/records/table_batch.h"
#include "reencrypt/records/table_entries.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct TableFault {
    Cause cause = Cause::None;
    std::string message;
};
/// The file's own fault behind an error, or nothing where the job has to stop.
std::optional<TableFault> fileFault(const Error &error, bool writing);

/// The tag of a file's replacement: the job's id, and which generation.
std::string tableTag(const Journal &journal, std::uint32_t generation);

class TableWork {
public:
    struct Opened {
        std::unique_ptr<TableWork> work;
        std::optional<TableFault> fault; ///< without work
    };
    /// `known`: the generation to go on with; its file may have been changed, its replacement damaged.
    static Result<Opened> open(const LaneParts &parts, const FoundFile &file, std::uint32_t generation,
                               const TableGeneration *known);

    /// Reads, moves and writes up to the next checkpoint, and notes it. The last one is noted by finish().
    Status advance(const CancelToken &cancel);
    bool atEnd() const { return m_atEnd; }
    /// Proof, Intent, exchange, Applied.
    struct Finish {
        TableEnd end = TableEnd::Unchanged;
        std::optional<TableFault> fault;
    };
    Result<Finish> finish(const CancelToken &cancel);

    const TableMark &mark() const { return m_mark; }
    /// Journal records that hold this generation's items.
    const std::vector<std::uint64_t> &checkpoints() const { return m_checkpoints; }
    std::uint64_t failed() const { return m_done.failed; }
    /// Nothing of it is wanted any more: the replacement goes.
    Status discard();

private:
    TableWork(const LaneParts &parts, platform::PinnedFile input, TableMark mark);
    Result<std::optional<TableFault>> begin(const TableGeneration *known);
    Result<std::optional<TableFault>> makeReplacement();
    Result<bool> takeUp(const TableCheckpoint &checkpoint);
    Result<bool> prefixIsGood(const TableCheckpoint &checkpoint);
    Status openReader();
    Status gather();
    Status write();
    Status sync();
    TableCheckpoint checkpointNow() const;
    bool isDry() const { return m_parts.spec->safety.dryRun; }

    Result<bool> proves(const CancelToken &cancel);
    Result<Finish> exchange(const Digest &after);
    Result<Finish> endWithout(TableEnd end, std::optional<TableFault> fault);
    Status note(std::vector<std::pair<Entry, Bytes>> records, std::vector<ItemRecord> items);
    std::pair<Entry, Bytes> pendingRecord();

    const LaneParts &m_parts;
    platform::PinnedFile m_input;
    std::optional<platform::ReplacementFile> m_output; ///< none in a dry run
    std::unique_ptr<RecordReader> m_reader;
    TableMark m_mark;
    TableCheckpoint m_done; ///< what was read and written; digests are in the running ones
    crypto::Sha256 m_inputDigest, m_outputDigest, m_maskedDigest;
    TableBatch m_batch;
    std::vector<ItemRecord> m_pending; ///< items since the last checkpoint
    std::vector<std::uint64_t> m_checkpoints;
    bool m_atEnd = false;
    bool m_insideRecord = false; ///< a record that comes in pieces
};

} // namespace keyturn::reencrypt
