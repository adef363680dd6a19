// SPDX-License-Identifier: Apache-2.0
#include "ui/views/key_delegates.h"

#include "ui/models/alias_tree_model.h"
#include "ui/models/key_table_model.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/state_badge.h"

#include <QApplication>
#include <QPainter>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

void paintBackground(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) {
    QStyleOptionViewItem empty = option;
    empty.index = index;
    empty.text.clear();
    empty.icon = {};
    const QStyle *style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &empty, painter, option.widget);
}

QString stateText(const QModelIndex &index) {
    const QVariant days = index.data(KeyTableModel::DaysLeftRole);
    const QString word = index.data().toString();
    return days.isValid()
               ? word + QStringLiteral(", ") +
                     counted(days.toInt(), KeyStateDelegate::tr("1 day"), KeyStateDelegate::tr("%1 days"))
               : word;
}

} // namespace

void KeyStateDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const {
    paintBackground(painter, option, index);
    const QRect area = option.rect.adjusted(metric::inside, 0, -metric::insideTight, 0);
    const QVariant refused = index.data(KeyTableModel::RefusedRole);
    if (refused.isValid()) {
        widgets::paintStateBadge(*painter, area, theme::Icon::Lock, theme::ColorRole::MutedText,
                                 tr("Refused"));
        return;
    }
    const QString wire = index.data(KeyTableModel::StateRole).toString();
    if (wire.isEmpty()) {
        return; // not described yet: the row keeps its height and stays empty
    }
    const auto look = widgets::stateWords(widgets::stateLookFromWire(wire));
    const bool cached = index.data(KeyTableModel::CachedRole).isValid();
    widgets::paintStateBadge(*painter, area, look.icon, cached ? theme::ColorRole::MutedText : look.role,
                             stateText(index));
}

QSize KeyStateDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const {
    const int words = option.fontMetrics.horizontalAdvance(stateText(index));
    return {metric::inside * 3 + metric::iconSmall + words, metric::tableRow};
}

void KeyCellDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(KeyTableModel::CachedRole).isValid()) {
        const QColor muted = theme::color(theme::ColorRole::MutedText);
        for (const QPalette::ColorRole role : {QPalette::Text, QPalette::HighlightedText}) {
            option->palette.setColor(role, muted);
        }
    }
}

void KeyCellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const {
    if (!index.data(KeyTableModel::CellRefusedRole).isValid()) {
        return QStyledItemDelegate::paint(painter, option, index);
    }
    paintBackground(painter, option, index);
    const QRect area = option.rect.adjusted(metric::inside, 0, -metric::insideTight, 0);
    widgets::paintStateBadge(*painter, area, theme::Icon::Lock, theme::ColorRole::MutedText, tr("Refused"));
}

void KeyIdDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const {
    KeyCellDelegate::initStyleOption(option, index);
    option->font = theme::font(theme::TextRole::Fixed);
    option->fontMetrics = QFontMetrics(option->font);
    option->textElideMode = Qt::ElideMiddle;
}

void AliasTreeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const {
    const QString count = QString::number(index.data(AliasTreeModel::CountRole).toInt());
    QStyleOptionViewItem name = option;
    initStyleOption(&name, index);
    const int countWidth = option.fontMetrics.horizontalAdvance(count) + 2 * metric::inside;
    paintBackground(painter, name, index);
    painter->save();
    const QRect text = option.rect.adjusted(metric::insideTight, 0, -countWidth, 0);
    painter->setPen(theme::color(theme::ColorRole::Text));
    painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                      option.fontMetrics.elidedText(name.text, Qt::ElideRight, text.width()));
    painter->setPen(theme::color(theme::ColorRole::MutedText));
    painter->drawText(option.rect.adjusted(0, 0, -metric::inside, 0), Qt::AlignVCenter | Qt::AlignRight,
                      count);
    painter->restore();
}

} // namespace keyturn::ui
