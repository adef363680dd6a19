// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_kms_job.h"

#include "kms/field.h"

#include <algorithm>
#include <atomic>

namespace keyturn::vault {

void Job::describeFault() {
    if (!outcome) {
        outcome.error().operation = operation->name;
        outcome.error().requestId = record.requestId;
    }
}

void Job::complete() {
    completion(std::move(outcome));
    completion = kms::Completion();
    // Memory goes back fastest on the thread that it came from: JobStore::take() is called there.
    if (std::ranges::any_of(operation->request, &kms::Field::secret)) {
        request = kms::AnyRequest();
    }
    context = kms::CallContext();
    trace = Trace();
    prepared.reset();
    import.reset();
    outcome = kms::AnyReply();
}

std::size_t JobStore::ownShard() {
    static std::atomic<std::size_t> threads = 0;
    thread_local const std::size_t own = threads.fetch_add(1, std::memory_order_relaxed) % shardCount;
    return own;
}

JobPointer JobStore::take() {
    const std::size_t home = ownShard();
    Shard &shard = m_shards[home];
    JobPointer job;
    {
        const std::lock_guard lock(shard.mutex);
        if (!shard.done.empty()) {
            job = std::move(shard.done.back());
            shard.done.pop_back();
        }
    }
    if (job) {
        job->request = kms::AnyRequest();
    } else {
        job = std::make_unique<Job>();
        job->home = home;
    }
    return job;
}

void JobStore::giveBack(JobPointer job) {
    Shard &shard = m_shards[job->home];
    const std::lock_guard lock(shard.mutex);
    if (shard.done.size() < shardCapacity) {
        shard.done.push_back(std::move(job));
    }
}

void JobStore::giveBack(std::vector<JobPointer> &jobs) {
    for (std::size_t home = 0; home < shardCount; ++home) {
        Shard &shard = m_shards[home];
        std::unique_lock<std::mutex> lock;
        for (JobPointer &job : jobs) {
            if (!job || job->home != home) {
                continue;
            }
            if (!lock.owns_lock()) {
                lock = std::unique_lock(shard.mutex);
            }
            if (shard.done.size() < shardCapacity) {
                shard.done.push_back(std::move(job));
            }
        }
    }
    jobs.clear();
}

void JobStore::clear() {
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        shard.done.clear();
    }
}

} // namespace keyturn::vault
