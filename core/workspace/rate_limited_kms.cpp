// SPDX-License-Identifier: Apache-2.0
#include "workspace/rate_limited_kms.h"

#include <condition_variable>

namespace keyturn::workspace {
namespace {

/// A call on its way to the limiter and through it.
struct PacedCall {
    kms::AnyRequest request;
    kms::CallContext context;
    kms::Completion completion;
    CancelSource stopped; ///< by the caller, or by the service's end
    CancelToken::Subscription onCancel;
    CancelToken::Subscription onClose;
};

Error notSent(RateLimiter::Verdict verdict, kms::OperationId operation) {
    Error error =
        verdict == RateLimiter::Verdict::TooLate
            ? clientError(ErrorCode::TimedOut, "its time was over before the profile's rate limit let it go; "
                                               "nothing was sent.")
            : clientError(ErrorCode::Cancelled, "it was stopped before it was sent.");
    error.operation = kms::operationInfo(operation).name;
    return error;
}

} // namespace

/// Calls between submit and their way into the inner service, so that the destructor can wait for them.
class CallCount {
public:
    void enter() {
        const std::lock_guard lock(m_mutex);
        ++m_calls;
    }
    void leave() {
        const std::lock_guard lock(m_mutex);
        --m_calls;
        m_none.notify_all();
    }
    void stopAndWait() {
        m_close.cancel();
        std::unique_lock lock(m_mutex);
        m_none.wait(lock, [this] { return m_calls == 0; });
    }
    CancelToken closing() const { return m_close.token(); }

private:
    std::mutex m_mutex;
    std::condition_variable m_none;
    int m_calls = 0;
    CancelSource m_close;
};

RateLimitedKms::RateLimitedKms(std::shared_ptr<kms::KmsService> inner, std::shared_ptr<RateLimiter> limiter)
    : m_inner(std::move(inner))
    , m_limiter(std::move(limiter))
    , m_calls(std::make_shared<CallCount>()) {}

RateLimitedKms::~RateLimitedKms() {
    m_calls->stopAndWait();
}

kms::Capabilities RateLimitedKms::capabilities() const {
    return m_inner->capabilities();
}

void RateLimitedKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    auto call = std::make_shared<PacedCall>();
    call->request = std::move(request);
    call->context = std::move(context);
    call->completion = std::move(completion);
    const auto stop = [weak = std::weak_ptr(call)] {
        if (const auto waiting = weak.lock()) {
            waiting->stopped.cancel();
        }
    };
    call->onCancel = call->context.cancel.onCancel(stop);
    call->onClose = m_calls->closing().onCancel(stop);
    m_calls->enter();
    m_limiter->run(
        [call, inner = m_inner.get(), calls = m_calls](RateLimiter::Verdict verdict) {
            if (verdict == RateLimiter::Verdict::Go) {
                inner->submit(std::move(call->request), std::move(call->context),
                              std::move(call->completion));
            } else {
                call->completion(fail(notSent(verdict, call->request.operation())));
            }
            calls->leave();
        },
        call->stopped.token(), call->context.deadline);
}

} // namespace keyturn::workspace
