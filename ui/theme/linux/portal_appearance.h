// SPDX-License-Identifier: Apache-2.0
// PortalAppearance: asks the XDG desktop portal, without waiting for it, and listens for changes.
// GUI thread.
#pragma once

#include "ui/theme/system_appearance.h"

#include <QDBusConnection>
#include <QDBusVariant>
#include <QString>
#include <QStringList>

namespace keyturn::theme {

class PortalAppearance final : public SystemAppearance {
    Q_OBJECT
public:
    /// `fallback` holds until the portal has answered, and for good where there is none.
    PortalAppearance(const QDBusConnection &session, Appearance fallback, QObject *parent = nullptr);
    Appearance appearance() const override;

private Q_SLOTS:
    void onSettingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void ask(const QString &group, const QString &key);
    void take(const QString &group, const QString &key, const QVariant &value);

    QDBusConnection m_session;
    Appearance m_fallback;
    Appearance m_scheme;
    QStringList m_told; ///< keys that a signal spoke of: answers to older questions no longer count
    bool m_moreContrast = false;
    bool m_highContrastTheme = false;
};

} // namespace keyturn::theme
