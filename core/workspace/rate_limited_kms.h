// SPDX-License-Identifier: Apache-2.0
// RateLimitedKms: sends calls no faster than its RateLimiter allows, in order. Waiting can be cancelled and
// ends at the call's deadline, and then nothing was sent. Any thread; its destructor cancels what waits and
// waits for its calls. Errors: Cancelled, TimedOut.
#pragma once

#include "kms/service.h"
#include "workspace/rate_limiter.h"

#include <memory>

namespace keyturn::workspace {

class CallCount;

class RateLimitedKms final : public kms::KmsService {
public:
    RateLimitedKms(std::shared_ptr<kms::KmsService> inner, std::shared_ptr<RateLimiter> limiter);
    ~RateLimitedKms() override;

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;

private:
    std::shared_ptr<kms::KmsService> m_inner;
    std::shared_ptr<RateLimiter> m_limiter;
    std::shared_ptr<CallCount> m_calls;
};

} // namespace keyturn::workspace
