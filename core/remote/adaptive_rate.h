// SPDX-License-Identifier: Apache-2.0
// AdaptiveRate: the client-side rate of the adaptive retry mode, number for number as botocore has it: off
// until the first throttling, then a token bucket whose rate falls to 0.7 of what was measured and grows back
// along a cubic curve (ecosystem.md 2.2). Times are seconds of any steady clock. Internal to this module; one
// thread; no errors.
#pragma once

#include <optional>

namespace keyturn::remote {

/// Requests a second over half-second buckets, smoothed.
class MeasuredRate {
public:
    explicit MeasuredRate(double now);
    double record(double now);

private:
    double m_rate = 0;
    double m_lastBucket;
    double m_count = 0;
};

class CubicCurve {
public:
    explicit CubicCurve(double now)
        : m_lastFailure(now) {}
    double afterSuccess(double now) const;
    double afterThrottling(double rate, double now);

private:
    double m_peak = 0;
    double m_k = 0;
    double m_lastFailure;
};

class TokenBucket {
public:
    explicit TokenBucket(double now);
    void setRate(double rate, double now);
    /// 0 when a token was taken, else the seconds until there is one.
    double take(double now);
    double rate() const { return m_rate; }
    double available() const { return m_available; }

private:
    void refill(double now);

    double m_rate = 1;
    double m_capacity = 1;
    double m_available = 0;
    double m_last;
};

class AdaptiveRate {
public:
    explicit AdaptiveRate(double now);
    /// Before an attempt goes out: 0, or how many seconds it has to wait before it asks again.
    double waitToSend(double now);
    /// After each attempt's answer.
    void answered(bool throttled, double now);
    /// Requests a second; nothing until the first throttling.
    std::optional<double> limit() const;

private:
    bool m_enabled = false;
    MeasuredRate m_measured;
    CubicCurve m_curve;
    TokenBucket m_bucket;
};

} // namespace keyturn::remote
