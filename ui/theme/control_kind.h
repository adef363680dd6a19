// SPDX-License-Identifier: Apache-2.0
// What a control is for, said to the style through dynamic properties: the main act of a dialog, an act
// that destroys, a quiet act; and its size. GUI thread. No errors.
#pragma once

#include <cstdint>

class QWidget;

namespace keyturn::theme {

enum class ButtonKind : std::uint8_t {
    Normal,
    Primary, ///< the act that the screen is for: filled in accent
    Danger,  ///< destroys something: filled in danger
    Quiet,   ///< no outline until the pointer or the keyboard is on it
};
enum class ControlSize : std::uint8_t { Normal, Compact, Large };

void setButtonKind(QWidget &button, ButtonKind kind);
ButtonKind buttonKind(const QWidget *button);

void setControlSize(QWidget &control, ControlSize size);
/// The height of a control in device-independent pixels.
int controlHeight(const QWidget *control);

} // namespace keyturn::theme
