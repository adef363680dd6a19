// SPDX-License-Identifier: Apache-2.0
// How the style draws each kind of control. Private to ui/theme: only the style calls these.
// Each function that answers bool says whether it drew; false leaves the element to Fusion.
#pragma once

#include "ui/theme/roles.h"

#include <QRectF>
#include <QStyle>

class QPainter;
class QStyleOption;
class QStyleOptionComplex;
class QWidget;

namespace keyturn::theme::paint {

/// A box with its outline drawn inside `rect`.
void box(QPainter &painter, const QRectF &rect, double radius, const QColor &fill, const QColor &outline);
/// A hairline along an edge of `rect`.
void edge(QPainter &painter, const QRect &rect, Qt::Edge where, const QColor &color);
/// Outline of a field or button in its state.
QColor outlineColor(const QStyleOption &option);

// paint_buttons.cpp
void buttonPanel(QPainter &painter, const QStyleOption &option, const QWidget *widget);
void buttonLabel(QPainter &painter, const QStyleOption &option, const QWidget *widget, const QStyle &style);
void toolButton(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget,
                const QStyle &style);
void checkBox(QPainter &painter, const QStyleOption &option);
void radioButton(QPainter &painter, const QStyleOption &option);

// paint_fields.cpp
void fieldPanel(QPainter &painter, const QStyleOption &option);
bool frame(QPainter &painter, const QStyleOption &option, const QWidget *widget);
void comboBox(QPainter &painter, const QStyleOptionComplex &option, const QStyle &style,
              const QWidget *widget);
void spinBox(QPainter &painter, const QStyleOptionComplex &option, const QStyle &style,
             const QWidget *widget);

// paint_views.cpp
void row(QPainter &painter, const QStyleOption &option);
void rowItem(QPainter &painter, const QStyleOption &option, const QWidget *widget);
void itemFocus(QPainter &painter, const QStyleOption &option);
void headerSection(QPainter &painter, const QStyleOption &option);
void headerArrow(QPainter &painter, const QStyleOption &option);
void branch(QPainter &painter, const QStyleOption &option);

// paint_bars.cpp
void tab(QPainter &painter, const QStyleOption &option);
void scrollBar(QPainter &painter, const QStyleOptionComplex &option, const QStyle &style,
               const QWidget *widget);
bool progress(QPainter &painter, const QStyleOption &option);
void menuItem(QPainter &painter, const QStyleOption &option, const QStyle &style, const QWidget *widget);
void menuBarItem(QPainter &painter, const QStyleOption &option, const QStyle &style);
void focusRing(QPainter &painter, const QStyleOption &option, const QWidget *widget);

} // namespace keyturn::theme::paint
