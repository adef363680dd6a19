// SPDX-License-Identifier: Apache-2.0
// KmsService: what everything else talks to. Implemented by vault, remote endpoint, snapshot and fake;
// wrapped by decorators (read-only, safety, history, rate). No QObject. Threads: submit() and capabilities()
// may be called from any thread. A service outlives its calls: its destructor cancels what is under way and
// waits until every Completion has run.
#pragma once

#include "base/result.h"
#include "base/unique_function.h"
#include "kms/call_context.h"
#include "kms/capabilities.h"
#include "kms/operation.h"

namespace keyturn::kms {

/// Called exactly once, on any thread, possibly before submit() returns. Must return fast.
using Completion = UniqueFunction<void(Result<AnyReply>)>;

class KmsService {
public:
    virtual ~KmsService() = default;
    /// By value: a probe may change what is known while the program runs.
    virtual Capabilities capabilities() const = 0;
    virtual void submit(AnyRequest request, CallContext context, Completion completion) = 0;
};

} // namespace keyturn::kms
