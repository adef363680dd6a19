// SPDX-License-Identifier: Apache-2.0
// Job: one submitted request until its completion has run. It goes from the caller's thread (or the pool) to
// the writer and is owned by whoever has it. Thread rule: one thread at a time.
#pragma once

#include "chainlog/record.h"
#include "kms/service.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/dispatch.h"

#include <memory>
#include <optional>

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
    chainlog::Record record;
};

using JobPointer = std::unique_ptr<Job>;

} // namespace keyturn::vault
