// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/system_appearance.h"

#include <QPalette>

namespace keyturn::theme {

void FixedAppearance::set(Appearance appearance) {
    if (appearance != m_appearance) {
        m_appearance = appearance;
        Q_EMIT changed();
    }
}

Appearance appearanceOf(const QPalette &palette) {
    const QColor text = palette.color(QPalette::WindowText);
    const QColor window = palette.color(QPalette::Window);
    return text.lightness() > window.lightness() ? Appearance::Dark : Appearance::Light;
}

} // namespace keyturn::theme
