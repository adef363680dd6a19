// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/recent_keys.h"

namespace keyturn::ui {

RecentKeys::RecentKeys(QSettings *settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings) {}

QString RecentKeys::settingsKey() const {
    return QStringLiteral("profiles/") + m_profileId + u"/recentKeys";
}

void RecentKeys::setProfile(const QString &profileId) {
    m_profileId = profileId;
    m_identifiers = m_settings->value(settingsKey()).toStringList();
    Q_EMIT changed();
}

void RecentKeys::remember(const QString &identifier) {
    if (identifier.isEmpty() || m_profileId.isEmpty()) {
        return;
    }
    m_identifiers.removeAll(identifier);
    m_identifiers.prepend(identifier);
    m_identifiers = m_identifiers.mid(0, limit);
    m_settings->setValue(settingsKey(), m_identifiers);
    Q_EMIT changed();
}

} // namespace keyturn::ui
