// SPDX-License-Identifier: Apache-2.0
// DBusNotices: Notices over org.freedesktop.Notifications on the session bus. Never waits for an answer. GUI
// thread.
#pragma once

#include "ui/desktop/notices.h"

#include <QDBusConnection>

namespace keyturn::desktop {

class DBusNotices final : public Notices {
    Q_OBJECT
public:
    explicit DBusNotices(const QDBusConnection &session, QObject *parent = nullptr);

    void tell(const QString &title, const QString &text) override;
    void withdraw() override;
    bool stands() const { return m_id != 0; }

private Q_SLOTS:
    void onAction(uint id, const QString &action);
    void onClosed(uint id, uint reason);

private:
    QDBusConnection m_session;
    uint m_id = 0; ///< of the one that stands; 0: none
};

} // namespace keyturn::desktop
