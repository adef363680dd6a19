// SPDX-License-Identifier: Apache-2.0
// Time, injected. A Clock may be asked from any thread.
#pragma once

#include "base/result.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace keyturn::inline base {

/// A moment in UTC with microseconds, as KMS timestamps and our logs use it.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    virtual std::chrono::steady_clock::time_point steadyNow() const = 0;
};

/// The machine's clock; one instance for the process.
std::shared_ptr<const Clock> systemClock();

/// A clock that only tests move.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start)
        : m_now(start) {}
    Timestamp now() const override;
    std::chrono::steady_clock::time_point steadyNow() const override;
    void advance(std::chrono::microseconds by);

private:
    mutable std::mutex m_mutex;
    Timestamp m_now;
    std::chrono::steady_clock::time_point m_steady{};
};

/// "2026-11-22T04:17:00Z" (whole seconds, UTC).
std::string formatIso8601(Timestamp time);
/// ISO 8601 with Z or numeric offset, fraction optional. Errors: BadEncoding.
Result<Timestamp> parseIso8601(std::string_view text);

} // namespace keyturn::inline base
