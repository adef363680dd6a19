// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/icon_engine.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPixmap>

namespace keyturn::theme {

void IconEngine::paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) {
    ColorRole role = m_role;
    if (mode == QIcon::Disabled) {
        role = ColorRole::MutedText;
    } else if (mode == QIcon::Selected && role == ColorRole::Text) {
        role = ColorRole::SelectedText;
    }
    paintIcon(*painter, rect, m_icon, color(role));
}

QPixmap IconEngine::pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) {
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(0, 0), size), mode, state);
    return pixmap;
}

QPixmap IconEngine::scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal) {
    return pixmap(size, mode, state); // `size` is in device pixels already
}

} // namespace keyturn::theme
