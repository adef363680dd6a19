// SPDX-License-Identifier: Apache-2.0
// The type scale: fonts by what they are for, from the system's UI font at its size.
// GUI thread (font database). No errors. Follows visual-language ("Type").
#pragma once

#include <QFont>

#include <cstdint>

class QWidget;

namespace keyturn::theme {

enum class TextRole : std::uint8_t {
    Title,   ///< S+5 semibold
    Section, ///< S+1 semibold
    Body,    ///< S
    Strong,  ///< S semibold: a name that leads a row or a message
    Caption, ///< S-1, used with muted text, never below 11 px
    Fixed,   ///< ids, ARNs, blobs, JSON, commands only
};

/// The font of a role, from the application's font.
QFont font(TextRole role);
/// Gives a widget the font of a role.
void setTextRole(QWidget &widget, TextRole role);

} // namespace keyturn::theme
