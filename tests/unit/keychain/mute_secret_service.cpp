// SPDX-License-Identifier: Apache-2.0
#include "mute_secret_service.h"

#include <QDBusObjectPath>
#include <QDBusVariant>

namespace keyturn::test {

namespace {

const QString busName = QStringLiteral("mute-secret-service");

} // namespace

MuteSecretService::MuteSecretService()
    : m_bus(QDBusConnection::connectToBus(QDBusConnection::SessionBus, busName)) {
    m_running = m_bus.isConnected() &&
                m_bus.registerVirtualObject(QStringLiteral("/org/freedesktop/secrets"), this,
                                            QDBusConnection::SubPath) &&
                m_bus.registerService(QStringLiteral("org.freedesktop.secrets"));
}

MuteSecretService::~MuteSecretService() {
    QDBusConnection::disconnectFromBus(busName);
}

QString MuteSecretService::introspect(const QString &) const {
    return {};
}

bool MuteSecretService::handleMessage(const QDBusMessage &message, const QDBusConnection &connection) {
    const QString collection = QStringLiteral("/org/freedesktop/secrets/collection/login");
    if (message.member() == QStringLiteral("ReadAlias")) {
        connection.send(message.createReply(QVariant::fromValue(QDBusObjectPath(collection))));
    } else if (message.member() == QStringLiteral("Get") && message.path() == collection) {
        connection.send(message.createReply(QVariant::fromValue(QDBusVariant(false))));
    } else {
        m_waiting.push_back(message);
    }
    return true;
}

void MuteSecretService::refuseWaitingCalls() {
    for (const QDBusMessage &message : m_waiting) {
        m_bus.send(message.createErrorReply(QDBusError::Failed, QStringLiteral("refused at last")));
    }
    m_waiting.clear();
}

} // namespace keyturn::test
