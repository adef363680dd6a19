// SPDX-License-Identifier: Apache-2.0
#include "remote/adaptive_rate.h"

#include <algorithm>
#include <cmath>

namespace keyturn::remote {

namespace {

constexpr double smoothing = 0.8;
constexpr double bucketsPerSecond = 2;
constexpr double scale = 0.4;
constexpr double beta = 0.7;
constexpr double minRate = 0.5;
constexpr double maxOverMeasured = 2;

} // namespace

MeasuredRate::MeasuredRate(double now)
    : m_lastBucket(std::floor(now)) {}

double MeasuredRate::record(double now) {
    const double bucket = std::floor(now * bucketsPerSecond) / bucketsPerSecond;
    m_count += 1;
    if (bucket > m_lastBucket) {
        const double current = m_count / (bucket - m_lastBucket);
        m_rate = current * smoothing + m_rate * (1 - smoothing);
        m_count = 0;
        m_lastBucket = bucket;
    }
    return m_rate;
}

double CubicCurve::afterSuccess(double now) const {
    const double since = now - m_lastFailure - m_k;
    return scale * since * since * since + m_peak;
}

double CubicCurve::afterThrottling(double rate, double now) {
    m_peak = rate;
    m_k = std::cbrt(m_peak * (1 - beta) / scale);
    m_lastFailure = now;
    return rate * beta;
}

TokenBucket::TokenBucket(double now)
    : m_last(now) {}

void TokenBucket::refill(double now) {
    m_available = std::min(m_capacity, m_available + (now - m_last) * m_rate);
    m_last = now;
}

void TokenBucket::setRate(double rate, double now) {
    refill(now); // at the rate that held until now
    m_rate = std::max(rate, minRate);
    m_capacity = std::max(rate, 1.0);
    m_available = std::min(m_available, m_capacity);
}

double TokenBucket::take(double now) {
    refill(now);
    if (m_available < 1) {
        return (1 - m_available) / m_rate;
    }
    m_available -= 1;
    return 0;
}

AdaptiveRate::AdaptiveRate(double now)
    : m_measured(now)
    , m_curve(now)
    , m_bucket(now) {}

double AdaptiveRate::waitToSend(double now) {
    return m_enabled ? m_bucket.take(now) : 0;
}

void AdaptiveRate::answered(bool throttled, double now) {
    const double measured = m_measured.record(now);
    double rate = 0;
    if (throttled) {
        rate = m_curve.afterThrottling(m_enabled ? std::min(measured, m_bucket.rate()) : measured, now);
        m_enabled = true;
    } else {
        rate = m_curve.afterSuccess(now);
    }
    m_bucket.setRate(std::min(rate, maxOverMeasured * measured), now);
}

std::optional<double> AdaptiveRate::limit() const {
    return m_enabled ? std::optional(m_bucket.rate()) : std::nullopt;
}

} // namespace keyturn::remote
