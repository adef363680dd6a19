// SPDX-License-Identifier: Apache-2.0
// DBusSleepInhibitor: SleepInhibitor over systemd-logind: "sleep:idle", blocked for as long as the
// descriptor that it hands out is open, so also a crash lets go. GUI thread.
#pragma once

#include "ui/desktop/sleep_inhibitor.h"

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QObject>

#include <cstdint>

namespace keyturn::desktop {

class DBusSleepInhibitor final : public QObject, public SleepInhibitor {
    Q_OBJECT
public:
    explicit DBusSleepInhibitor(const QDBusConnection &system, QObject *parent = nullptr);

    void hold(const QString &why) override;
    void release() override;
    bool isHeld() const override { return m_lock.isValid(); }

private:
    QDBusConnection m_system;
    QDBusUnixFileDescriptor m_lock;
    bool m_isWanted = false;
    std::uint64_t m_asked = 0; ///< an answer to an older question is closed at once
};

} // namespace keyturn::desktop
