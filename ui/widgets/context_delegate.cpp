// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/context_delegate.h"

#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/context_model.h"

#include <QApplication>
#include <QLineEdit>
#include <QPainter>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;
using theme::ColorRole;
using theme::Icon;

struct Mark {
    Icon icon;
    ColorRole role;
};

std::optional<Mark> markOf(const QModelIndex &index) {
    if (index.column() == ContextModel::NameColumn && index.data(ContextModel::DuplicateRole).toBool()) {
        return Mark{Icon::Error, ColorRole::Danger};
    }
    const QVariant verdict = index.data(ContextModel::VerdictRole);
    if (index.column() != ContextModel::VerdictColumn || !verdict.isValid()) {
        return std::nullopt;
    }
    switch (static_cast<ContextVerdict>(verdict.toInt())) {
    case ContextVerdict::Same:
        return Mark{Icon::Check, ColorRole::Good};
    case ContextVerdict::ValueDiffersByCase:
    case ContextVerdict::NameDiffersByCase:
        return Mark{Icon::Warning, ColorRole::Attention};
    case ContextVerdict::ValueDiffers:
        return Mark{Icon::Swap, ColorRole::Attention};
    case ContextVerdict::OnlyHere:
        return Mark{Icon::Add, ColorRole::Attention};
    case ContextVerdict::OnlyThere:
        break;
    }
    return Mark{Icon::Remove, ColorRole::Attention};
}

QString invitation(const QModelIndex &index) {
    return index.column() == ContextModel::NameColumn    ? ContextDelegate::tr("Add a name")
           : index.column() == ContextModel::ValueColumn ? ContextDelegate::tr("and its value")
                                                         : QString();
}

} // namespace

void ContextDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const {
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = cell.text;
    cell.text.clear();
    const QWidget *view = option.widget;
    QStyle *style = view != nullptr ? view->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, view);

    QRect area = option.rect.adjusted(metric::inside, 0, -metric::insideTight, 0);
    if (const auto mark = markOf(index)) {
        QRect slot(area.left(), 0, metric::iconSmall, metric::iconSmall);
        slot.moveTop(area.center().y() - metric::iconSmall / 2 + 1);
        theme::paintIcon(*painter, slot, mark->icon, theme::color(mark->role));
        area.setLeft(slot.right() + metric::insideTight + 2);
    }
    const bool empty = index.data(ContextModel::EmptyRowRole).toBool();
    const QVariant verdict = index.data(ContextModel::VerdictRole);
    const bool missing =
        verdict.isValid() && static_cast<ContextVerdict>(verdict.toInt()) == ContextVerdict::OnlyThere;
    const bool ids = index.column() != ContextModel::VerdictColumn && !empty;
    painter->save();
    painter->setFont(theme::font(ids ? theme::TextRole::Fixed : theme::TextRole::Body));
    painter->setPen(theme::color(empty || missing ? ColorRole::MutedText : ColorRole::Text));
    const QString shown = empty && text.isEmpty() ? invitation(index) : text;
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(shown, Qt::ElideMiddle, area.width()));
    painter->restore();
}

QSize ContextDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const {
    const int words = option.fontMetrics.horizontalAdvance(index.data().toString());
    return {words + metric::iconSmall + 4 * metric::inside, metric::tableRow};
}

QWidget *ContextDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &,
                                       const QModelIndex &index) const {
    auto *editor = new QLineEdit(parent);
    editor->setFrame(false);
    editor->setFont(theme::font(theme::TextRole::Fixed));
    editor->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
    editor->setTextMargins(metric::insideTight, 0, metric::insideTight, 0);
    return editor;
}

void ContextDelegate::updateEditorGeometry(QWidget *editor, const QStyleOptionViewItem &option,
                                           const QModelIndex &) const {
    editor->setGeometry(option.rect);
}

} // namespace keyturn::widgets
