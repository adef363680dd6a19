// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/linux/portal_appearance.h"

#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QPalette>

namespace keyturn::theme {
namespace {

const QString portalService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString portalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString settingsInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearanceGroup = QStringLiteral("org.freedesktop.appearance");
const QString gnomeGroup = QStringLiteral("org.gnome.desktop.a11y.interface");
const QString schemeKey = QStringLiteral("color-scheme");
const QString contrastKey = QStringLiteral("contrast");
const QString gnomeContrastKey = QStringLiteral("high-contrast");

constexpr uint schemePrefersDark = 1;
constexpr uint schemePrefersLight = 2;
constexpr uint contrastHigher = 1;

QVariant unwrapped(QVariant value) {
    // Read answers a variant in a variant; later portals unwrap one of them.
    while (value.canConvert<QDBusVariant>()) {
        value = qvariant_cast<QDBusVariant>(value).variant();
    }
    return value;
}

} // namespace

PortalAppearance::PortalAppearance(const QDBusConnection &session, Appearance fallback, QObject *parent)
    : SystemAppearance(parent)
    , m_session(session)
    , m_fallback(fallback)
    , m_scheme(fallback) {
    if (!m_session.isConnected()) {
        return;
    }
    // Qt 6.4 knows its own D-Bus types only after the first question about one; a slot that takes a type
    // that is not known yet is not connected.
    QDBusMetaType::typeToSignature(QMetaType::fromType<QDBusVariant>());
    m_session.connect(portalService, portalPath, settingsInterface, QStringLiteral("SettingChanged"), this,
                      SLOT(onSettingChanged(QString, QString, QDBusVariant)));
    ask(appearanceGroup, schemeKey);
    ask(appearanceGroup, contrastKey);
    ask(gnomeGroup, gnomeContrastKey);
}

Appearance PortalAppearance::appearance() const {
    return m_moreContrast || m_highContrastTheme ? Appearance::HighContrast : m_scheme;
}

void PortalAppearance::ask(const QString &group, const QString &key) {
    QDBusMessage call =
        QDBusMessage::createMethodCall(portalService, portalPath, settingsInterface, QStringLiteral("Read"));
    call << group << key;
    auto *watcher = new QDBusPendingCallWatcher(m_session.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [this, group, key](QDBusPendingCallWatcher *finished) {
                finished->deleteLater();
                const QDBusPendingReply<QDBusVariant> reply = *finished;
                if (!reply.isError() && !m_told.contains(group % key)) {
                    take(group, key, unwrapped(reply.value().variant()));
                }
            });
}

void PortalAppearance::onSettingChanged(const QString &group, const QString &key, const QDBusVariant &value) {
    m_told << group % key;
    take(group, key, unwrapped(value.variant()));
}

void PortalAppearance::take(const QString &group, const QString &key, const QVariant &value) {
    const Appearance before = appearance();
    if (group == appearanceGroup && key == schemeKey) {
        const uint scheme = value.toUInt();
        m_scheme = scheme == schemePrefersDark    ? Appearance::Dark
                   : scheme == schemePrefersLight ? Appearance::Light
                                                  : m_fallback;
    } else if (group == appearanceGroup && key == contrastKey) {
        m_moreContrast = value.toUInt() == contrastHigher;
    } else if (group == gnomeGroup && key == gnomeContrastKey) {
        m_highContrastTheme = value.toBool();
    }
    if (appearance() != before) {
        Q_EMIT changed();
    }
}

std::unique_ptr<SystemAppearance> makeSystemAppearance(const QPalette &platform) {
    return std::make_unique<PortalAppearance>(QDBusConnection::sessionBus(), appearanceOf(platform));
}

} // namespace keyturn::theme
