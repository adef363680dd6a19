// SPDX-License-Identifier: Apache-2.0
// Role colours as a QPalette, so that every Qt widget follows the theme, also when it switches live.
// GUI thread. No errors.
#pragma once

#include "ui/theme/roles.h"

#include <QPalette>

class QWidget;

namespace keyturn::theme {

/// The palette of an appearance; HighContrast gives `platform` back.
QPalette makePalette(Appearance appearance, const QPalette &platform);

/// The palette role that carries a colour role of text (MutedText, Accent, Good, Attention, Danger, ...).
QPalette::ColorRole paletteRole(ColorRole role);

/// Draws a label's text in a role's colour, now and after every switch of the theme.
void setTone(QWidget &label, ColorRole role);

} // namespace keyturn::theme
