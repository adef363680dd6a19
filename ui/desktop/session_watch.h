// SPDX-License-Identifier: Apache-2.0
// SessionWatch: what the desktop says about the person's session: locked, unlocked, about to sleep, awake.
// A port: tests give their own. GUI thread; the composition root owns it. It decides nothing: when to lock
// is workspace/lock_policy. No errors: a desktop without these signals is one where `works()` is false,
// and the idle timer is the last line. Follows systemd-logind and the freedesktop screen saver interface.
#pragma once

#include <QObject>

#include <memory>

namespace keyturn::desktop {

class SessionWatch : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// True when at least one source of lock signals answered; for the self-test.
    virtual bool works() const = 0;
    /// Lets the machine go to sleep: everything that had to be locked is locked.
    virtual void readyForSleep() = 0;

Q_SIGNALS:
    void sessionLocked();
    void sessionUnlocked();
    void aboutToSleep();
    void awake();
};

/// This platform's own.
std::unique_ptr<SessionWatch> makeSessionWatch();

} // namespace keyturn::desktop
