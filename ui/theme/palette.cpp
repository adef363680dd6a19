// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/palette.h"

#include <QWidget>

namespace keyturn::theme {
namespace {

void setSurfaces(QPalette &palette, Appearance appearance) {
    const auto color = [appearance](ColorRole role) { return tableColor(role, appearance); };
    palette.setColor(QPalette::Window, color(ColorRole::Window));
    palette.setColor(QPalette::Base, color(ColorRole::Base));
    palette.setColor(QPalette::AlternateBase, color(ColorRole::AlternateRow));
    palette.setColor(QPalette::Button, color(ColorRole::Base));
    palette.setColor(QPalette::ToolTipBase, color(ColorRole::Base));
    palette.setColor(QPalette::Light, color(ColorRole::Base));
    palette.setColor(QPalette::Midlight, color(ColorRole::Hairline));
    palette.setColor(QPalette::Dark, color(ColorRole::Outline));
    palette.setColor(QPalette::Shadow, color(ColorRole::Hairline));
    palette.setColor(QPalette::Highlight, color(ColorRole::Selection));
}

void setTexts(QPalette &palette, Appearance appearance) {
    const auto color = [appearance](ColorRole role) { return tableColor(role, appearance); };
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, color(ColorRole::Text));
        palette.setColor(QPalette::Disabled, role, color(ColorRole::MutedText));
    }
    palette.setColor(QPalette::HighlightedText, color(ColorRole::SelectedText));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, color(ColorRole::MutedText));
    palette.setColor(paletteRole(ColorRole::MutedText), color(ColorRole::MutedText));
    palette.setColor(paletteRole(ColorRole::Accent), color(ColorRole::Accent));
    palette.setColor(paletteRole(ColorRole::Good), color(ColorRole::Good));
    palette.setColor(paletteRole(ColorRole::Attention), color(ColorRole::Attention));
    palette.setColor(paletteRole(ColorRole::Danger), color(ColorRole::Danger));
}

/// The platform's palette, where nothing is fainter than its text: a desktop may ask for high contrast
/// without bringing a palette of its own for it.
QPalette sharpened(const QPalette &platform) {
    constexpr double readable = 4.5;
    QPalette palette = platform;
    const QColor text = platform.color(QPalette::WindowText);
    for (const ColorRole role :
         {ColorRole::MutedText, ColorRole::Good, ColorRole::Attention, ColorRole::Danger}) {
        palette.setColor(paletteRole(role), text);
    }
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, platform.color(QPalette::Active, role));
    }
    const QColor highlight = platform.color(QPalette::Highlight);
    if (contrastRatio(platform.color(QPalette::HighlightedText), highlight) < readable) {
        const QColor black(Qt::black);
        const QColor white(Qt::white);
        const bool dark = contrastRatio(black, highlight) > contrastRatio(white, highlight);
        palette.setColor(QPalette::HighlightedText, dark ? black : white);
    }
    return palette;
}

} // namespace

QPalette makePalette(Appearance appearance, const QPalette &platform) {
    if (appearance == Appearance::HighContrast) {
        return sharpened(platform);
    }
    QPalette palette;
    setSurfaces(palette, appearance);
    setTexts(palette, appearance);
    return palette;
}

QPalette::ColorRole paletteRole(ColorRole role) {
    switch (role) {
    case ColorRole::MutedText:
        return QPalette::PlaceholderText;
    case ColorRole::Accent:
        return QPalette::Link;
    case ColorRole::Good:
        return QPalette::Mid;
    case ColorRole::Attention:
        return QPalette::LinkVisited;
    case ColorRole::Danger:
        return QPalette::BrightText;
    case ColorRole::Base:
        return QPalette::Base;
    case ColorRole::Window:
        return QPalette::Window;
    default:
        return QPalette::WindowText;
    }
}

void setTone(QWidget &label, ColorRole role) {
    label.setForegroundRole(paletteRole(role));
}

} // namespace keyturn::theme
