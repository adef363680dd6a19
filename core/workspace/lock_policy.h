// SPDX-License-Identifier: Apache-2.0
// LockPolicy: when an open vault must be locked. Pure, with an injected clock: ui/desktop reports what
// happens, this decides (DESIGN.md section 8). One thread.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <memory>
#include <optional>

namespace keyturn::workspace {

struct LockSettings {
    std::chrono::seconds idleLimit{240}; ///< zero: never for being idle
    bool onSessionLock = true;
    bool onSleep = true;
    bool onMinimise = false;
};

enum class DesktopEvent { Activity, SessionLocked, GoingToSleep, Minimised };
enum class LockReason { Idle, SessionLocked, Sleep, Minimised };

class LockPolicy {
public:
    LockPolicy(std::shared_ptr<const Clock> clock, LockSettings settings);

    /// The reason to lock now, if the event is one.
    std::optional<LockReason> report(DesktopEvent event);
    /// Asked by a timer: the reason to lock now, if idle for too long.
    std::optional<LockReason> check();
    /// When check() is worth asking again; nothing when idling never locks.
    std::optional<std::chrono::milliseconds> untilNextCheck() const;
    void change(LockSettings settings);

private:
    std::shared_ptr<const Clock> m_clock;
    LockSettings m_settings;
    std::chrono::steady_clock::time_point m_lastActivity;
};

} // namespace keyturn::workspace
