// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/roles.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace keyturn::theme {
namespace {

struct RoleColors {
    ColorRole role;
    QRgb light;
    QRgb dark;
};

constexpr std::array<RoleColors, 12> colorTable{{
    {ColorRole::Window, 0xFFF6F7F9, 0xFF161A21},
    {ColorRole::Base, 0xFFFFFFFF, 0xFF1D222B},
    {ColorRole::AlternateRow, 0xFFF1F3F6, 0xFF232934},
    {ColorRole::Hairline, 0xFFC9CFD8, 0xFF3A4352},
    {ColorRole::Outline, 0xFF75818F, 0xFF748095},
    {ColorRole::Text, 0xFF1B2330, 0xFFE7EBF2},
    {ColorRole::MutedText, 0xFF566173, 0xFFA7B1C2},
    {ColorRole::Accent, 0xFF1F5FBF, 0xFF7FB0FF},
    {ColorRole::TextOnAccent, 0xFFFFFFFF, 0xFF0E1726},
    {ColorRole::Good, 0xFF1B7A43, 0xFF6FD39A},
    {ColorRole::Attention, 0xFF8A5A00, 0xFFF0B95A},
    {ColorRole::Danger, 0xFFB3261E, 0xFFFF8A80},
}};

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &color) {
    const QColor rgb = color.toRgb();
    return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF());
}

} // namespace

QColor tableColor(ColorRole role, Appearance appearance) {
    const bool dark = appearance == Appearance::Dark;
    for (const RoleColors &row : colorTable) {
        if (row.role == role) {
            return QColor::fromRgb(dark ? row.dark : row.light);
        }
    }
    const QColor base = tableColor(ColorRole::Base, appearance);
    switch (role) {
    case ColorRole::Selection:
        return blend(base, tableColor(ColorRole::Accent, appearance), 0.14);
    case ColorRole::Hover:
        return blend(base, tableColor(ColorRole::Text, appearance), 0.07);
    case ColorRole::Pressed:
        return blend(base, tableColor(ColorRole::Text, appearance), 0.13);
    default:
        return tableColor(ColorRole::Text, appearance); // SelectedText: full-strength text
    }
}

QColor environmentColor(Environment environment) {
    switch (environment) {
    case Environment::Local:
        return QColor::fromRgb(0xFF2F5D8A);
    case Environment::Development:
        return QColor::fromRgb(0xFF2B6E4F);
    case Environment::Staging:
        return QColor::fromRgb(0xFF8A5A00);
    case Environment::Production:
        break;
    }
    return QColor::fromRgb(0xFFA3231C);
}

QColor textOnEnvironment() {
    return QColor::fromRgb(0xFFFFFFFF);
}

QColor blend(const QColor &under, const QColor &over, double amount) {
    const auto mix = [amount](int from, int to) {
        return static_cast<int>(std::lround(from + (to - from) * amount));
    };
    return QColor(mix(under.red(), over.red()), mix(under.green(), over.green()),
                  mix(under.blue(), over.blue()));
}

double contrastRatio(const QColor &a, const QColor &b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace keyturn::theme
