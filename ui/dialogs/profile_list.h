// SPDX-License-Identifier: Apache-2.0
// ProfileList: profiles grouped by environment, searchable, each with its environment's stripe, its place,
// and a lock where nothing may be changed. Colour never stands alone: the group's heading and the tooltip say
// the same in words. GUI thread.
#pragma once

#include "workspace/profile.h"

#include <QStyledItemDelegate>
#include <QWidget>

#include <vector>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace keyturn::ui {

/// "AWS KMS, eu-central-1", a URL, a file: where a profile works.
QString placeOf(const workspace::Profile &profile);
/// The environment's own word, or what the profile calls it.
QString environmentName(const workspace::Profile &profile);
/// "Confirm and type".
QString safetyWord(workspace::SafetyLevel level);

class ProfileDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    enum Role { EnvironmentRole = Qt::UserRole + 1, PlaceRole, ReadOnlyRole, HeadingRole };
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

class ProfileList final : public QWidget {
    Q_OBJECT

public:
    explicit ProfileList(QWidget *parent = nullptr);

    void setProfiles(const std::vector<workspace::Profile> &profiles);
    /// The name of the chosen profile; empty: none.
    QString current() const;
    /// Chooses a profile by name; none: nothing is chosen. currentChanged is told.
    void choose(const QString &name);
    /// The name of the first profile that is shown; empty: none.
    QString first() const;
    void focusSearch();
    void focusList();

Q_SIGNALS:
    void currentChanged(const QString &name);
    void activated(const QString &name); ///< Enter or double click

private:
    void refill();

    std::vector<workspace::Profile> m_profiles;
    QLineEdit *m_search;
    QListWidget *m_list;
};

} // namespace keyturn::ui
