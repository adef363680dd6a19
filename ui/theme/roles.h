// SPDX-License-Identifier: Apache-2.0
// The colours of Keyturn, named by what they mean. The one place that holds a colour value.
// Plain functions and values; no thread rule. No errors. Follows the table in visual-language
// ("Colour roles", "Environment").
#pragma once

#include <QColor>

#include <cstdint>

namespace keyturn::theme {

enum class Appearance : std::uint8_t {
    Light,
    Dark,
    HighContrast, ///< the platform's palette decides; roles map onto it
};

enum class ColorRole : std::uint8_t {
    Window,
    Base, ///< tables and fields
    AlternateRow,
    Hairline, ///< decoration only
    Outline,  ///< of controls, focus off
    Text,
    MutedText,
    Accent, ///< links, focus ring, selection edge
    TextOnAccent,
    Good,
    Attention,
    Danger,
    Selection, ///< accent at 14 % over base
    SelectedText,
    Hover,   ///< text at 7 % over base: a control under the pointer
    Pressed, ///< text at 13 % over base
};
inline constexpr int colorRoleCount = 16;

/// What a profile is for; shown by colour, word and the profile's own name together.
enum class Environment : std::uint8_t { Local, Development, Staging, Production };
inline constexpr int environmentCount = 4;

/// The colour of a role in the light or dark table. HighContrast answers as Light: ask the theme instead.
QColor tableColor(ColorRole role, Appearance appearance);

/// Equal in light and dark; white text stands on each.
QColor environmentColor(Environment environment);
QColor textOnEnvironment();

/// `amount` (0 to 1) of `over` laid on `under`, opaque.
QColor blend(const QColor &under, const QColor &over, double amount);

/// WCAG 2 contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor &a, const QColor &b);

} // namespace keyturn::theme
