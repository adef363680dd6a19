// SPDX-License-Identifier: Apache-2.0
// RateLimiter: lets tasks run in order as tokens of a TokenBucket come, with one thread that sleeps until the
// next. RateLimiters: one limiter for each endpoint and Region, so that all sessions of the program share it.
// Any thread; a limiter lives as long as somebody uses it. The ceiling may be changed while tasks wait.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/token_bucket.h"
#include "base/unique_function.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace keyturn::workspace {

class RateLimiter {
public:
    /// How a task is told: it may go, or its wait was ended.
    enum class Verdict { Go, Cancelled, TooLate };
    using Task = UniqueFunction<void(Verdict)>;

    /// `perSecond` 0: no ceiling. `wakesItself` false: only wake() looks at the clock (tests).
    RateLimiter(double perSecond, std::shared_ptr<const Clock> clock, bool wakesItself = true);
    /// Tasks that still wait are cancelled. Never inside a task: the thread that runs it is joined.
    ~RateLimiter();

    /// Runs the task exactly once: at once when a token is there and nobody waits, else later on the
    /// limiter's thread; on the cancelling thread when cancelled.
    void run(Task task, CancelToken cancel,
             std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt);
    void setRate(double perSecond);
    double rate() const;
    std::size_t waiting() const;
    /// Lets go what may go now.
    void wake();

private:
    struct State;
    std::shared_ptr<State> m_state;
};

class RateLimiters {
public:
    explicit RateLimiters(std::shared_ptr<const Clock> clock = systemClock())
        : m_clock(std::move(clock)) {}
    /// The limiter of that endpoint and Region; its ceiling becomes `perSecond`.
    std::shared_ptr<RateLimiter> of(const std::string &endpoint, const std::string &region, double perSecond);

private:
    std::shared_ptr<const Clock> m_clock;
    std::mutex m_mutex;
    std::map<std::string, std::weak_ptr<RateLimiter>> m_limiters;
};

} // namespace keyturn::workspace
