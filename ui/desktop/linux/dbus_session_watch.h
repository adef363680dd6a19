// SPDX-License-Identifier: Apache-2.0
// DBusSessionWatch: SessionWatch over systemd-logind (system bus) and the screen savers (session bus). Holds
// logind's delay inhibitor, so that there is time to lock before sleep. GUI thread.
#pragma once

#include "ui/desktop/session_watch.h"

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QString>
#include <QVariantMap>

namespace keyturn::desktop {

class DBusSessionWatch final : public SessionWatch {
    Q_OBJECT
public:
    DBusSessionWatch(const QDBusConnection &system, const QDBusConnection &session,
                     QObject *parent = nullptr);

    bool works() const override { return m_works; }
    void readyForSleep() override;
    bool delaysSleep() const { return m_delay.isValid(); }

private Q_SLOTS:
    void onLock();
    void onUnlock();
    void onPropertiesChanged(const QString &interface, const QVariantMap &changed, const QStringList &gone);
    void onScreenSaver(bool active);
    void onPrepareForSleep(bool starting);

private:
    void watchScreenSavers();
    void findSession();
    void watchSession(const QString &path);
    void holdSleepBack();

    QDBusConnection m_system;
    QDBusConnection m_session;
    QDBusUnixFileDescriptor m_delay;
    bool m_works = false;
};

} // namespace keyturn::desktop
