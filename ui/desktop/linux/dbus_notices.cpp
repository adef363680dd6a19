// SPDX-License-Identifier: Apache-2.0
#include "ui/desktop/linux/dbus_notices.h"

#include <QCoreApplication>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QGuiApplication>
#include <QVariantMap>

#include <utility>

namespace keyturn::desktop {
namespace {

const QString service = QStringLiteral("org.freedesktop.Notifications");
const QString path = QStringLiteral("/org/freedesktop/Notifications");
const QString wholeNotice = QStringLiteral("default"); ///< the action of a click on the notice itself
constexpr int asTheDesktopHasIt = -1;                  ///< how long it stands

} // namespace

DBusNotices::DBusNotices(const QDBusConnection &session, QObject *parent)
    : Notices(parent)
    , m_session(session) {
    if (m_session.isConnected()) {
        m_session.connect(service, path, service, QStringLiteral("ActionInvoked"), this,
                          SLOT(onAction(uint, QString)));
        m_session.connect(service, path, service, QStringLiteral("NotificationClosed"), this,
                          SLOT(onClosed(uint, uint)));
    }
}

void DBusNotices::tell(const QString &title, const QString &text) {
    if (!m_session.isConnected()) {
        return;
    }
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, service, QStringLiteral("Notify"));
    call << QCoreApplication::applicationName() << m_id << QGuiApplication::desktopFileName() << title << text
         << QStringList{wholeNotice, tr("Show")}
         << QVariantMap{{QStringLiteral("desktop-entry"), QGuiApplication::desktopFileName()}}
         << asTheDesktopHasIt;
    auto *watcher = new QDBusPendingCallWatcher(m_session.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *finished) {
        finished->deleteLater();
        const QDBusPendingReply<uint> reply = *finished;
        m_id = reply.isError() ? 0 : reply.value();
    });
}

void DBusNotices::withdraw() {
    if (m_id == 0) {
        return;
    }
    QDBusMessage call =
        QDBusMessage::createMethodCall(service, path, service, QStringLiteral("CloseNotification"));
    call << std::exchange(m_id, 0U);
    m_session.asyncCall(call);
}

void DBusNotices::onAction(uint id, const QString &action) {
    if (id == m_id && id != 0 && action == wholeNotice) {
        Q_EMIT chosen();
    }
}

void DBusNotices::onClosed(uint id, uint) {
    m_id = id == m_id ? 0 : m_id;
}

std::unique_ptr<Notices> makeNotices() {
    return std::make_unique<DBusNotices>(QDBusConnection::sessionBus());
}

} // namespace keyturn::desktop
