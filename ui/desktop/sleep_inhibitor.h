// SPDX-License-Identifier: Apache-2.0
// SleepInhibitor: keeps the machine awake while something long runs. A port beside SessionWatch: tests give
// their own. GUI thread; the composition root owns it. It decides nothing. No errors: a desktop that grants
// none goes to sleep as ever, and `isHeld()` stays false. Follows systemd-logind's inhibitor locks.
#pragma once

#include <QString>

#include <memory>

namespace keyturn::desktop {

class SleepInhibitor {
public:
    virtual ~SleepInhibitor() = default;
    /// Asks to stay awake; `why` is what the desktop shows for it. Once held, asking again does nothing.
    virtual void hold(const QString &why) = 0;
    virtual void release() = 0;
    /// Whether it was granted: answers come later.
    virtual bool isHeld() const = 0;

protected:
    SleepInhibitor() = default;
};

/// This platform's own.
std::unique_ptr<SleepInhibitor> makeSleepInhibitor();

} // namespace keyturn::desktop
