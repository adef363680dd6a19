// SPDX-License-Identifier: Apache-2.0
// Journal: what a job did and is about to do, in an SQLite file of its own (0600, WAL, synchronous FULL).
// Append-only records, each chained by HMAC-SHA256 to the one before and to the job's id: a changed, moved,
// cut-out or foreign record is refused when the journal is opened, before anything is touched (FORMAT.md "The
// journal"). Holds ciphertexts and digests, never plaintext. Old values stand beside the chain, which holds
// their digests: so finalise can drop them and the chain still proves. One thread at a time; one process at a
// time (a lock file names who has it). Errors: FileExists (a job stands there already), FileNotFound,
// VaultInUse (another process works on it: names it), NotAuthentic (tampered, foreign or another key: names
// the record), VaultNewer (format), DiskFull, IoFailed.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "reencrypt/job.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

enum class JobState : std::uint8_t {
    Planned,
    Running,
    Paused,    ///< by a person, or by a fault of the whole job that `reason` names; resumable
    Done,      ///< every item was looked at; some may have failed
    Verified,  ///< and a whole second pass proved it
    Finalised, ///< undo copies are gone
    Undone
};
std::string_view wireName(JobState state); ///< "planned", "running", ...
std::optional<JobState> jobStateOf(std::string_view wireName);

struct Counters {
    std::uint64_t found = 0;
    std::uint64_t done = 0; ///< applied or better
    std::uint64_t verified = 0;
    std::uint64_t skipped = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t failed = 0;
    std::uint64_t calls = 0;
    std::uint64_t throttled = 0;
    bool operator==(const Counters &) const = default;
};

/// What a record says; its body is bytes that belong to whoever works that family of sources (lane.h). From
/// Intent to Undone every body ends with appendItems(): the items that it concerns, with their state by then.
/// So reports, status and counts read any lane's records; an item's last record in the chain counts.
enum class Entry : std::uint8_t {
    Created = 1,    ///< the job: spec as YAML, when, by which program
    State = 2,      ///< JobState and reason
    Intent = 3,     ///< a hot zone: what will be written where, old and new
    Applied = 4,    ///< that zone stands; outcomes
    Checkpoint = 5, ///< a table file: offsets, running digests, items since the last
    Items = 6,      ///< outcomes without a change: skipped, failed, conflict
    Verified = 7,
    Final = 8,
    Undone = 9,
    Pass = 10 ///< a sweep over a database ended; what it found
};

struct JournalRecord {
    std::uint64_t sequence = 0; ///< from 1
    Entry entry = Entry::Created;
    Bytes body;
};

struct JournalHead {
    std::string jobId; ///< 32 hex digits
    JobSpec spec;
    JobState state = JobState::Planned;
    std::string reason; ///< of Paused
    Timestamp created;
    Timestamp changed;
    Counters counters;     ///< as of the last record
    std::string keySource; ///< what holds the journal's key: "vault", "keychain", "file": for people
};

class Journal {
public:
    /// `key` (32 bytes) authenticates it; only its source is named in the file.
    static Result<std::unique_ptr<Journal>> create(const std::filesystem::path &file, const JobSpec &spec,
                                                   const SecretBytes &key, std::string keySource,
                                                   std::shared_ptr<const Clock> clock);
    /// Checks the whole chain.
    static Result<std::unique_ptr<Journal>> open(const std::filesystem::path &file, const SecretBytes &key,
                                                 std::shared_ptr<const Clock> clock);
    /// State, counts and key source for lists, read beside a running job, chain unchecked.
    static Result<JournalHead> peek(const std::filesystem::path &file);

    virtual ~Journal() = default;
    virtual const JournalHead &head() const = 0;
    /// Appends and makes durable (one fsync). Several records: all or none.
    virtual Status append(std::vector<std::pair<Entry, Bytes>> records) = 0;
    /// One record and the values that finalise will drop, durable together. Their digests are chained.
    virtual Status appendWithOld(Entry entry, Bytes body, std::vector<Bytes> oldValues) = 0;
    /// Those of a record, in order; nothing for each once dropOldValues() has run. NotAuthentic: one is not
    /// what the chain says.
    virtual Result<std::vector<std::optional<Bytes>>> oldValues(std::uint64_t sequence) = 0;
    /// All of them, for good: overwritten in the file, which is made smaller.
    virtual Status dropOldValues() = 0;
    virtual Status setState(JobState state, std::string reason) = 0;
    /// Counts that the next record takes along into the head, for lists.
    virtual void count(const Counters &counters) = 0;
    /// In order from `from`; stops when the visitor answers false.
    virtual Status read(std::uint64_t from,
                        const std::function<Result<bool>(const JournalRecord &)> &visit) = 0;
    /// The last record of that kind; nothing where there is none.
    virtual Result<std::optional<JournalRecord>> last(Entry entry) = 0;
    virtual std::uint64_t size() const = 0; ///< records
    virtual const std::filesystem::path &file() const = 0;

protected:
    Journal() = default;
};

/// The end of a body: outcomes packed (what equals the item before costs two bits), and the size of them all.
void appendItems(Bytes &body, const std::vector<ItemRecord> &items);
/// Those that a body ends with, every bound checked. `head` is what stands before them.
struct BodyItems {
    ByteView head;
    std::vector<ItemRecord> items;
};
Result<BodyItems> readItems(ByteView body);
/// True for entries whose bodies end with items.
bool holdsItems(Entry entry);

/// Adds an item's state (`add`), or takes it out again when a later record replaces it.
void countItem(Counters &counters, const ItemRecord &item, bool add = true);

} // namespace keyturn::reencrypt
