// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/paint.h"

#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QAbstractItemView>
#include <QFrame>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyleOption>
#include <QTextEdit>

namespace keyturn::theme::paint {

void box(QPainter &painter, const QRectF &rect, double radius, const QColor &fill, const QColor &outline) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(outline, metric::hairline));
    painter.setBrush(fill);
    const double half = metric::hairline / 2.0;
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half);
    painter.restore();
}

void edge(QPainter &painter, const QRect &rect, Qt::Edge where, const QColor &color) {
    QRect line = rect;
    switch (where) {
    case Qt::TopEdge:
        line.setBottom(rect.top());
        break;
    case Qt::BottomEdge:
        line.setTop(rect.bottom());
        break;
    case Qt::LeftEdge:
        line.setRight(rect.left());
        break;
    case Qt::RightEdge:
        line.setLeft(rect.right());
        break;
    }
    painter.fillRect(line, color);
}

QColor outlineColor(const QStyleOption &option) {
    return color(option.state.testFlag(QStyle::State_Enabled) ? ColorRole::Outline : ColorRole::Hairline);
}

void fieldPanel(QPainter &painter, const QStyleOption &option) {
    const bool writable =
        option.state.testFlag(QStyle::State_Enabled) && !option.state.testFlag(QStyle::State_ReadOnly);
    box(painter, option.rect, metric::controlRadius, color(writable ? ColorRole::Base : ColorRole::Window),
        writable ? outlineColor(option) : color(ColorRole::Hairline));
}

bool frame(QPainter &painter, const QStyleOption &option, const QWidget *widget) {
    if (qobject_cast<const QAbstractItemView *>(widget) != nullptr) {
        const bool focused = option.state.testFlag(QStyle::State_HasFocus);
        const QColor line = color(focused ? ColorRole::Accent : ColorRole::Hairline);
        for (const Qt::Edge where : {Qt::TopEdge, Qt::BottomEdge, Qt::LeftEdge, Qt::RightEdge}) {
            edge(painter, option.rect, where, line);
        }
        return true;
    }
    if (qobject_cast<const QAbstractScrollArea *>(widget) != nullptr) {
        fieldPanel(painter, option);
        return true;
    }
    if (qobject_cast<const QFrame *>(widget) != nullptr) {
        box(painter, option.rect, metric::controlRadius, color(ColorRole::Window),
            color(ColorRole::Hairline));
        return true;
    }
    return false;
}

void comboBox(QPainter &painter, const QStyleOptionComplex &option, const QStyle &style,
              const QWidget *widget) {
    const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(&option);
    if (combo == nullptr) {
        return;
    }
    if (combo->frame) {
        QStyleOption panel = *combo;
        panel.state.setFlag(QStyle::State_ReadOnly, false);
        fieldPanel(painter, panel);
    }
    const QRectF arrow = style.subControlRect(QStyle::CC_ComboBox, combo, QStyle::SC_ComboBoxArrow, widget);
    const bool enabled = combo->state.testFlag(QStyle::State_Enabled);
    QRectF glyph(0, 0, metric::iconSmall, metric::iconSmall);
    glyph.moveCenter(arrow.center());
    paintIcon(painter, glyph, Icon::ChevronDown, color(enabled ? ColorRole::Text : ColorRole::MutedText));
}

void spinBox(QPainter &painter, const QStyleOptionComplex &option, const QStyle &style,
             const QWidget *widget) {
    const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(&option);
    if (spin == nullptr) {
        return;
    }
    QStyleOption panel = *spin;
    panel.state.setFlag(QStyle::State_ReadOnly, false);
    fieldPanel(painter, panel);
    if (spin->buttonSymbols == QAbstractSpinBox::NoButtons) {
        return;
    }
    const auto arrow = [&](QStyle::SubControl part, Icon icon, QAbstractSpinBox::StepEnabledFlag step) {
        const bool usable = spin->state.testFlag(QStyle::State_Enabled) && spin->stepEnabled.testFlag(step);
        const QRectF rect = style.subControlRect(QStyle::CC_SpinBox, spin, part, widget);
        QRectF glyph(0, 0, metric::iconSmall - 4, metric::iconSmall - 4);
        glyph.moveCenter(rect.center());
        paintIcon(painter, glyph, icon, color(usable ? ColorRole::Text : ColorRole::Outline));
    };
    arrow(QStyle::SC_SpinBoxUp, Icon::ChevronUp, QAbstractSpinBox::StepUpEnabled);
    arrow(QStyle::SC_SpinBoxDown, Icon::ChevronDown, QAbstractSpinBox::StepDownEnabled);
}

} // namespace keyturn::theme::paint
