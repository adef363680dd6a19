// SPDX-License-Identifier: Apache-2.0
// SharedTables: the tables by which processes share a PostgreSQL job (FORMAT.md "Tables of a shared job"):
// who holds which batch, with which fence, until when by the database's own clock, and what became of each
// row. Nothing in them is authenticated: who may write them may write the job's table too. The connection's
// thread. Errors: those of the connection, Configuration (another job or format stands there).
#pragma once

#include "base/result.h"
#include "reencrypt/item.h"
#include "reencrypt/job.h"
#include "reencrypt/sql/row_zone.h"
#include "reencrypt/sql/sql_connection.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct Lease {
    std::uint64_t pass = 0;
    std::uint64_t batch = 0;
    std::uint64_t fence = 0;
    std::optional<std::string> after; ///< keys: rows behind this one ...
    std::optional<std::string> last;  ///< ... up to and with this one; nothing: to the end
};

/// bigint has no unsigned brother.
inline std::int64_t signedOf(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}
std::uint64_t unsignedOf(const SqlValue &value);

/// A row as the table of items knows it.
struct SharedItem {
    std::string key;
    std::string state; ///< ItemState's wire name
    std::uint64_t run = 0;
    Digest oldValue{};             ///< of the whole value that was read
    std::optional<Digest> after;   ///< of the new ciphertext
    std::optional<Bytes> newValue; ///< of the whole value to write
    std::optional<Bytes> oldKept;  ///< nothing once finalised
    bool proven = false;
    ItemRecord record;
};

struct SharedStatus {
    std::string state; ///< "planned" (no tables yet), "running", "done", "finalised", "undone"
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
    /// `keys`: the job's table and key columns as SELECT takes them.
    SharedTables(SqlConnection &connection, std::string jobId, std::string owner);

    /// Makes them where they are missing; a job that was done begins a new run.
    Status open(const JobSpec &spec);
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
    /// Inside a transaction.
    Status writeIntent(const Lease &lease, const SharedItem &item, const std::optional<Bytes> &oldValue);
    Status writeOutcome(const Lease &lease, const ItemRecord &record, const std::optional<Digest> &value,
                        bool wasWritten);

    /// Moved items, at most `limit` behind that key, for undo.
    Result<std::vector<SharedItem>> moved(const std::string &after, std::size_t limit);
    Result<SharedStatus> status();
    Status setState(const std::string &state);
    Status dropOldValues();
    std::uint64_t run() const { return m_run; }

private:
    std::string table(std::string_view name) const;
    Status create(const JobSpec &spec);
    Result<bool> openPass(std::uint64_t sweeps, const Boundaries &boundaries);
    Status fillPass(std::uint64_t pass, const Boundaries &boundaries);
    Result<std::vector<SharedItem>> items(const std::string &condition, const std::vector<SqlValue> &values);

    SqlConnection &m_connection;
    std::string m_jobId;
    std::string m_owner;
    std::string m_schema;
    std::uint64_t m_run = 1;
};

} // namespace keyturn::reencrypt
