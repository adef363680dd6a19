// SPDX-License-Identifier: Apache-2.0
// KeyturnStyle: Qt's widgets in Keyturn's look. Draws what the visual language describes and leaves the
// rest to Fusion. Owned by QApplication; GUI thread. No style sheets anywhere: they would hide this style
// from widgets that ask for it.
#pragma once

#include "ui/theme/roles.h"

#include <QProxyStyle>

namespace keyturn::theme {

class KeyturnStyle final : public QProxyStyle {
    Q_OBJECT
public:
    KeyturnStyle();

    Appearance appearance() const { return m_appearance; }
    void setAppearance(Appearance appearance) { m_appearance = appearance; }

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option,
                         const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                         const QWidget *widget) const override;
    QIcon standardIcon(StandardPixmap pixmap, const QStyleOption *option,
                       const QWidget *widget) const override;
    void polish(QWidget *widget) override;
    using QProxyStyle::polish;

private:
    Appearance m_appearance = Appearance::Light;
};

} // namespace keyturn::theme
