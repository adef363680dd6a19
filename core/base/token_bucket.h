// SPDX-License-Identifier: Apache-2.0
// TokenBucket: how fast calls may go. Pure: whoever asks brings the time. A plain value, one thread at a
// time.
#pragma once

#include <chrono>
#include <optional>

namespace keyturn::inline base {

class TokenBucket {
public:
    using Moment = std::chrono::steady_clock::time_point;
    /// Holds at most one second's worth of tokens (at least one), and starts full. 0: no limit.
    TokenBucket(double perSecond, Moment now);

    /// Takes a token, or says how long until there is one.
    std::optional<std::chrono::nanoseconds> take(Moment now);
    void setRate(double perSecond, Moment now);
    double rate() const { return m_perSecond; }

private:
    void refill(Moment now);
    double capacity() const;
    double m_perSecond;
    double m_tokens;
    Moment m_at;
};

} // namespace keyturn::inline base
