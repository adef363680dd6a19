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
    Status restore(const std::vector<SharedItem> &items);
    std::chrono::milliseconds leaseTime() const;
    void tell(const std::vector<ItemRecord> &items) const;

    SharedJobParts parts;
    std::unique_ptr<SqlRowStore> store;
    std::optional<SharedTables> tables;
    RowLedger ledger{nullptr};
    bool joined = false;
    bool serviceFailed = false; ///< the last error is the service's, not the database's
    std::uint64_t rowsSeen = 0;
    std::uint64_t rowsMoved = 0;
};

} // namespace keyturn::reencrypt
