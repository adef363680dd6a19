// SPDX-License-Identifier: Apache-2.0
#include "unit/ui/private_bus.h"

namespace keyturn::test {
namespace {

constexpr int startMilliseconds = 10000;

} // namespace

PrivateBus::PrivateBus() {
    m_daemon.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"),
                                                   QStringLiteral("--print-address")});
    if (m_daemon.waitForStarted(startMilliseconds) && m_daemon.waitForReadyRead(startMilliseconds)) {
        m_address = QString::fromLocal8Bit(m_daemon.readLine()).trimmed();
    }
}

PrivateBus::~PrivateBus() {
    m_daemon.kill();
    m_daemon.waitForFinished();
}

QDBusConnection PrivateBus::connect(const QString &name) const {
    return QDBusConnection::connectToBus(m_address, name);
}

} // namespace keyturn::test
