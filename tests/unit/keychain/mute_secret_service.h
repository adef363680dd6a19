// SPDX-License-Identifier: Apache-2.0
// MuteSecretService: owns the Secret Service's name on the session bus, says that the default keyring is
// open, and answers nothing else: what an unlock prompt that nobody answers looks like. Main thread.
#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusVirtualObject>

#include <vector>

namespace keyturn::test {

class MuteSecretService final : public QDBusVirtualObject {
public:
    MuteSecretService();
    ~MuteSecretService() override;

    bool isRunning() const { return m_running; }
    /// Calls that wait for an answer.
    std::size_t waitingCalls() const { return m_waiting.size(); }
    /// Answers all waiting calls with an error.
    void refuseWaitingCalls();

    QString introspect(const QString &path) const override;
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &connection) override;

private:
    QDBusConnection m_bus;
    bool m_running = false;
    std::vector<QDBusMessage> m_waiting;
};

} // namespace keyturn::test
