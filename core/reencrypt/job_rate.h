// SPDX-License-Identifier: Apache-2.0
// JobRate: how fast jobs may call one endpoint, Region and key type: a token bucket below the operator's
// ceiling that halves on throttling and gains one call per second each second of success
// (reliability-security.md section 4 point 7). JobRates: the ones of this process, so that all its jobs share
// them. Any thread. The ceiling may be changed while calls wait.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace keyturn::reencrypt {

struct RateFacts {
    double ceilingPerSecond = 0; ///< 0: none
    double presentPerSecond = 0; ///< what throttling left; 0: no limit
    std::uint64_t throttled = 0;
    bool backingOff = false; ///< less than the ceiling because of throttling
};

class JobRate {
public:
    virtual ~JobRate() = default;
    /// Blocks until a call may go. Errors: Cancelled.
    virtual Status acquire(const CancelToken &cancel) = 0;
    virtual void succeeded() = 0;
    virtual void throttled() = 0;
    virtual void setCeiling(double perSecond) = 0;
    virtual RateFacts facts() const = 0;
};

class JobRates {
public:
    explicit JobRates(std::shared_ptr<const Clock> clock = systemClock());
    ~JobRates();
    /// Its ceiling becomes this one. A rate is forgotten when its last job is.
    std::shared_ptr<JobRate> of(const std::string &endpoint, const std::string &region,
                                const std::string &keyType, double ceilingPerSecond);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace keyturn::reencrypt
