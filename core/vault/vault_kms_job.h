// SPDX-License-Identifier: Apache-2.0
// Job: one submitted request until its completion has run. It goes from the caller's thread (or the pool) to
// the writer and is owned by whoever has it; one thread at a time. JobStore keeps the empty shells: what one
// thread allocates and another frees makes both wait for the allocator. Any thread.
#pragma once

#include "chainlog/record.h"
#include "kms/service.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/dispatch.h"
#include "vault/handlers/importing.h"

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace keyturn::vault {

struct Job {
    kms::AnyRequest request;
    kms::CallContext context;
    kms::Completion completion;
    const kms::OperationInfo *operation = nullptr;
    VaultCore *core = nullptr; ///< of the Region that it is for
    Trace trace;
    std::optional<PreparedKey> prepared;  ///< of CreateKey
    std::optional<PreparedImport> import; ///< of ImportKeyMaterial
    bool needsChange = false;             ///< the writer makes the outcome
    Result<kms::AnyReply> outcome{kms::AnyReply()};
    chainlog::Record record;        ///< its requestId is the request's, given or made
    std::size_t home = 0;           ///< the JobStore's
    std::uint64_t requestCount = 0; ///< of the next request id, or the end of the last block

    /// Error and record of one failure say the same.
    void describeFault();
    /// Runs the completion; context and secrets are gone afterwards, a request without secrets and the
    /// record's memory stay.
    void complete();
};

using JobPointer = std::unique_ptr<Job>;

class JobStore {
public:
    /// One that this thread has made before, if there is one.
    JobPointer take();
    void giveBack(JobPointer job);
    /// Empties `jobs`; null ones are left out.
    void giveBack(std::vector<JobPointer> &jobs);
    void clear();

private:
    static constexpr std::size_t shardCount = 8;
    static constexpr std::size_t shardCapacity = 1024;
    struct alignas(64) Shard {
        std::mutex mutex;
        std::vector<JobPointer> done;
    };
    static std::size_t ownShard();

    std::array<Shard, shardCount> m_shards;
};

} // namespace keyturn::vault
