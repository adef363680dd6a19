// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/paint.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QTabBar>
#include <QToolButton>

namespace keyturn::theme::paint {
namespace {

/// A button filled in a colour: the main act of its dialog, or one that destroys.
bool isFilled(const QStyleOption &option, const QWidget *widget) {
    if (!option.state.testFlag(QStyle::State_Enabled)) {
        return false;
    }
    const ButtonKind kind = buttonKind(widget);
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(&option);
    const bool isDefault = button != nullptr && button->features.testFlag(QStyleOptionButton::DefaultButton);
    // High contrast has no colour for danger: the verb says it.
    const bool destroys = kind == ButtonKind::Danger && currentAppearance() != Appearance::HighContrast;
    return kind == ButtonKind::Primary || destroys || (kind == ButtonKind::Normal && isDefault);
}

QColor filledColor(const QStyleOption &option, const QWidget *widget) {
    const QColor color =
        theme::color(buttonKind(widget) == ButtonKind::Danger ? ColorRole::Danger : ColorRole::Accent);
    const QColor text = theme::color(ColorRole::Text);
    if (option.state.testFlag(QStyle::State_Sunken)) {
        return blend(color, text, 0.22);
    }
    return option.state.testFlag(QStyle::State_MouseOver) ? blend(color, text, 0.12) : color;
}

QColor plainFill(const QStyleOption &option) {
    if (!option.state.testFlag(QStyle::State_Enabled)) {
        return color(ColorRole::Window);
    }
    if (option.state & (QStyle::State_Sunken | QStyle::State_On)) {
        return color(ColorRole::Pressed);
    }
    return color(option.state.testFlag(QStyle::State_MouseOver) ? ColorRole::Hover : ColorRole::Base);
}

bool isIdle(const QStyleOption &option) {
    return !(option.state & (QStyle::State_Sunken | QStyle::State_On)) &&
           !(option.state.testFlag(QStyle::State_MouseOver) && option.state.testFlag(QStyle::State_Enabled));
}

QColor labelColor(const QStyleOption &option, const QWidget *widget) {
    if (!option.state.testFlag(QStyle::State_Enabled)) {
        return color(ColorRole::MutedText);
    }
    return color(isFilled(option, widget) ? ColorRole::TextOnAccent : ColorRole::Text);
}

/// The icon in one colour, whatever colour it was made in.
void paintTinted(QPainter &painter, const QRect &rect, const QIcon &icon, const QColor &tint) {
    const double ratio = painter.device()->devicePixelRatioF();
    QPixmap pixmap(rect.size() * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter inner(&pixmap);
    icon.paint(&inner, QRect(QPoint(0, 0), rect.size()));
    inner.setCompositionMode(QPainter::CompositionMode_SourceIn);
    inner.fillRect(QRect(QPoint(0, 0), rect.size()), tint);
    inner.end();
    painter.drawPixmap(rect.topLeft(), pixmap);
}

void paintIconOf(QPainter &painter, const QRect &rect, const QStyleOption &option, const QIcon &icon,
                 const QWidget *widget) {
    if (isFilled(option, widget)) {
        paintTinted(painter, rect, icon, color(ColorRole::TextOnAccent));
        return;
    }
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    icon.paint(&painter, rect, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
}

void drawIconAndText(QPainter &painter, const QRect &area, const QStyleOption &option, const QIcon &icon,
                     const QSize &iconSize, const QString &text, const QWidget *widget) {
    const int textWidth = text.isEmpty() ? 0 : option.fontMetrics.size(Qt::TextShowMnemonic, text).width();
    const int gap = text.isEmpty() || icon.isNull() ? 0 : metric::inside;
    const int iconWidth = icon.isNull() ? 0 : iconSize.width();
    const int used = iconWidth + gap + textWidth;
    int left = area.left() + std::max(0, (area.width() - used) / 2);
    const bool iconLast = option.direction == Qt::RightToLeft;
    if (iconWidth > 0) {
        const int iconLeft = iconLast ? left + textWidth + gap : left;
        const QRect iconRect(iconLeft, area.center().y() - iconSize.height() / 2 + 1, iconSize.width(),
                             iconSize.height());
        paintIconOf(painter, iconRect, option, icon, widget);
        left += iconLast ? 0 : iconWidth + gap;
    }
    painter.setPen(labelColor(option, widget));
    const QRect textRect(left, area.top(), area.right() - left + 1, area.height());
    painter.drawText(textRect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic, text);
}

/// What moves a row of tabs that is too long: it stands above the tabs that it covers.
void tabScroller(QPainter &painter, const QStyleOptionToolButton &button) {
    painter.fillRect(button.rect, color(ColorRole::Window));
    if (!isIdle(button)) {
        painter.fillRect(button.rect, plainFill(button));
    }
    QRectF glyph(0, 0, metric::iconSmall, metric::iconSmall);
    glyph.moveCenter(QRectF(button.rect).center());
    const bool enabled = button.state.testFlag(QStyle::State_Enabled);
    painter.save();
    if (button.arrowType == Qt::LeftArrow) {
        painter.translate(2 * glyph.center().x(), 0);
        painter.scale(-1, 1);
    }
    paintIcon(painter, glyph, Icon::ChevronRight, color(enabled ? ColorRole::Text : ColorRole::Outline));
    painter.restore();
}

} // namespace

void buttonPanel(QPainter &painter, const QStyleOption &option, const QWidget *widget) {
    if (isFilled(option, widget)) {
        const QColor fill = filledColor(option, widget);
        box(painter, option.rect, metric::controlRadius, fill, fill);
        return;
    }
    if (buttonKind(widget) == ButtonKind::Quiet && isIdle(option)) {
        return;
    }
    box(painter, option.rect, metric::controlRadius, plainFill(option), outlineColor(option));
}

void buttonLabel(QPainter &painter, const QStyleOption &option, const QWidget *widget, const QStyle &style) {
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(&option);
    if (button == nullptr) {
        return;
    }
    QRect area = button->rect;
    if (button->features.testFlag(QStyleOptionButton::HasMenu)) {
        const int indicator = style.pixelMetric(QStyle::PM_MenuButtonIndicator, button, widget);
        const QRect arrow(area.right() - indicator - metric::insideTight, area.top(), indicator,
                          area.height());
        paintIcon(painter, QRectF(arrow).adjusted(2, 0, -2, 0), Icon::ChevronDown,
                  labelColor(option, widget));
        area.setRight(arrow.left());
    }
    drawIconAndText(painter, area, option, button->icon, button->iconSize, button->text, widget);
}

void toolButton(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget,
                const QStyle &style) {
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(&option);
    if (button == nullptr) {
        return;
    }
    if (qobject_cast<const QTabBar *>(widget != nullptr ? widget->parentWidget() : nullptr) != nullptr) {
        return tabScroller(painter, *button);
    }
    const bool raised =
        !button->state.testFlag(QStyle::State_AutoRaise) && buttonKind(widget) != ButtonKind::Quiet;
    if (raised || !isIdle(*button)) {
        const QColor outline = raised ? outlineColor(*button) : plainFill(*button);
        box(painter, button->rect, metric::controlRadius, plainFill(*button), outline);
    }
    QRect area = button->rect;
    if (button->features.testFlag(QStyleOptionToolButton::HasMenu)) {
        const int indicator = style.pixelMetric(QStyle::PM_MenuButtonIndicator, button, widget);
        const QRect arrow(area.right() - indicator - 1, area.top(), indicator, area.height());
        paintIcon(painter, QRectF(arrow).adjusted(1, 0, -1, 0), Icon::ChevronDown,
                  labelColor(*button, widget));
        area.setRight(arrow.left());
    }
    const bool withText = button->toolButtonStyle != Qt::ToolButtonIconOnly || button->icon.isNull();
    const bool withIcon = button->toolButtonStyle != Qt::ToolButtonTextOnly;
    QStyleOptionToolButton plain = *button;
    plain.fontMetrics = QFontMetrics(button->font);
    painter.setFont(button->font);
    drawIconAndText(painter, area, plain, withIcon ? button->icon : QIcon(), button->iconSize,
                    withText ? button->text : QString(), widget);
}

void checkBox(QPainter &painter, const QStyleOption &option) {
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool on = option.state.testFlag(QStyle::State_On);
    const bool partly = option.state.testFlag(QStyle::State_NoChange);
    const QRectF rect = option.rect;
    if (on || partly) {
        const QColor fill = color(enabled ? ColorRole::Accent : ColorRole::MutedText);
        const QColor tick = color(enabled ? ColorRole::TextOnAccent : ColorRole::Window);
        box(painter, rect, metric::insideTight, fill, fill);
        paintIcon(painter, rect.adjusted(1, 1, -1, -1), on ? Icon::Check : Icon::Remove, tick);
        return;
    }
    box(painter, rect, metric::insideTight, plainFill(option), outlineColor(option));
}

void radioButton(QPainter &painter, const QStyleOption &option) {
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const QRectF rect = option.rect;
    if (!option.state.testFlag(QStyle::State_On)) {
        box(painter, rect, rect.width() / 2, plainFill(option), outlineColor(option));
        return;
    }
    const QColor fill = color(enabled ? ColorRole::Accent : ColorRole::MutedText);
    box(painter, rect, rect.width() / 2, fill, fill);
    const QRectF dot = rect.adjusted(6, 6, -6, -6);
    const QColor inner = color(enabled ? ColorRole::TextOnAccent : ColorRole::Window);
    box(painter, dot, dot.width() / 2, inner, inner);
}

} // namespace keyturn::theme::paint
