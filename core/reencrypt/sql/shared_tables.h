// SPDX-License-Identifier: Apache-2.0
// SharedTables: the tables by which processes share a PostgreSQL job (FORMAT.md "Tables of a shared job"):
// who holds which batch, with which fence, until when by the database's own clock, and what became of each
// row. What is read from them is authenticated first (shared_seal.h). The connection's thread. Errors: those
// of the connection; Configuration (another job or format stands there); NotAuthentic (a row was changed by
// somebody else, or the key is another one: names the row); Conflict (another worker made the tables
// meanwhile, with a key of another source: obtain that one).
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/sql/row_zone.h"
#include "reencrypt/sql/shared_seal.h"
#include "reencrypt/sql/sql_connection.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// bigint has no unsigned brother.
inline std::int64_t signedOf(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}
std::uint64_t unsignedOf(const SqlValue &value);

/// The key that all workers of a job have, and where from (workspace/journal_keys.h).
struct SharedKey {
    SecretBytes key;
    std::string source;
};

struct SharedStatus {
    std::string state; ///< "planned" (no tables yet), "running", "done", "verified", "finalised", "undone"
    std::uint64_t pass = 0;
    std::uint64_t batches = 0; ///< of this pass
    std::uint64_t batchesDone = 0;
    std::uint64_t batchesHeld = 0;
    std::vector<std::string> workers;           ///< that hold one now
    std::map<std::string, std::uint64_t> items; ///< by state
    std::uint64_t writes = 0;                   ///< rows written over all passes
};

class SharedTables {
public:
    SharedTables(SqlConnection &connection, std::string jobId, std::string owner);

    /// Where the job's key is from; nothing: there are no tables yet.
    Result<std::optional<std::string>> keySource();
    /// Makes them where they are missing; a job that was done begins a new run.
    Status open(const JobSpec &spec, const SharedKey &key);
    /// Reads and checks what stands there, and changes nothing.
    Status look(const SharedKey &key);
    /// The boundaries of a pass's batches: the last key of each but the last.
    using Boundaries = std::function<Result<std::vector<std::string>>()>;
    /// A batch that is free, expired or our own. `isOver`: the job is done.
    Result<std::optional<Lease>> take(std::chrono::milliseconds time, std::uint64_t sweeps,
                                      const Boundaries &boundaries, bool &isOver);
    /// Inside a transaction: locks the lease and finds our own fence there, and renews it. OtherHolder:
    /// false.
    Result<bool> hold(const Lease &lease, std::chrono::milliseconds time);
    Status finish(const Lease &lease, std::uint64_t rows, std::uint64_t moved);

    Result<std::vector<SharedItem>> intents(const Lease &lease);
    Result<std::map<std::string, SharedItem>> known(const std::vector<std::string> &keys);
    /// Inside a transaction: the whole row.
    Status write(const SharedItem &item);
    /// Of a row that stands there: all but what it was and is to become.
    Status writeOutcome(const SharedItem &item);

    /// All of them, at most `limit` behind that key.
    Result<std::vector<SharedItem>> after(const std::string &key, std::size_t limit);
    /// Inside a transaction: nobody begins a run until it ends. Usage: workers are at it.
    Status holdStill();
    Result<SharedStatus> status();
    Status setState(const std::string &state); ///< of a job that nobody works on
    /// The job is undone from now on: batches are taken no more, and whoever holds one lost it. Usage: there
    /// are no undo copies.
    Status stopWorkers();
    /// Drops the old values for good.
    Status finalise();
    const SharedHead &head() const { return m_head; } ///< as of the last look

private:
    std::string table(std::string_view name) const;
    Status create(const JobSpec &spec, const SharedKey &key);
    Status meet(const JobSpec &spec, const SharedKey &key);
    Status begin();
    Status checkFormat();
    /// The row of `job`, checked; `lock`: " FOR UPDATE" or nothing.
    Result<SharedHead> readHead(std::string_view lock);
    Status writeHead(const SharedHead &head);
    Status inTransaction(const std::function<Status()> &act);
    Status endWork();
    Status takeKey(const SharedKey &key);
    Result<bool> openPass(std::uint64_t sweeps, const Boundaries &boundaries);
    Status fillPass(std::uint64_t pass, const Boundaries &boundaries, std::uint64_t &batches);
    /// Every batch of the pass is there and was done by a worker; rows that were moved in it.
    Result<std::uint64_t> checkPass(const SharedHead &head);
    Result<SharedItem> checked(SharedItem item, const SqlValue &mac) const;
    Error tampered(std::string_view row) const;
    Result<std::vector<SharedItem>> items(const std::string &condition, const std::vector<SqlValue> &values);

    SqlConnection &m_connection;
    std::string m_jobId;
    std::string m_owner;
    std::string m_schema;
    std::optional<SharedSeal> m_seal;
    SharedHead m_head;
};

} // namespace keyturn::reencrypt
