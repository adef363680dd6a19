// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/job_rate.h"

#include "base/token_bucket.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>

namespace keyturn::reencrypt {
namespace {

using namespace std::chrono_literals;
using Moment = std::chrono::steady_clock::time_point;

/// Calls under way when the first refusal comes are refused too: they say nothing new.
constexpr auto oneHalving = 1s;

class AdaptiveRate final : public JobRate {
public:
    AdaptiveRate(double ceiling, std::shared_ptr<const Clock> clock)
        : m_clock(std::move(clock))
        , m_ceiling(std::max(0.0, ceiling))
        , m_bucket(m_ceiling, m_clock->steadyNow())
        , m_since(m_clock->steadyNow()) {}

    Status acquire(const CancelToken &cancel) override;
    void succeeded() override;
    void throttled() override;
    void setCeiling(double perSecond) override;
    RateFacts facts() const override;

private:
    double allowed() const; ///< 0: no limit
    void measure(Moment now);
    std::optional<std::chrono::nanoseconds> tryNow(); ///< nothing: a token was taken
    void apply(Moment now);

    const std::shared_ptr<const Clock> m_clock;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    double m_ceiling;
    double m_limit = 0; ///< that throttling left; 0: none
    TokenBucket m_bucket;
    std::uint64_t m_throttled = 0;
    Moment m_halvedAt{};
    Moment m_raisedAt{};
    Moment m_since; ///< of the second that is being counted
    std::uint64_t m_count = 0;
    double m_measured = 0; ///< calls in the last whole second
    double m_peak = 0;     ///< where throttling began
};

double AdaptiveRate::allowed() const {
    if (m_limit > 0 && m_ceiling > 0) {
        return std::min(m_limit, m_ceiling);
    }
    return m_limit > 0 ? m_limit : m_ceiling;
}

void AdaptiveRate::measure(Moment now) {
    ++m_count;
    const std::chrono::duration<double> passed = now - m_since;
    if (passed >= 1s) {
        m_measured = static_cast<double>(m_count) / passed.count();
        m_count = 0;
        m_since = now;
    }
}

void AdaptiveRate::apply(Moment now) {
    m_bucket.setRate(allowed(), now);
    m_changed.notify_all();
}

std::optional<std::chrono::nanoseconds> AdaptiveRate::tryNow() {
    const Moment now = m_clock->steadyNow();
    const auto wait = m_bucket.take(now);
    if (!wait) {
        measure(now);
    }
    return wait;
}

Status AdaptiveRate::acquire(const CancelToken &cancel) {
    {
        const std::lock_guard lock(m_mutex);
        if (!cancel.isCancelled() && !tryNow()) {
            return {};
        }
    }
    const auto wake = cancel.onCancel([this] {
        const std::lock_guard lock(m_mutex);
        m_changed.notify_all();
    });
    std::unique_lock lock(m_mutex);
    while (!cancel.isCancelled()) {
        const auto wait = tryNow();
        if (!wait) {
            return {};
        }
        m_changed.wait_for(lock, *wait);
    }
    return fail(ErrorCode::Cancelled, "stopped while it waited for its turn");
}

void AdaptiveRate::succeeded() {
    const std::lock_guard lock(m_mutex);
    if (m_limit <= 0) {
        return;
    }
    const Moment now = m_clock->steadyNow();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - m_raisedAt);
    if (seconds < 1s) {
        return;
    }
    m_raisedAt += seconds;
    m_limit += static_cast<double>(seconds.count());
    const double enough = m_ceiling > 0 ? m_ceiling : m_peak;
    if (m_limit >= enough) {
        m_limit = 0;
    }
    apply(now);
}

void AdaptiveRate::throttled() {
    const std::lock_guard lock(m_mutex);
    ++m_throttled;
    const Moment now = m_clock->steadyNow();
    m_raisedAt = now;
    if (m_throttled > 1 && now - m_halvedAt < oneHalving) {
        return;
    }
    m_halvedAt = now;
    const double present = std::max(m_measured, static_cast<double>(m_count));
    const double before = allowed() > 0 ? allowed() : present;
    m_peak = std::max(m_peak, before);
    m_limit = std::max(1.0, before / 2);
    apply(now);
}

void AdaptiveRate::setCeiling(double perSecond) {
    const std::lock_guard lock(m_mutex);
    m_ceiling = std::max(0.0, perSecond);
    if (m_ceiling > 0 && m_limit >= m_ceiling) {
        m_limit = 0;
    }
    apply(m_clock->steadyNow());
}

RateFacts AdaptiveRate::facts() const {
    const std::lock_guard lock(m_mutex);
    return {m_ceiling, allowed(), m_throttled, m_limit > 0};
}

} // namespace

struct JobRates::Impl {
    std::shared_ptr<const Clock> clock;
    std::mutex mutex;
    std::map<std::tuple<std::string, std::string, std::string>, std::weak_ptr<JobRate>> rates;
};

JobRates::JobRates(std::shared_ptr<const Clock> clock)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->clock = std::move(clock);
}

JobRates::~JobRates() = default;

std::shared_ptr<JobRate> JobRates::of(const std::string &endpoint, const std::string &region,
                                      const std::string &keyType, double ceilingPerSecond) {
    const std::lock_guard lock(m_impl->mutex);
    auto &known = m_impl->rates[{endpoint, region, keyType}];
    auto rate = known.lock();
    if (rate) {
        rate->setCeiling(ceilingPerSecond);
    } else {
        rate = std::make_shared<AdaptiveRate>(ceilingPerSecond, m_impl->clock);
        known = rate;
    }
    return rate;
}

} // namespace keyturn::reencrypt
