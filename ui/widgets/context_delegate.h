// SPDX-License-Identifier: Apache-2.0
// ContextDelegate: paints the cells of a ContextGrid: fixed font, the empty row's invitation, duplicates
// and differences by icon and word. GUI thread; owned by the grid.
#pragma once

#include <QStyledItemDelegate>

namespace keyturn::widgets {

class ContextDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const override;
    void updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const override;
};

} // namespace keyturn::widgets
