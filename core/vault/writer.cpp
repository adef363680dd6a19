// SPDX-License-Identifier: Apache-2.0
#include "vault/writer.h"

#include "base/stack_wipe.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace keyturn::vault {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t gatherAbove = 8;
constexpr std::size_t gatherAtMost = 128;
constexpr auto gatherFor = 500us;
constexpr auto gatherStep = 60us; ///< nobody came for so long: nobody is about to
template <class Op>
Result<kms::AnyReply> boxed(Result<typename Op::Reply> reply) {
    if (!reply) {
        return failFrom(reply);
    }
    return kms::AnyReply::of<Op>(std::move(*reply));
}

/// Time may be set back and forth: the clock is looked at this often at least.
constexpr std::chrono::milliseconds longestSleep = 60s;

} // namespace

Writer::Writer(Container &container, VaultRegions &regions, WriterClient &client, WriterOptions options)
    : m_container(container)
    , m_regions(regions)
    , m_core(regions.home())
    , m_client(client)
    , m_options(std::move(options)) {}

void Writer::start() {
    m_thread = std::thread([this] { loop(); });
}

void Writer::push(JobPointer job) {
    const std::lock_guard lock(m_mutex);
    m_queue.push_back(std::move(job));
    if (m_waiting || m_queue.size() == m_expected) {
        m_wake.notify_one();
    }
}

Status Writer::act(const std::function<Status(Container &)> &function) {
    Act act{&function, {}, false};
    std::unique_lock lock(m_mutex);
    if (m_stopping || !m_thread.joinable()) {
        return fail(ErrorCode::VaultLocked, "the vault is locked", ErrorOrigin::Vault);
    }
    m_acts.push_back(&act);
    m_wake.notify_one();
    m_actDone.wait(lock, [&] { return act.done; });
    return std::move(act.outcome);
}

Status Writer::settleDue() {
    return act([this](Container &) {
        m_settleAgain = {};
        return settleWhatIsDue();
    });
}

void Writer::stop() {
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void Writer::loop() {
    Batch batch;
    std::vector<Act *> acts;
    while (waitForWork(batch, acts)) {
        // What is due comes first: no answer rests on a key that should be gone.
        if (auto settled = settleWhatIsDue(); !settled) {
            m_settleAgain = m_core.clock->steadyNow() + longestSleep;
        }
        if (!batch.empty()) {
            commit(batch);
        }
        runActs(acts);
        acts.clear();
    }
    wipeStackBelow();
}

bool Writer::waitForWork(Batch &batch, std::vector<Act *> &acts) {
    std::unique_lock lock(m_mutex);
    const auto hasWork = [this] { return !m_queue.empty() || !m_acts.empty() || m_stopping; };
    if (!hasWork()) {
        m_waiting = true;
        m_wake.wait_for(lock, untilDue(), hasWork);
        m_waiting = false;
    }
    // After a batch of many, the first of the next one has company on its way.
    if (m_queue.size() > gatherAbove || (m_lastBatch > gatherAbove && !m_queue.empty())) {
        gather(lock);
    }
    if (m_queue.size() <= maxBatch) {
        batch.swap(m_queue);
    } else {
        const auto end = m_queue.begin() + maxBatch;
        std::move(m_queue.begin(), end, std::back_inserter(batch));
        m_queue.erase(m_queue.begin(), end);
    }
    acts.swap(m_acts);
    m_lastBatch = batch.size();
    return !m_stopping || !batch.empty() || !acts.empty();
}

/// Waits while more keep coming, until as many are here as were under way at the end of the commit before. A
/// large batch does not wait: its commit is well shared, and what comes meanwhile is computed beside it.
void Writer::gather(std::unique_lock<std::mutex> &lock) {
    const auto until = std::chrono::steady_clock::now() + gatherFor;
    m_expected = std::min<std::size_t>(m_lastInFlight, gatherAtMost);
    std::size_t before = 0;
    while (!m_stopping && m_queue.size() < m_expected && m_queue.size() > before &&
           std::chrono::steady_clock::now() < until) {
        before = m_queue.size();
        m_wake.wait_for(lock, gatherStep);
    }
    m_expected = 0;
}

std::chrono::milliseconds Writer::untilDue() const {
    const auto next = nextDue();
    if (!next || m_core.clock->steadyNow() < m_settleAgain) {
        return longestSleep;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - m_core.clock->now());
    return std::clamp(wait, std::chrono::milliseconds(0), longestSleep);
}

void Writer::commit(Batch &batch) {
    std::optional<Changes> changes;
    Status written = write(batch, changes);
    if (changes && written) {
        changes->settle();
        for (std::size_t i = 0; i < m_recordCount; ++i) {
            m_core.usage.note(m_regions, m_records[i]);
        }
    } else if (changes) {
        changes->undo();
    }
    if (!written) {
        tellFailure(batch, written.error());
    }
    m_lastInFlight = m_client.inFlight();
    m_client.finish(batch);
}

/// Nobody gets an answer without a record, not even an error's.
void Writer::tellFailure(Batch &batch, const Error &error) {
    for (JobPointer &job : batch) {
        if (job) {
            job->outcome = tl::unexpected<Error>(error);
            job->describeFault();
        }
    }
}

Status Writer::write(Batch &batch, std::optional<Changes> &changes) {
    auto transaction = m_container.begin();
    if (!transaction) {
        return failFrom(transaction);
    }
    changes.emplace(m_regions, *transaction);
    m_recordCount = 0;
    m_shared.clear();
    if (auto done = carryOut(batch, *changes); !done) {
        return done;
    }
    closeShared();
    if (m_options.keepLog && m_recordCount > 0) {
        const auto records = std::span(m_records).first(m_recordCount);
        if (auto appended = transaction->appendLog(records); !appended) {
            return appended;
        }
    }
    m_commits.fetch_add(1, std::memory_order_relaxed);
    return transaction->commit();
}

Status Writer::carryOut(Batch &batch, Changes &changes) {
    for (JobPointer &job : batch) {
        if (job->needsChange) {
            if (auto made = makeChange(*job, changes); !made) {
                return made;
            }
            fillRecord(*job->core, m_options.program, *job);
        } else if (!job->trace.isCurrent(*job->core) && !m_client.recompute(*job)) {
            m_client.recomputeOnPool(std::move(job));
            continue;
        }
        addRecord(*job);
    }
    return {};
}

/// The log's records stand in a row; the job gets an old one's memory in exchange.
void Writer::addRecord(Job &job) {
    if (joinRecord(job)) {
        return;
    }
    if (m_recordCount == m_records.size()) {
        m_records.emplace_back();
    }
    chainlog::Record &record = m_records[m_recordCount++];
    std::swap(record, job.record);
    job.record.requestId = record.requestId;
}

/// Calls of one bulk job that did the same with the same keys share the first one's record of this commit. A
/// failure and a change keep their own.
bool Writer::joinRecord(const Job &job) {
    if (job.context.jobId.empty() || job.needsChange || !job.outcome) {
        return false;
    }
    const chainlog::Record &own = job.record;
    for (Shared &shared : m_shared) {
        chainlog::Record &record = m_records[shared.record];
        if (record.action != own.action || record.actor != own.actor || record.keyId != own.keyId ||
            record.materialId != own.materialId || record.note != own.note) {
            continue;
        }
        if (record.contextDigest != own.contextDigest) {
            record.contextDigest.clear();
        }
        ++shared.calls;
        return true;
    }
    m_shared.push_back({m_recordCount, 1});
    return false;
}

void Writer::closeShared() {
    for (const Shared &shared : m_shared) {
        if (shared.calls > 1) {
            std::string &note = m_records[shared.record].note;
            note.append(note.empty() ? "" : "; ").append(std::to_string(shared.calls)).append(" calls");
        }
    }
}

Status Writer::makeChange(Job &job, Changes &changes) {
    job.trace = Trace();
    const CancelToken neverStopping;
    Call call{*job.core,           job.request, job.context,   *job.operation,
              m_core.clock->now(), job.trace,   neverStopping, true};
    if (auto permitted = m_client.permit(call); !permitted) {
        job.outcome = failFrom(permitted);
    } else if (job.prepared) {
        job.outcome = boxed<kms::CreateKey>(createKey(call, changes, std::move(*job.prepared)));
    } else if (job.import) {
        job.outcome = boxed<kms::ImportKeyMaterial>(importKeyMaterial(call, changes, std::move(*job.import)));
    } else {
        job.outcome = change(call, changes);
    }
    if (!changes.failed()) {
        return {};
    }
    return job.outcome ? fail(ErrorCode::IoFailed, "a row could not be written", ErrorOrigin::Vault)
                       : failFrom(job.outcome);
}

void Writer::runActs(const std::vector<Act *> &acts) {
    for (Act *act : acts) {
        Status outcome = (*act->function)(m_container);
        const std::lock_guard lock(m_mutex);
        act->outcome = std::move(outcome);
        act->done = true;
        m_actDone.notify_all();
    }
}

} // namespace keyturn::vault
