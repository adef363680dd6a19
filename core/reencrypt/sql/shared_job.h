// SPDX-License-Identifier: Apache-2.0
// SharedJob: one of any number of workers, on any machines, on the same job over a PostgreSQL table. All that
// they share stands in that database (shared_tables.h): each takes a batch with SKIP LOCKED and a fence,
// keeps its intents there before it changes a row, and changes rows only in a transaction in which it finds
// its own fence. Whoever stops answering loses the batch when its time is over; the next one ends what was
// begun, without asking the service again. What stands there is authenticated by a key that every worker has:
// a row that somebody else wrote stops the job (NotAuthentic). One thread; stop it by the token. Follows
// FORMAT.md "Tables of a shared job". Errors: those of row_store.h and of the mover; Configuration (a job
// over another database, another job's schema); Cancelled, with every batch left in order.
#pragma once

#include "base/cancel.h"
#include "base/result.h"
#include "base/secret_text.h"
#include "reencrypt/job.h"
#include "reencrypt/journal.h"
#include "reencrypt/lane.h"
#include "reencrypt/mover.h"
#include "reencrypt/sql/row_reach.h"
#include "reencrypt/sql/shared_tables.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace keyturn::reencrypt {

/// Empty: of a new job; else as the tables name it. The same for every worker.
using SharedKeySource = std::function<Result<SharedKey>(const std::string &source)>;

struct SharedJobParts {
    const JobSpec *spec = nullptr;
    BlobMover *mover = nullptr;   ///< nullptr: status and finalise only
    LaneEvents *events = nullptr; ///< may be nullptr
    const SecretText *databasePassword = nullptr;
    SharedKeySource key;                         ///< nothing: status only
    std::string owner;                           ///< unique: "host:pid:random"; empty: made
    std::chrono::milliseconds leaseTime{60'000}; ///< longer than one batch takes with the service
    std::chrono::milliseconds pollTime{500};     ///< while others hold what is left
    BackOff backOff;
};

/// The same for everybody who reads the same job file: SHA-256 over what decides the work, 32 hex digits.
std::string sharedJobId(const JobSpec &spec);

class SharedJob {
public:
    static Result<std::unique_ptr<SharedJob>> open(SharedJobParts parts);
    ~SharedJob();

    /// Until all passes are over, whoever does them. Begins a new run of a job that was done.
    Status work(const CancelToken &cancel);
    Result<SharedStatus> status();
    /// Reads every row of the table and proves it; the items, each authenticated, say so. Nobody may be at
    /// work. Usage: workers are at it.
    Status verify(const CancelToken &cancel);
    /// What the tables say, each item checked, as a journal that can only be read: for reports. One look at
    /// one moment; ends before the job does.
    Result<std::unique_ptr<Journal>> records();
    /// Restores old values where the new one still stands. Nobody may be at work.
    Status undo(const CancelToken &cancel);
    /// Drops the old values for good.
    Status finalise();

private:
    struct Impl;
    explicit SharedJob(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::reencrypt
