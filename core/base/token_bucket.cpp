// SPDX-License-Identifier: Apache-2.0
#include "base/token_bucket.h"

#include <algorithm>
#include <cstdint>

namespace keyturn::inline base {

TokenBucket::TokenBucket(double perSecond, Moment now)
    : m_perSecond(std::max(0.0, perSecond))
    , m_tokens(capacity())
    , m_at(now) {}

double TokenBucket::capacity() const {
    return std::max(1.0, m_perSecond);
}

void TokenBucket::refill(Moment now) {
    const std::chrono::duration<double> passed = now - m_at;
    if (passed.count() > 0) {
        m_tokens = std::min(capacity(), m_tokens + passed.count() * m_perSecond);
        m_at = now;
    }
}

std::optional<std::chrono::nanoseconds> TokenBucket::take(Moment now) {
    if (m_perSecond <= 0) {
        return std::nullopt;
    }
    refill(now);
    // A hair below one counts: sums of fractions must not cost a second look.
    constexpr double nearlyOne = 1.0 - 1e-9;
    if (m_tokens >= nearlyOne) {
        m_tokens = std::max(0.0, m_tokens - 1.0);
        return std::nullopt;
    }
    const double seconds = (1.0 - m_tokens) / m_perSecond;
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9) + 1);
}

void TokenBucket::setRate(double perSecond, Moment now) {
    refill(now);
    m_perSecond = std::max(0.0, perSecond);
    m_tokens = std::min(m_tokens, capacity());
    m_at = now;
}

} // namespace keyturn::inline base
