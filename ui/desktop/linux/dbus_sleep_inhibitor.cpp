// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/linux/dbus_sleep_inhibitor.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace keyturn::desktop {

DBusSleepInhibitor::DBusSleepInhibitor(const QDBusConnection &system, QObject *parent)
    : QObject(parent)
    , m_system(system) {}

void DBusSleepInhibitor::hold(const QString &why) {
    if (m_isWanted || !m_system.isConnected()) {
        return;
    }
    m_isWanted = true;
    QDBusMessage call = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"),
        QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("Inhibit"));
    call << QStringLiteral("sleep:idle") << QStringLiteral("Keyturn") << why << QStringLiteral("block");
    auto *watcher = new QDBusPendingCallWatcher(m_system.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, asked = ++m_asked](QDBusPendingCallWatcher *finished) {
                finished->deleteLater();
                const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *finished;
                if (m_isWanted && asked == m_asked && !reply.isError()) {
                    m_lock = reply.value();
                }
            });
}

void DBusSleepInhibitor::release() {
    m_isWanted = false;
    m_lock = {}; // closing the descriptor lets logind go on
}

std::unique_ptr<SleepInhibitor> makeSleepInhibitor() {
    return std::make_unique<DBusSleepInhibitor>(QDBusConnection::systemBus());
}

} // namespace keyturn::desktop
