// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/type_scale.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QWidget>

#include <algorithm>

namespace keyturn::theme {
namespace {

constexpr int smallestPixels = 11;

QFont grown(QFont base, int steps) {
    if (base.pointSizeF() > 0) {
        base.setPointSizeF(std::max(1.0, base.pointSizeF() + steps));
    } else {
        base.setPixelSize(std::max(1, base.pixelSize() + steps));
    }
    if (QFontInfo(base).pixelSize() < smallestPixels) {
        base.setPixelSize(smallestPixels);
    }
    return base;
}

} // namespace

QFont font(TextRole role) {
    QFont base = QApplication::font();
    switch (role) {
    case TextRole::Title:
        base = grown(base, 5);
        base.setWeight(QFont::DemiBold);
        return base;
    case TextRole::Section:
        base = grown(base, 1);
        base.setWeight(QFont::DemiBold);
        return base;
    case TextRole::Strong:
        base.setWeight(QFont::DemiBold);
        return base;
    case TextRole::Caption:
        return grown(base, -1);
    case TextRole::Fixed: {
        QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        fixed.setStyleHint(QFont::Monospace);
        if (base.pointSizeF() > 0) {
            fixed.setPointSizeF(base.pointSizeF());
        } else {
            fixed.setPixelSize(base.pixelSize());
        }
        return fixed;
    }
    case TextRole::Body:
        break;
    }
    return base;
}

void setTextRole(QWidget &widget, TextRole role) {
    widget.setFont(font(role));
}

} // namespace keyturn::theme
