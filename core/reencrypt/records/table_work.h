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
#include "reencrypt/records/side_thread.h"
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
    /// Lines whose items this job moved before: that they are Skipped now is no news.
    void setMovedBefore(std::vector<bool> lines) { m_movedBefore = std::move(lines); }

    /// Reads, moves and writes batches for a while, then notes a checkpoint; while the service is asked for
    /// one, the next is read and the last one written. With a slow service that is one batch; with a vault
    /// some, because a checkpoint waits for the disk twice. At the end of the file the last checkpoint is
    /// left to finish().
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

    /// A batch on its way, and where reading stood behind it.
    struct Stage {
        explicit Stage(const JobSpec &spec, const std::string &unit)
            : batch(spec, unit) {}
        TableBatch batch;
        TableCheckpoint read; ///< its input side
        std::vector<MoveResult> results;
        bool atEnd = false;
        bool insideRecord = false; ///< a record that comes in pieces: no checkpoint here
    };
    // on the side thread, or on the job's while that one rests
    Status gather();
    Status write(std::unique_ptr<Stage> stage);
    // on the job's thread
    Status move(Stage &stage, const CancelToken &cancel);
    Status checkpoint();
    Status sync();
    void tell();

    TableCheckpoint checkpointNow() const;
    std::size_t recordsPerBatch() const;
    bool isDry() const { return m_parts.spec->safety.dryRun; }

    Result<Finish> end(const CancelToken &cancel);
    Result<bool> proves(const CancelToken &cancel);
    Result<Finish> exchange(const Digest &after);
    Result<Finish> endWithout(TableEnd end, std::optional<TableFault> fault);
    Status note(std::vector<std::pair<Entry, Bytes>> records);
    std::pair<Entry, Bytes> pendingRecord();

    const LaneParts &m_parts;
    platform::PinnedFile m_input;
    std::optional<platform::ReplacementFile> m_output; ///< none in a dry run
    std::unique_ptr<RecordReader> m_reader;
    TableMark m_mark;
    crypto::Sha256 m_inputDigest;
    MaskedDigest m_maskedDigest;
    std::unique_ptr<Stage> m_next;  ///< read, not moved
    std::unique_ptr<Stage> m_moved; ///< moved, not written
    std::vector<std::unique_ptr<Stage>> m_free;

    TableCheckpoint m_done; ///< what was written; its output digest is in the running one
    crypto::Sha256 m_outputDigest;
    std::vector<ItemRecord> m_pending; ///< items since the last checkpoint
    std::vector<std::uint64_t> m_checkpoints;
    std::vector<ItemRecord> m_noted; ///< in the journal, not told yet
    std::uint64_t m_toldOffset = 0;
    std::vector<bool> m_movedBefore; ///< by line
    std::size_t m_batchesAtOnce = 1;
    bool m_atEnd = false;
    bool m_insideRecord = false; ///< what was written ends inside a record that comes in pieces
    SideThread m_side;           ///< last: it ends before what it works on goes
};

} // namespace keyturn::reencrypt
