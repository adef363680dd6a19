// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/paint.h"

#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOption>

#include <algorithm>

namespace keyturn::theme::paint {
namespace {

constexpr int menuIconColumn = metric::inside + metric::iconSmall + metric::inside;

void menuMark(QPainter &painter, const QStyleOptionMenuItem &item, const QRect &rect) {
    const bool enabled = item.state.testFlag(QStyle::State_Enabled);
    const QColor ink = color(enabled ? ColorRole::Text : ColorRole::MutedText);
    QRect slot(rect.left() + metric::inside, 0, metric::iconSmall, metric::iconSmall);
    slot.moveTop(rect.center().y() - metric::iconSmall / 2 + 1);
    if (item.checkType != QStyleOptionMenuItem::NotCheckable && item.checked) {
        paintIcon(painter, slot, Icon::Check, color(ColorRole::Accent));
    } else if (!item.icon.isNull()) {
        item.icon.paint(&painter, slot, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    }
    if (item.menuItemType == QStyleOptionMenuItem::SubMenu) {
        slot.moveRight(rect.right() - metric::insideTight);
        paintIcon(painter, slot, Icon::ChevronRight, ink);
    }
}

} // namespace

void tab(QPainter &painter, const QStyleOption &option) {
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    if (!selected && enabled && option.state.testFlag(QStyle::State_MouseOver)) {
        painter.fillRect(option.rect.adjusted(0, 0, 0, -metric::hairline), color(ColorRole::Hover));
    }
    if (selected) {
        QRect line = option.rect.adjusted(metric::inside, 0, -metric::inside, 0);
        line.setTop(line.bottom() - metric::focusWidth + 1);
        painter.fillRect(line, color(enabled ? ColorRole::Accent : ColorRole::Outline));
    }
}

void scrollBar(QPainter &painter, const QStyleOptionComplex &option, const QStyle &style,
               const QWidget *widget) {
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(&option);
    if (bar == nullptr) {
        return;
    }
    painter.fillRect(bar->rect, color(ColorRole::Base));
    if (bar->minimum == bar->maximum) {
        return;
    }
    const QRect slider = style.subControlRect(QStyle::CC_ScrollBar, bar, QStyle::SC_ScrollBarSlider, widget);
    const bool held = bar->activeSubControls.testFlag(QStyle::SC_ScrollBarSlider) &&
                      (bar->state & (QStyle::State_MouseOver | QStyle::State_Sunken));
    const QColor fill = color(held ? ColorRole::MutedText : ColorRole::Outline);
    const QRectF handle = QRectF(slider).adjusted(3, 3, -3, -3);
    box(painter, handle, std::min(handle.width(), handle.height()) / 2, fill, fill);
}

bool progress(QPainter &painter, const QStyleOption &option) {
    const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(&option);
    if (bar == nullptr || !bar->state.testFlag(QStyle::State_Horizontal)) {
        return false;
    }
    QRectF groove = bar->rect;
    groove.setHeight(metric::progressHeight);
    groove.moveCenter(QRectF(bar->rect).center());
    const QColor track = color(ColorRole::Hairline);
    box(painter, groove, groove.height() / 2, track, track);
    const double span = static_cast<double>(bar->maximum) - bar->minimum;
    const double share =
        span > 0 ? std::clamp((static_cast<double>(bar->progress) - bar->minimum) / span, 0.0, 1.0) : 1.0;
    QRectF done = groove;
    done.setWidth(groove.width() * share);
    if (done.width() >= groove.height()) {
        // A bar without a total is full but pale: how much is left is unknown.
        const QColor fill = color(span > 0 ? ColorRole::Accent : ColorRole::Outline);
        box(painter, done, done.height() / 2, fill, fill);
    }
    return true;
}

void menuItem(QPainter &painter, const QStyleOption &option, const QStyle &, const QWidget *) {
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(&option);
    if (item == nullptr) {
        return;
    }
    const QRect rect = item->rect;
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        const int middle = rect.center().y();
        painter.fillRect(QRect(rect.left(), middle, rect.width(), metric::hairline),
                         color(ColorRole::Hairline));
        return;
    }
    const bool enabled = item->state.testFlag(QStyle::State_Enabled);
    if (enabled && item->state.testFlag(QStyle::State_Selected)) {
        const QColor fill = color(ColorRole::Selection);
        box(painter, QRectF(rect).adjusted(metric::insideTight, 1, -metric::insideTight, -1),
            metric::insideTight, fill, fill);
    }
    menuMark(painter, *item, rect);
    const QString label = item->text.section(u'\t', 0, 0);
    const QString shortcut = item->text.section(u'\t', 1);
    painter.setFont(item->font);
    painter.setPen(color(enabled ? ColorRole::Text : ColorRole::MutedText));
    const QRect area = rect.adjusted(menuIconColumn, 0, -menuIconColumn, 0);
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextSingleLine,
                     label);
    if (!shortcut.isEmpty()) {
        painter.setPen(color(ColorRole::MutedText));
        painter.drawText(rect.adjusted(0, 0, -metric::group, 0),
                         Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, shortcut);
    }
}

void menuBarItem(QPainter &painter, const QStyleOption &option, const QStyle &) {
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(&option);
    if (item == nullptr) {
        return;
    }
    painter.fillRect(item->rect, color(ColorRole::Window));
    const bool enabled = item->state.testFlag(QStyle::State_Enabled);
    if (enabled && item->state.testFlag(QStyle::State_Selected)) {
        const QColor fill = color(ColorRole::Selection);
        box(painter, QRectF(item->rect).adjusted(0, 2, 0, -2), metric::insideTight, fill, fill);
    }
    painter.setPen(color(enabled ? ColorRole::Text : ColorRole::MutedText));
    painter.drawText(item->rect, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine, item->text);
}

void focusRing(QPainter &painter, const QStyleOption &option, const QWidget *) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color(ColorRole::Accent), metric::focusWidth));
    painter.setBrush(Qt::NoBrush);
    const double half = metric::focusWidth / 2.0;
    const double radius = metric::controlRadius + metric::focusGap + half;
    painter.drawRoundedRect(QRectF(option.rect).adjusted(half, half, -half, -half), radius, radius);
    painter.restore();
}

} // namespace keyturn::theme::paint
