// SPDX-License-Identifier: Apache-2.0
// Writer: the one thread that owns a vault's container while it is unlocked. It makes changes, appends the
// log record of every request and answers when they are durable: group commit without a timer, at most 1,024
// requests, as soon as it is idle; it gathers for at most 0.5 ms, and only while more than 8 wait and more
// keep coming. It also settles due work: keys whose deletion date has come, rotations. Thread rule: push()
// and act() from any thread; the client is called on the writer thread. Owner: VaultKms. Errors of act(): the
// act's own; of jobs: those of WriteTransaction, and then of every job of the batch, for nobody gets an
// answer without a record. Follows reliability-security.md 3.7.
#pragma once

#include "vault/container.h"
#include "vault/vault_kms_job.h"
#include "vault/vault_regions.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace keyturn::vault {

class Changes;

/// Where jobs go from the writer. Called on the writer thread.
class WriterClient {
public:
    virtual ~WriterClient() = default;
    /// Makes the outcome of a read or cryptographic job anew. False: it needs the pool, do it there.
    virtual bool recompute(Job &job) = 0;
    /// Whether the caller may still do what it asked for: policies and grants change while it waits.
    virtual Status permit(Call &call) = 0;
    virtual void recomputeOnPool(JobPointer job) = 0;
    /// Runs the completions of a batch; empties it. Null jobs have gone elsewhere.
    virtual void finish(std::vector<JobPointer> &batch) = 0;
    /// Jobs that are under way, those waiting for the writer included.
    virtual std::uint64_t inFlight() const = 0;
};

struct WriterOptions {
    std::string program; ///< actor of records that are nobody's request
    bool keepLog = true;
};

/// A record with time, actor and action; outcome "Success".
chainlog::Record makeRecord(const Clock &clock, std::string actor, std::string_view action);
/// job.record from its outcome and trace.
void fillRecord(const VaultCore &core, const std::string &program, Job &job);

class Writer {
public:
    static constexpr std::size_t maxBatch = 1024;

    Writer(Container &container, VaultRegions &regions, WriterClient &client, WriterOptions options);
    ~Writer() { stop(); }

    void start();
    void push(JobPointer job);
    /// Runs on the writer thread, between commits; waits for it.
    Status act(const std::function<Status(Container &)> &act);
    /// Due work now, instead of when the thread next wakes.
    Status settleDue();
    /// Does what is queued and joins. Idempotent.
    void stop();

    std::uint64_t commitCount() const { return m_commits.load(std::memory_order_relaxed); }

private:
    struct Act {
        const std::function<Status(Container &)> *function;
        Status outcome;
        bool done = false;
    };
    using Batch = std::vector<JobPointer>;

    void loop();
    /// False: stopped, and nothing is left to do.
    bool waitForWork(Batch &batch, std::vector<Act *> &acts);
    void gather(std::unique_lock<std::mutex> &lock);
    std::optional<Timestamp> nextDue() const;
    std::chrono::milliseconds untilDue() const;

    void commit(Batch &batch);
    Status write(Batch &batch, std::optional<Changes> &changes);
    Status carryOut(Batch &batch, Changes &changes);
    Status makeChange(Job &job, Changes &changes);
    void addRecord(Job &job);
    bool joinRecord(const Job &job);
    void closeShared();
    void tellFailure(Batch &batch, const Error &error);
    Status settleWhatIsDue();
    Status settleRegion(VaultCore &core, Timestamp now);
    Status settleKey(VaultCore &core, const KeyId &id, Timestamp now);
    void runActs(const std::vector<Act *> &acts);

    Container &m_container;
    VaultRegions &m_regions;
    VaultCore &m_core; ///< the vault's own Region: for what all have in common
    WriterClient &m_client;
    const WriterOptions m_options;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_actDone;
    Batch m_queue;
    std::vector<Act *> m_acts;
    bool m_waiting = false;
    std::size_t m_expected = 0; ///< while gathering: so many are worth a notice
    bool m_stopping = false;
    std::thread m_thread;

    std::size_t m_lastBatch = 0; ///< writer thread, as what follows
    std::uint64_t m_lastInFlight = 0;
    std::vector<chainlog::Record>
        m_records; ///< the first m_recordCount count; the rest is memory to use again
    std::size_t m_recordCount = 0;
    /// A record of this commit that stands for several calls of one bulk job.
    struct Shared {
        std::size_t record;
        std::uint64_t calls;
    };
    std::vector<Shared> m_shared;
    std::chrono::steady_clock::time_point m_settleAgain{}; ///< after a failure: not before
    std::atomic<std::uint64_t> m_commits = 0;
};

} // namespace keyturn::vault
