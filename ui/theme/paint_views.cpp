// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/paint.h"

#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOption>

namespace keyturn::theme::paint {
namespace {

bool leadsRow(const QStyleOptionViewItem &item) {
    // Tables do not say where a cell stands in its row.
    const bool unsaid = item.viewItemPosition == QStyleOptionViewItem::Invalid;
    return item.viewItemPosition == QStyleOptionViewItem::Beginning ||
           item.viewItemPosition == QStyleOptionViewItem::OnlyOne || (unsaid && item.rect.left() <= 0);
}

QColor rowColor(const QStyleOptionViewItem &item) {
    if (item.state.testFlag(QStyle::State_Selected)) {
        return color(ColorRole::Selection);
    }
    if (item.state.testFlag(QStyle::State_MouseOver) && item.state.testFlag(QStyle::State_Enabled)) {
        return color(ColorRole::Hover);
    }
    const bool alternate = item.features.testFlag(QStyleOptionViewItem::Alternate);
    return color(alternate ? ColorRole::AlternateRow : ColorRole::Base);
}

} // namespace

void row(QPainter &painter, const QStyleOption &option) {
    const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(&option);
    if (item != nullptr) {
        painter.fillRect(item->rect, rowColor(*item));
    }
}

void rowItem(QPainter &painter, const QStyleOption &option, const QWidget *) {
    const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(&option);
    if (item == nullptr) {
        return;
    }
    if (item->backgroundBrush.style() != Qt::NoBrush && !item->state.testFlag(QStyle::State_Selected)) {
        painter.fillRect(item->rect, item->backgroundBrush);
        return;
    }
    const bool marked = item->state & (QStyle::State_Selected | QStyle::State_MouseOver);
    if (marked) {
        painter.fillRect(item->rect, rowColor(*item));
    }
    if (item->state.testFlag(QStyle::State_Selected) && leadsRow(*item)) {
        const bool active = item->state.testFlag(QStyle::State_Active);
        const QRect bar(item->rect.left(), item->rect.top(), metric::selectionEdge, item->rect.height());
        painter.fillRect(bar, color(active ? ColorRole::Accent : ColorRole::Outline));
    }
}

void itemFocus(QPainter &painter, const QStyleOption &option) {
    if (option.state.testFlag(QStyle::State_Selected)) {
        return; // the selection's edge says it already
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color(ColorRole::Accent), metric::focusWidth));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), metric::insideTight,
                            metric::insideTight);
    painter.restore();
}

void headerSection(QPainter &painter, const QStyleOption &option) {
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(&option);
    const bool pressed = option.state.testFlag(QStyle::State_Sunken);
    const bool hovered = option.state.testFlag(QStyle::State_MouseOver);
    painter.fillRect(option.rect, color(pressed   ? ColorRole::Pressed
                                        : hovered ? ColorRole::Hover
                                                  : ColorRole::Window));
    const QColor line = color(ColorRole::Hairline);
    edge(painter, option.rect, Qt::BottomEdge, line);
    const bool last = header != nullptr && (header->position == QStyleOptionHeader::End ||
                                            header->position == QStyleOptionHeader::OnlyOneSection);
    if (!last) {
        edge(painter, option.rect.adjusted(0, 6, 0, -6), Qt::RightEdge, line);
    }
}

void headerArrow(QPainter &painter, const QStyleOption &option) {
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(&option);
    if (header == nullptr || header->sortIndicator == QStyleOptionHeader::None) {
        return;
    }
    // Qt calls an ascending order "SortDown": its arrow points down to the larger values.
    const bool ascending = header->sortIndicator == QStyleOptionHeader::SortDown;
    paintIcon(painter, option.rect, ascending ? Icon::ChevronUp : Icon::ChevronDown,
              color(ColorRole::Accent));
}

void branch(QPainter &painter, const QStyleOption &option) {
    if (!option.state.testFlag(QStyle::State_Children)) {
        return;
    }
    QRectF glyph(0, 0, metric::iconSmall, metric::iconSmall);
    glyph.moveCenter(QRectF(option.rect).center());
    const bool open = option.state.testFlag(QStyle::State_Open);
    paintIcon(painter, glyph, open ? Icon::ChevronDown : Icon::ChevronRight, color(ColorRole::MutedText));
}

} // namespace keyturn::theme::paint
