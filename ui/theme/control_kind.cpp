// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/control_kind.h"

#include "ui/theme/metrics.h"

#include <QCoreApplication>
#include <QEvent>
#include <QVariant>
#include <QWidget>

namespace keyturn::theme {
namespace {

constexpr const char *kindProperty = "keyturnButtonKind";
constexpr const char *sizeProperty = "keyturnControlSize";

} // namespace

void setButtonKind(QWidget &button, ButtonKind kind) {
    button.setProperty(kindProperty, static_cast<int>(kind));
    button.update();
}

ButtonKind buttonKind(const QWidget *button) {
    return button != nullptr ? static_cast<ButtonKind>(button->property(kindProperty).toInt())
                             : ButtonKind::Normal;
}

void setControlSize(QWidget &control, ControlSize size) {
    control.setProperty(sizeProperty, static_cast<int>(size));
    QEvent restyled(QEvent::StyleChange); // buttons remember their size until told
    QCoreApplication::sendEvent(&control, &restyled);
    control.updateGeometry();
}

int controlHeight(const QWidget *control) {
    const auto size = control != nullptr ? static_cast<ControlSize>(control->property(sizeProperty).toInt())
                                         : ControlSize::Normal;
    switch (size) {
    case ControlSize::Compact:
        return metric::compactHeight;
    case ControlSize::Large:
        return metric::largeHeight;
    case ControlSize::Normal:
        break;
    }
    return metric::controlHeight;
}

} // namespace keyturn::theme
