// SPDX-License-Identifier: Apache-2.0
// How SecretEdit looks and where its characters stand. Characters are measured and painted one at a time,
// so that no string ever holds two of them together.
#include "ui/widgets/secret_edit.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionFrame>
#include <QToolButton>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr int bulletDiameter = 6;
constexpr int bulletAdvance = 10;
constexpr int usualCharacters = 28;
constexpr int leastCharacters = 12;

} // namespace

QSize SecretEdit::sizeHint() const {
    const int text = usualCharacters * bulletAdvance + 2 * metric::inside;
    return {text + m_reveal->sizeHint().width(), theme::controlHeight(this)};
}

QSize SecretEdit::minimumSizeHint() const {
    const int text = leastCharacters * bulletAdvance + 2 * metric::inside;
    return {text + m_reveal->sizeHint().width(), theme::controlHeight(this)};
}

QRect SecretEdit::textRect() const {
    int right = m_reveal->width() + metric::insideTight;
    if (m_capsLock) {
        right += QFontMetrics(theme::font(theme::TextRole::Caption)).horizontalAdvance(tr("Caps Lock")) +
                 metric::inside;
    }
    return rect().adjusted(metric::inside, 1, -right, -1);
}

int SecretEdit::advanceOf(std::size_t at) const {
    if (!m_revealed) {
        return bulletAdvance;
    }
    static const QString tab = QStringLiteral("    ");
    const QFontMetrics fixed(theme::font(theme::TextRole::Fixed));
    const QString character = m_editing.buffer().characterAt(at);
    return fixed.horizontalAdvance(character == u"\t" ? tab : character);
}

int SecretEdit::xOf(std::size_t position) const {
    if (!m_revealed) {
        return static_cast<int>(m_editing.buffer().charactersBefore(position)) * bulletAdvance;
    }
    int x = 0;
    for (std::size_t at = 0; at < position; at = m_editing.buffer().next(at)) {
        x += advanceOf(at);
    }
    return x;
}

std::size_t SecretEdit::positionAt(int x) const {
    const int wanted = x - textRect().left() + m_scrolled;
    int left = 0;
    std::size_t at = 0;
    while (at < m_editing.buffer().sizeBytes()) {
        const int advance = advanceOf(at);
        if (wanted < left + advance / 2) {
            break;
        }
        left += advance;
        at = m_editing.buffer().next(at);
    }
    return at;
}

void SecretEdit::keepCursorVisible() {
    const int x = xOf(m_editing.cursor());
    const int room = std::max(1, textRect().width() - 2);
    if (x - m_scrolled > room) {
        m_scrolled = x - room;
    }
    if (x < m_scrolled) {
        m_scrolled = x;
    }
    const int whole = xOf(m_editing.buffer().sizeBytes());
    m_scrolled = std::clamp(m_scrolled, 0, std::max(0, whole - room));
}

void SecretEdit::paintText(QPainter &painter, const QRect &area) const {
    const SecretBuffer &buffer = m_editing.buffer();
    const QColor ink = theme::color(isEnabled() ? theme::ColorRole::Text : theme::ColorRole::MutedText);
    painter.setFont(theme::font(theme::TextRole::Fixed));
    painter.setRenderHint(QPainter::Antialiasing);
    int x = area.left() - m_scrolled;
    for (std::size_t at = 0; at < buffer.sizeBytes(); at = buffer.next(at)) {
        const int advance = advanceOf(at);
        if (x > area.right()) {
            break;
        }
        if (m_revealed) {
            painter.setPen(ink);
            painter.drawText(QRect(x, area.top(), advance + 1, area.height()),
                             Qt::AlignVCenter | Qt::AlignLeft, buffer.characterAt(at));
        } else {
            painter.setPen(Qt::NoPen);
            painter.setBrush(ink);
            painter.drawEllipse(QRectF(x + (bulletAdvance - bulletDiameter) / 2.0,
                                       area.center().y() - bulletDiameter / 2.0 + 0.5, bulletDiameter,
                                       bulletDiameter));
        }
        x += advance;
    }
}

void SecretEdit::paintHint(QPainter &painter) const {
    if (!m_capsLock) {
        return;
    }
    painter.setFont(theme::font(theme::TextRole::Caption));
    painter.setPen(theme::color(theme::ColorRole::Attention));
    const int left = textRect().right() + metric::insideTight;
    painter.drawText(QRect(left, 0, m_reveal->x() - left, height()), Qt::AlignVCenter | Qt::AlignLeft,
                     tr("Caps Lock"));
}

void SecretEdit::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    QStyleOptionFrame frame;
    frame.initFrom(this);
    frame.rect = rect();
    frame.lineWidth = metric::hairline;
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &frame, &painter, this);
    paintHint(painter);
    const QRect area = textRect();
    painter.setClipRect(area.adjusted(-1, 0, 2, 0));
    if (isEmpty() && !m_placeholder.isEmpty()) {
        painter.setPen(theme::color(theme::ColorRole::MutedText));
        painter.setFont(font());
        painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, m_placeholder);
    }
    if (m_editing.hasSelection() && hasFocus()) {
        const int from = area.left() + xOf(m_editing.selectionStart()) - m_scrolled;
        const int to = area.left() + xOf(m_editing.selectionEnd()) - m_scrolled;
        painter.fillRect(
            QRect(from, area.top() + metric::insideTight, to - from, area.height() - 2 * metric::insideTight),
            theme::color(theme::ColorRole::Selection));
    }
    paintText(painter, area);
    if (hasFocus()) {
        const int x = area.left() + xOf(m_editing.cursor()) - m_scrolled;
        painter.fillRect(QRect(x, area.top() + 6, 1, area.height() - 12),
                         theme::color(theme::ColorRole::Text));
    }
}

} // namespace keyturn::widgets
