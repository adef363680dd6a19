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
    Trace trace;
    std::optional<PreparedKey> prepared; ///< of CreateKey
    bool needsChange = false;            ///< the writer makes the outcome
    Result<kms::AnyReply> outcome{kms::AnyReply()};
    chainlog::Record record; ///< its requestId is the request's, given or made

    /// Error and record of one failure say the same.
    void describeFault();
    /// Runs the completion; request, context and secrets are gone afterwards, the record's memory stays.
    void complete();
};

using JobPointer = std::unique_ptr<Job>;

class JobStore {
public:
    JobPointer take();
    void giveBack(JobPointer job);
    /// Empties `jobs`; null ones are left out.
    void giveBack(std::vector<JobPointer> &jobs);

private:
    static constexpr std::size_t capacity = 2048;
    std::mutex m_mutex;
    std::vector<JobPointer> m_shells;
};

} // namespace keyturn::vault
