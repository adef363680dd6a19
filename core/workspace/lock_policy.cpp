// SPDX-License-Identifier: Apache-2.0
#include "workspace/lock_policy.h"

#include <algorithm>

namespace keyturn::workspace {

LockPolicy::LockPolicy(std::shared_ptr<const Clock> clock, LockSettings settings)
    : m_clock(std::move(clock))
    , m_settings(settings)
    , m_lastActivity(m_clock->steadyNow()) {}

std::optional<LockReason> LockPolicy::report(DesktopEvent event) {
    switch (event) {
    case DesktopEvent::Activity: {
        // The machine may have slept through the limit: the first key press must not save the vault.
        const auto overdue = check();
        m_lastActivity = m_clock->steadyNow();
        return overdue;
    }
    case DesktopEvent::SessionLocked:
        return m_settings.onSessionLock ? std::optional(LockReason::SessionLocked) : std::nullopt;
    case DesktopEvent::GoingToSleep:
        return m_settings.onSleep ? std::optional(LockReason::Sleep) : std::nullopt;
    case DesktopEvent::Minimised:
        return m_settings.onMinimise ? std::optional(LockReason::Minimised) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<LockReason> LockPolicy::check() {
    const auto remaining = untilNextCheck();
    return remaining && remaining->count() == 0 ? std::optional(LockReason::Idle) : std::nullopt;
}

std::optional<std::chrono::milliseconds> LockPolicy::untilNextCheck() const {
    using std::chrono::milliseconds;
    if (m_settings.idleLimit.count() <= 0) {
        return std::nullopt;
    }
    const auto idle = std::chrono::floor<milliseconds>(m_clock->steadyNow() - m_lastActivity);
    return std::max(milliseconds(0), milliseconds(m_settings.idleLimit) - idle);
}

void LockPolicy::change(LockSettings settings) {
    m_settings = settings;
    m_lastActivity = m_clock->steadyNow();
}

} // namespace keyturn::workspace
