// SPDX-License-Identifier: Apache-2.0
// What the lane of tables writes in front of the items of its journal records (FORMAT.md "The journal"), and
// what it makes of them when a job is taken up again. Plain values. Private to records/. Errors:
// NotAuthentic.
#pragma once

#include "base/platform/pinned_file.h"
#include "reencrypt/files/file_set.h"
#include "reencrypt/item.h"
#include "reencrypt/journal.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// A file in a run of the job: a second look at it, after it was replaced, is another generation with another
/// temporary file.
struct TableMark {
    std::string unit;
    FilePosition position;
    std::uint32_t generation = 1;
    platform::FileIdentity identity; ///< of the file that was read
};

/// Up to where input and output are known to be good.
struct TableCheckpoint {
    std::uint64_t inputOffset = 0;
    std::uint64_t outputOffset = 0;
    std::uint64_t number = 0; ///< records so far
    std::uint64_t line = 1;
    std::uint64_t changed = 0; ///< items with a new value
    std::uint64_t failed = 0;
    Digest input{};
    Digest output{};
    Digest masked{};
};

/// How a file came to its end.
enum class TableEnd : std::uint8_t {
    Exchanged = 1, ///< the new content has the name
    Unchanged = 2, ///< nothing to change, or a dry run
    Conflict = 3,  ///< somebody changed it meanwhile: left alone
    Unworkable = 4 ///< could not be read or written
};

struct TableDigests {
    Digest before{};
    Digest after{};
};

Bytes bodyOf(const TableMark &mark);
Bytes bodyOf(const TableMark &mark, const TableCheckpoint &checkpoint);
Bytes bodyOf(const TableMark &mark, const TableDigests &digests); ///< of Intent
Bytes bodyOf(const TableMark &mark, TableEnd end, const platform::FileIdentity &now, std::uint64_t failed);

/// What is known of one generation of a file.
struct TableGeneration {
    enum class Phase : std::uint8_t { Working, Intent, Ended, Undone, Finalised };
    TableMark mark;
    Phase phase = Phase::Working;
    std::uint64_t sequence = 0;      ///< of its last record
    std::uint64_t endedSequence = 0; ///< of Applied
    std::optional<TableCheckpoint> checkpoint;
    std::vector<std::uint64_t> checkpoints; ///< sequences
    std::uint64_t intentSequence = 0;
    TableDigests digests;
    TableEnd end = TableEnd::Unchanged;
    platform::FileIdentity now; ///< the live file when it ended
    std::uint64_t failed = 0;
};

/// Everything the journal says, by file.
class TableHistory {
public:
    Status read(Journal &journal);
    /// The last generation of a file; nullptr: never seen.
    TableGeneration *last(const FilePosition &position);
    /// All generations, in order of their last end.
    std::vector<TableGeneration *> byEnd();
    /// True when that generation came to its end after the job was last done with everything.
    bool ofThisRun(const TableGeneration &generation) const { return generation.sequence > m_runBegan; }
    std::map<FilePosition, std::vector<TableGeneration>> &files() { return m_files; }

private:
    Status take(const JournalRecord &record);
    TableGeneration &generationOf(const TableMark &mark);
    std::map<FilePosition, std::vector<TableGeneration>> m_files;
    std::uint64_t m_runBegan = 0;
};

} // namespace keyturn::reencrypt
