// SPDX-License-Identifier: Apache-2.0
// The design rules that every screen is held to: no text wider than its widget, contrast of text at least
// 4.5, a tab order that is complete and goes in reading order, an accessible name on every control.
// GUI thread; the widget must be visible. Faults are sentences that name the widget.
#pragma once

#include <QStringList>

class QImage;
class QRect;
class QWidget;

namespace keyturn::gui_test {

inline constexpr double leastContrast = 4.5;

/// All faults of a shown widget and everything in it; empty when it keeps the rules.
QStringList designFaults(QWidget &root);

// The rules one by one.
QStringList textFaults(QWidget &root);
/// Content wider than a scroll area that does not scroll sideways.
QStringList cutFaults(QWidget &root);
QStringList contrastFaults(QWidget &root);
QStringList tabOrderFaults(QWidget &root);
QStringList accessibleNameFaults(QWidget &root);
/// A layout that asks for another layout in every turn of the event loop keeps the program busy for ever.
QStringList restFaults(QWidget &root);

/// A dialog is at most `tallestDialog` high; one that is listed as tall, at most what its content needs.
inline constexpr int tallestDialog = 800;
QStringList heightFaults(QWidget &root, bool mayBeTall);
/// What a dialog's layout needs at its width, all of its scrolled content included.
int neededHeight(QWidget &root);

/// "QPushButton \"save\" (Save)": enough to find it.
QString nameOf(const QWidget &widget);
/// Contrast between the ground of an area and what stands out of it most.
double renderedContrast(const QImage &image, const QRect &area);
/// True for controls that a person works: buttons, fields, lists, tabs.
bool isControl(const QWidget &widget);
/// Parts that Qt makes inside its own controls (a spin box's line edit, a scroll bar): not on their own.
bool isPart(const QWidget &widget);

} // namespace keyturn::gui_test
