// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/icon_label.h"

#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace keyturn::widgets {

IconLabel::IconLabel(theme::Icon icon, theme::ColorRole role, QWidget *parent)
    : QWidget(parent)
    , m_icon(icon)
    , m_role(role)
    , m_side(theme::metric::iconSmall) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void IconLabel::setIcon(theme::Icon icon, theme::ColorRole role) {
    m_icon = icon;
    m_role = role;
    update();
}

void IconLabel::setSize(int side) {
    m_side = side;
    updateGeometry();
}

void IconLabel::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    const auto role = isEnabled() ? m_role : theme::ColorRole::MutedText;
    theme::paintIcon(painter, rect(), m_icon, theme::color(role));
}

} // namespace keyturn::widgets
