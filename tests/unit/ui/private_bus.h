// SPDX-License-Identifier: Apache-2.0
// PrivateBus: a D-Bus daemon of the test's own, so that services can be played without touching the
// machine's. Ends with the object.
#pragma once

#include <QDBusConnection>
#include <QProcess>
#include <QString>

namespace keyturn::test {

class PrivateBus {
public:
    PrivateBus();
    ~PrivateBus();

    bool isRunning() const { return !m_address.isEmpty(); }
    /// A connection of its own to the daemon; names tell them apart.
    QDBusConnection connect(const QString &name) const;

private:
    QProcess m_daemon;
    QString m_address;
};

} // namespace keyturn::test
