// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_canvas.h"

#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/theme/type_scale.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

constexpr int shownRows = 5;
constexpr int leastRows = 2;
constexpr int usualColumns = 56;
constexpr int leastColumns = 24;
constexpr int tabColumns = 4;

QString visible(const QString &character) {
    // A control character shows as a middle dot: it has no shape of its own.
    const bool control = character.size() == 1 && !character.at(0).isPrint();
    return control ? QString(QChar(0x00B7)) : character;
}

} // namespace

SecretCanvas::SecretCanvas(std::size_t maxBytes, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_editing(maxBytes, true) {
    setFont(theme::font(theme::TextRole::Fixed));
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    relayout();
}

void SecretCanvas::setSecret(ByteView secret) {
    m_editing.clear();
    m_editing.buffer().assign(secret);
    relayout();
}

void SecretCanvas::clearSecret() {
    m_editing.clear();
    relayout();
}

void SecretCanvas::setFormat(SecretFormat format) {
    m_format = format;
    relayout();
}

void SecretCanvas::setHidden(bool hidden) {
    m_hidden = hidden;
    relayout();
}

void SecretCanvas::setNote(const QString &note) {
    m_note = note;
    viewport()->update();
}

QSize SecretCanvas::sizeHint() const {
    return {usualColumns * cellWidth() + 4 * metric::inside, shownRows * rowHeight() + 2 * metric::inside};
}

QSize SecretCanvas::minimumSizeHint() const {
    return {leastColumns * cellWidth() + 4 * metric::inside, leastRows * rowHeight() + 2 * metric::inside};
}

int SecretCanvas::cellWidth() const {
    return std::max(1, QFontMetrics(font()).horizontalAdvance(u'0'));
}

int SecretCanvas::rowHeight() const {
    return QFontMetrics(font()).height() + 2;
}

TextStep SecretCanvas::stepAt(std::size_t position) const {
    const SecretBuffer &text = buffer();
    const std::uint8_t byte = text.view()[position];
    TextStep step{text.next(position), 1, byte == '\n'};
    if (byte == '\t') {
        step.columns = tabColumns;
    } else if (byte >= 0x80) {
        const int width = QFontMetrics(font()).horizontalAdvance(text.characterAt(position));
        step.columns = std::max(1, (width + cellWidth() - 1) / cellWidth());
    }
    return step;
}

void SecretCanvas::relayout() {
    const int columns = std::max(1, (viewport()->width() - 2 * metric::insideTight) / cellWidth());
    const ByteView shown = m_hidden ? ByteView() : buffer().view();
    m_rows = cutRows(shown, m_format, columns, [this](std::size_t at) { return stepAt(at); });
    const int visibleRows = std::max(1, viewport()->height() / rowHeight());
    const int rows = static_cast<int>(m_rows.size());
    verticalScrollBar()->setPageStep(visibleRows);
    verticalScrollBar()->setSingleStep(1);
    verticalScrollBar()->setRange(0, std::max(0, rows - visibleRows));
    viewport()->update();
}

std::size_t SecretCanvas::rowOf(std::size_t position) const {
    std::size_t row = 0;
    while (row + 1 < m_rows.size() && m_rows[row + 1].from <= position) {
        ++row;
    }
    return row;
}

int SecretCanvas::xOf(const SecretRow &row, std::size_t position) const {
    int columns = 0;
    for (std::size_t at = row.from; at < std::min(position, row.to);) {
        const TextStep step = stepAt(at);
        columns += step.columns;
        at = step.next;
    }
    return metric::insideTight + columns * cellWidth();
}

std::size_t SecretCanvas::positionAt(const QPoint &point) const {
    if (m_rows.empty()) {
        return 0;
    }
    const int wanted = point.y() / rowHeight() + verticalScrollBar()->value();
    const auto row =
        m_rows[static_cast<std::size_t>(std::clamp(wanted, 0, static_cast<int>(m_rows.size()) - 1))];
    std::size_t at = row.from;
    while (at < row.to && xOf(row, at) + cellWidth() / 2 < point.x()) {
        at = stepAt(at).next;
    }
    return at;
}

void SecretCanvas::keepCursorVisible() {
    const int row = static_cast<int>(rowOf(m_editing.cursor()));
    QScrollBar *bar = verticalScrollBar();
    const int last = bar->value() + std::max(1, viewport()->height() / rowHeight()) - 1;
    if (row < bar->value()) {
        bar->setValue(row);
    } else if (row > last) {
        bar->setValue(bar->value() + row - last);
    }
}

QRect SecretCanvas::cursorRectangle() const {
    if (m_rows.empty()) {
        return {};
    }
    const std::size_t row = rowOf(m_editing.cursor());
    const int top = (static_cast<int>(row) - verticalScrollBar()->value()) * rowHeight();
    return {xOf(m_rows[row], m_editing.cursor()), top, 1, rowHeight()};
}

void SecretCanvas::paintRow(QPainter &painter, const SecretRow &row, int top) const {
    int x = metric::insideTight;
    const auto put = [&](const QString &character, int columns) {
        painter.drawText(QRect(x, top, columns * cellWidth() + 2, rowHeight()),
                         Qt::AlignVCenter | Qt::AlignLeft, character);
        x += columns * cellWidth();
    };
    if (m_format != SecretFormat::Text) {
        forEachCharacter(buffer().view(), row, m_format,
                         [&](char character) { put(QString(QLatin1Char(character)), 1); });
        return;
    }
    for (std::size_t at = row.from; at < row.to;) {
        const TextStep step = stepAt(at);
        put(visible(buffer().characterAt(at)), step.columns);
        at = step.next;
    }
}

void SecretCanvas::paintSelection(QPainter &painter, const SecretRow &row, int top) const {
    const std::size_t from = std::max(row.from, m_editing.selectionStart());
    const std::size_t to = std::min(row.to, m_editing.selectionEnd());
    if (from < to) {
        const int left = xOf(row, from);
        painter.fillRect(QRect(left, top, xOf(row, to) - left, rowHeight()),
                         theme::color(theme::ColorRole::Selection));
    }
}

void SecretCanvas::paintNote(QPainter &painter) const {
    painter.setFont(theme::font(theme::TextRole::Body));
    painter.setPen(theme::color(theme::ColorRole::MutedText));
    const QRect area = viewport()->rect().adjusted(metric::insideTight, metric::insideTight,
                                                   -metric::insideTight, -metric::insideTight);
    const Qt::Alignment where = m_hidden ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignTop;
    painter.drawText(area, static_cast<int>(where) | Qt::TextWordWrap, m_note);
}

void SecretCanvas::paintEvent(QPaintEvent *) {
    QPainter painter(viewport());
    if (m_hidden || buffer().empty()) {
        paintNote(painter);
    }
    if (m_hidden) {
        return;
    }
    painter.setFont(font());
    const int first = verticalScrollBar()->value();
    for (std::size_t row = static_cast<std::size_t>(first); row < m_rows.size(); ++row) {
        const int top = (static_cast<int>(row) - first) * rowHeight();
        if (top > viewport()->height()) {
            break;
        }
        paintSelection(painter, m_rows[row], top);
        painter.setPen(theme::color(theme::ColorRole::Text));
        paintRow(painter, m_rows[row], top);
    }
    if (showsCursor()) {
        painter.fillRect(cursorRectangle().adjusted(0, 1, 0, -1), theme::color(theme::ColorRole::Text));
    }
}

void SecretCanvas::resizeEvent(QResizeEvent *event) {
    QAbstractScrollArea::resizeEvent(event);
    relayout();
}

void SecretCanvas::changeEvent(QEvent *event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        relayout();
    }
}

} // namespace keyturn::widgets
