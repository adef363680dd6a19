// SPDX-License-Identifier: Apache-2.0
// Delegates of the key browser: the state column as icon and word with days left, ids in the fixed font cut
// in their middle, the tree's counts. GUI thread.
#pragma once

#include <QStyledItemDelegate>

namespace keyturn::ui {

class KeyStateDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// Every other cell: muted while its row is from an earlier run; a lock where its own call was refused.
class KeyCellDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

class KeyIdDelegate : public KeyCellDelegate {
    Q_OBJECT

public:
    using KeyCellDelegate::KeyCellDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

class AliasTreeDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace keyturn::ui
