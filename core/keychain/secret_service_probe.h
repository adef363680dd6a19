// SPDX-License-Identifier: Apache-2.0
// SecretServiceProbe: asks the session bus what the keychain can do, without prompting anybody. Internal to
// this module. Main thread, event loop; every D-Bus call is asynchronous with a time-out. One probe, one
// answer; the probe belongs to its QObject parent and deletes itself afterwards.
#pragma once

#include "keychain/keychain.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QObject>

namespace keyturn::keychain {

class SecretServiceProbe final : public QObject {
public:
    /// Answers through the event loop, never before this returns, never after the parent's death.
    static void start(QObject *parent, Keychain::ProbeDone done);
    ~SecretServiceProbe() override;

private:
    SecretServiceProbe(QObject *parent, Keychain::ProbeDone done);

    void begin();
    void askOwner();
    void askActivatable();
    void askDefaultCollection();
    void askLocked(const QString &collectionPath);
    void finish(Availability availability, std::string backend = {}, std::string detail = {});
    void call(const QDBusMessage &message, UniqueFunction<void(const QDBusMessage &)> answered);

    Keychain::ProbeDone m_done;
    QString m_connectionName;
    QDBusConnection m_bus;
};

/// The sentence for a state, for errors and the self-test.
std::string availabilityDetail(Availability availability);

} // namespace keyturn::keychain
