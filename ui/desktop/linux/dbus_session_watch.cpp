// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/linux/dbus_session_watch.h"

#include <QCoreApplication>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include <array>

namespace keyturn::desktop {
namespace {

const QString loginService = QStringLiteral("org.freedesktop.login1");
const QString loginPath = QStringLiteral("/org/freedesktop/login1");
const QString loginManager = QStringLiteral("org.freedesktop.login1.Manager");
const QString loginSession = QStringLiteral("org.freedesktop.login1.Session");
const QString properties = QStringLiteral("org.freedesktop.DBus.Properties");
const QString lockedHint = QStringLiteral("LockedHint");

struct ScreenSaver {
    const char *path;
    const char *interface;
};
constexpr std::array screenSavers{
    ScreenSaver{"/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"},
    ScreenSaver{"/ScreenSaver", "org.freedesktop.ScreenSaver"},
    ScreenSaver{"/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"},
    ScreenSaver{"/org/cinnamon/ScreenSaver", "org.cinnamon.ScreenSaver"},
    ScreenSaver{"/org/mate/ScreenSaver", "org.mate.ScreenSaver"},
    ScreenSaver{"/org/xfce/ScreenSaver", "org.xfce.ScreenSaver"},
};

} // namespace

DBusSessionWatch::DBusSessionWatch(const QDBusConnection &system, const QDBusConnection &session,
                                   QObject *parent)
    : SessionWatch(parent)
    , m_system(system)
    , m_session(session) {
    if (m_session.isConnected()) {
        watchScreenSavers();
    }
    if (m_system.isConnected()) {
        m_system.connect(loginService, loginPath, loginManager, QStringLiteral("PrepareForSleep"), this,
                         SLOT(onPrepareForSleep(bool)));
        findSession();
        holdSleepBack();
    }
}

void DBusSessionWatch::watchScreenSavers() {
    for (const ScreenSaver &saver : screenSavers) {
        // No service name: each desktop has its own, and an absent one simply never speaks.
        const bool connected =
            m_session.connect({}, QString::fromLatin1(saver.path), QString::fromLatin1(saver.interface),
                              QStringLiteral("ActiveChanged"), this, SLOT(onScreenSaver(bool)));
        m_works = m_works || connected;
    }
}

void DBusSessionWatch::findSession() {
    QDBusMessage call = QDBusMessage::createMethodCall(loginService, loginPath, loginManager,
                                                       QStringLiteral("GetSessionByPID"));
    call << static_cast<uint>(QCoreApplication::applicationPid());
    auto *watcher = new QDBusPendingCallWatcher(m_system.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *finished) {
        finished->deleteLater();
        const QDBusPendingReply<QDBusObjectPath> reply = *finished;
        // A program that a service manager started has no session of its own: then the person's.
        watchSession(reply.isError() ? QStringLiteral("/org/freedesktop/login1/session/auto")
                                     : reply.value().path());
    });
}

void DBusSessionWatch::watchSession(const QString &path) {
    const bool lock =
        m_system.connect(loginService, path, loginSession, QStringLiteral("Lock"), this, SLOT(onLock()));
    m_system.connect(loginService, path, loginSession, QStringLiteral("Unlock"), this, SLOT(onUnlock()));
    m_system.connect(loginService, path, properties, QStringLiteral("PropertiesChanged"), this,
                     SLOT(onPropertiesChanged(QString, QVariantMap, QStringList)));
    m_works = m_works || lock;
}

void DBusSessionWatch::holdSleepBack() {
    QDBusMessage call =
        QDBusMessage::createMethodCall(loginService, loginPath, loginManager, QStringLiteral("Inhibit"));
    call << QStringLiteral("sleep") << QStringLiteral("Keyturn") << tr("Locks the vault before sleep")
         << QStringLiteral("delay");
    auto *watcher = new QDBusPendingCallWatcher(m_system.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *finished) {
        finished->deleteLater();
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *finished;
        if (!reply.isError()) {
            m_delay = reply.value();
        }
    });
}

void DBusSessionWatch::readyForSleep() {
    m_delay = {}; // closing the descriptor lets logind go on
}

void DBusSessionWatch::onLock() {
    Q_EMIT sessionLocked();
}

void DBusSessionWatch::onUnlock() {
    Q_EMIT sessionUnlocked();
}

void DBusSessionWatch::onPropertiesChanged(const QString &interface, const QVariantMap &changed,
                                           const QStringList &) {
    if (interface == loginSession && changed.contains(lockedHint)) {
        onScreenSaver(changed.value(lockedHint).toBool());
    }
}

void DBusSessionWatch::onScreenSaver(bool active) {
    if (active) {
        Q_EMIT sessionLocked();
    } else {
        Q_EMIT sessionUnlocked();
    }
}

void DBusSessionWatch::onPrepareForSleep(bool starting) {
    if (starting) {
        Q_EMIT aboutToSleep();
    } else {
        holdSleepBack();
        Q_EMIT awake();
    }
}

std::unique_ptr<SessionWatch> makeSessionWatch() {
    return std::make_unique<DBusSessionWatch>(QDBusConnection::systemBus(), QDBusConnection::sessionBus());
}

} // namespace keyturn::desktop
