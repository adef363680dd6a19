// SPDX-License-Identifier: Apache-2.0
// RecentKeys: key identifiers that somebody typed or used, newest first, per profile, kept between runs in
// the settings. Keys of other accounts are in no list, so this is where they are found again. Identifiers are
// no secret. GUI thread.
#pragma once

#include <QObject>
#include <QSettings>
#include <QStringList>

namespace keyturn::ui {

class RecentKeys : public QObject {
    Q_OBJECT

public:
    static constexpr int limit = 12;

    /// `settings` is borrowed and outlives this object.
    explicit RecentKeys(QSettings *settings, QObject *parent = nullptr);

    void setProfile(const QString &profileId);
    QStringList identifiers() const { return m_identifiers; }
    void remember(const QString &identifier);

Q_SIGNALS:
    void changed();

private:
    QString settingsKey() const;

    QSettings *m_settings;
    QString m_profileId;
    QStringList m_identifiers;
};

} // namespace keyturn::ui
