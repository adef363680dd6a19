// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/mono_text.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"
#include "ui/widgets/copy_button.h"

#include <QPainter>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr int leastCharacters = 12;

} // namespace

MonoText::MonoText(const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_what(what)
    , m_copy(new CopyButton(
          what, [this] { return m_text; }, this)) {
    theme::setTextRole(*this, theme::TextRole::Fixed);
    theme::setControlSize(*m_copy, theme::ControlSize::Compact);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_copy->setEnabled(false);
}

void MonoText::setText(const QString &text) {
    m_text = text;
    setToolTip(text);
    setAccessibleName(m_what % u": " % text);
    m_copy->setEnabled(!text.isEmpty());
    placeButton();
    updateGeometry();
    update();
}

QString MonoText::shownText() const {
    return fontMetrics().elidedText(m_text, Qt::ElideMiddle, textRect().width());
}

QSize MonoText::sizeHint() const {
    const int words = fontMetrics().horizontalAdvance(m_text) + 2;
    return {words + metric::insideTight + m_copy->sizeHint().width(), metric::compactHeight};
}

QSize MonoText::minimumSizeHint() const {
    const int least = fontMetrics().averageCharWidth() * leastCharacters;
    const int words = std::min(least, fontMetrics().horizontalAdvance(m_text) + 2);
    return {words + metric::insideTight + m_copy->sizeHint().width(), metric::compactHeight};
}

QRect MonoText::textRect() const {
    return rect().adjusted(0, 0, -metric::insideTight - m_copy->sizeHint().width(), 0);
}

void MonoText::resizeEvent(QResizeEvent *) {
    placeButton();
}

void MonoText::placeButton() {
    // The button stands at the end of the words, not at the far end of a wide form.
    const QSize button = m_copy->sizeHint();
    const int words = std::min(textRect().width(), fontMetrics().horizontalAdvance(m_text) + 2);
    m_copy->setGeometry(words + metric::insideTight, (height() - button.height()) / 2, button.width(),
                        button.height());
}

void MonoText::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.setPen(theme::color(isEnabled() ? theme::ColorRole::Text : theme::ColorRole::MutedText));
    painter.drawText(textRect(), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shownText());
}

} // namespace keyturn::widgets
