// SPDX-License-Identifier: Apache-2.0
// IconEngine: draws one of our icons when it is asked to, so that colour and resolution are those of the
// moment. Owned by its QIcon. GUI thread.
#pragma once

#include "ui/theme/icons.h"

#include <QIconEngine>

namespace keyturn::theme {

class IconEngine final : public QIconEngine {
public:
    IconEngine(Icon icon, ColorRole role)
        : m_icon(icon)
        , m_role(role) {}
    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QIconEngine *clone() const override { return new IconEngine(*this); }
    QString key() const override { return QStringLiteral("keyturn"); }
    QString iconName() override { return theme::iconName(m_icon); }
    bool isNull() override { return false; }

private:
    Icon m_icon;
    ColorRole m_role;
};

} // namespace keyturn::theme
