// SPDX-License-Identifier: Apache-2.0
// ClockOffset: what is added to our clock in the signatures for one endpoint. Stays 0 until a signature is
// refused while the endpoint's clock is at least four minutes from the time that was signed; then the call is
// signed again with the endpoint's time (ecosystem.md 1.7). AccessDenied counts only so: it is retried when
// the offset really moved, else not. Internal to this module; one thread; pure.
#pragma once

#include "base/error.h"

#include <chrono>
#include <optional>

namespace keyturn::remote {

class ClockOffset {
public:
    std::chrono::seconds current() const { return m_offset; }

    /// After an error: true when it is worth signing again because the offset has moved. `observed` is the
    /// endpoint's clock minus ours, `used` what the refused signature was made with.
    bool movedBy(const Error &error, std::optional<std::chrono::seconds> observed, std::chrono::seconds used);

private:
    std::chrono::seconds m_offset{0};
};

/// Codes that a service answers with when a signature's time is off (among other reasons).
bool mayBeAboutTime(const Error &error);

} // namespace keyturn::remote
