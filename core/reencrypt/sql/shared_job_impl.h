// SPDX-License-Identifier: Apache-2.0
// SharedJob::Impl. Private to this folder. The worker's thread.
#pragma once

#include "reencrypt/sql/row_page.h"
#include "reencrypt/sql/shared_job.h"
#include "reencrypt/sql/sql_row_store.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// Of whole values, by key.
using ValueDigests = std::map<std::string, Digest>;

struct SharedJob::Impl {
    explicit Impl(SharedJobParts given)
        : parts(std::move(given)) {}

    Status connect();
    /// Makes schema, tables and run where they are missing, once.
    Status join();
    /// Obtains the key, then opens the tables (`toWork`) or looks at them.
    Status meet(bool toWork);
    SharedItem itemOf(const Lease &lease, ItemRecord record) const;
    bool isSettled(const Row &row) const;
    /// How often this job wrote a row at hand before.
    std::uint64_t writesOf(const std::string &key) const;
    /// One batch from taking to finishing, or a wait; false: the job is over.
    Result<bool> turn(const CancelToken &cancel);
    Status workBatch(const Lease &lease, const CancelToken &cancel);
    Status bringToAnEnd(const Lease &lease);
    Status workRows(const Lease &lease, std::vector<Row> rows, const CancelToken &cancel);
    Result<std::vector<RowCandidate>> candidatesOf(const Lease &lease, std::vector<Row> rows);
    Status announce(const Lease &lease, const std::vector<RowCandidate> &candidates,
                    const std::vector<ItemRecord> &others, const ValueDigests &values);
    Result<std::vector<Row>> write(const Lease &lease, std::vector<RowCandidate> &candidates, bool isLast);
    /// In a transaction of its own, behind the fence.
    Status fenced(const Lease &lease, const std::function<Status()> &act);
    SqlRowStore::Within behindTheFence(const Lease &lease,
                                       std::function<Status(const std::vector<RowResult> &)> last);
    Status checkFence(const Lease &lease);
    Status restore(std::vector<SharedItem> items);
    /// Every page of the table, proven; the items say so.
    Status prove(std::vector<Row> rows, const CancelToken &cancel);
    Status noteProven(const std::vector<SharedItem> &items);
    std::chrono::milliseconds leaseTime() const;
    void tell(const std::vector<ItemRecord> &items);

    SharedJobParts parts;
    std::unique_ptr<SqlRowStore> store;
    std::optional<SharedTables> tables;
    RowLedger ledger{nullptr};
    std::map<std::string, SharedItem> known; ///< of the rows at hand
    std::vector<SharedItem> announced;       ///< of the candidates at hand
    std::uint64_t unproven = 0;              ///< rows that verify found wrong
    bool joined = false;
    bool serviceFailed = false; ///< the last error is the service's, not the database's
    std::uint64_t faults = 0;   ///< that were told in this work
    std::uint64_t rowsSeen = 0;
    std::uint64_t rowsMoved = 0;
};

} // namespace keyturn::reencrypt
