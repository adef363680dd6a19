// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/filter_bar.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/theme/theme.h"
#include "ui/widgets/icon_label.h"

#include <QBoxLayout>
#include <QCompleter>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QStringListModel>
#include <QStyle>
#include <QStyleOptionFrame>
#include <QToolButton>

namespace keyturn::widgets {
namespace {

namespace metric = theme::metric;

QToolButton *makeChip(const QString &text, QWidget *parent) {
    auto *chip = new QToolButton(parent);
    chip->setObjectName(QStringLiteral("filterChip"));
    chip->setText(text);
    chip->setIcon(theme::icon(theme::Icon::Close, theme::ColorRole::MutedText));
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    chip->setLayoutDirection(Qt::RightToLeft); // the cross stands after the words
    chip->setFocusPolicy(Qt::StrongFocus);
    chip->setToolTip(FilterBar::tr("Remove %1 from the filter").arg(text));
    chip->setAccessibleName(chip->toolTip());
    theme::setControlSize(*chip, theme::ControlSize::Compact);
    chip->setFixedHeight(metric::controlHeight - 2 * metric::unit);
    return chip;
}

} // namespace

QStringList splitQuery(const QString &query) {
    QStringList parts;
    QString part;
    bool quoted = false;
    for (const QChar c : query) {
        if (c == u'"') {
            quoted = !quoted;
            part += c;
        } else if (c.isSpace() && !quoted) {
            if (!part.isEmpty()) {
                parts << part;
            }
            part.clear();
        } else {
            part += c;
        }
    }
    if (!part.isEmpty()) {
        parts << part;
    }
    return parts;
}

FilterBar::FilterBar(QWidget *parent)
    : QFrame(parent)
    , m_row(new QHBoxLayout(this))
    , m_glass(new IconLabel(theme::Icon::Search, theme::ColorRole::MutedText, this))
    , m_chipRow(new QHBoxLayout)
    , m_edit(new QLineEdit(this))
    , m_clear(new QToolButton(this)) {
    m_edit->setObjectName(QStringLiteral("filterText"));
    m_edit->setAccessibleName(tr("Filter"));
    m_edit->setFrame(false);
    m_edit->setPlaceholderText(tr("Filter"));
    m_edit->installEventFilter(this);
    // A click on the glass is a click into the field; it also is what chips follow in the tab order.
    m_glass->setFocusPolicy(Qt::ClickFocus);
    m_glass->installEventFilter(this);
    auto *completer = new QCompleter(this);
    completer->setModel(new QStringListModel(completer));
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_edit->setCompleter(completer);
    m_clear->setObjectName(QStringLiteral("filterClear"));
    m_clear->setIcon(theme::icon(theme::Icon::Close, theme::ColorRole::MutedText));
    m_clear->setAutoRaise(true);
    m_clear->setFocusPolicy(Qt::StrongFocus);
    m_clear->setToolTip(tr("Clear the filter"));
    m_clear->setAccessibleName(m_clear->toolTip());
    m_clear->setFixedSize(metric::controlHeight - 2 * metric::unit, metric::controlHeight - 2 * metric::unit);

    m_chipRow->setSpacing(metric::unit);
    m_row->setContentsMargins(metric::inside, 0, metric::unit, 0);
    m_row->setSpacing(metric::unit);
    m_row->addWidget(m_glass);
    m_row->addLayout(m_chipRow);
    m_row->addWidget(m_edit, 1);
    m_row->addWidget(m_clear);
    setFixedHeight(metric::controlHeight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusProxy(m_edit);
    m_clear->hide();

    connect(m_edit, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (text.endsWith(u' ')) {
            foldTokens(true);
        }
        announce();
    });
    connect(
        completer, qOverload<const QString &>(&QCompleter::activated), this,
        [this](const QString &) {
            foldTokens(true);
            announce();
        },
        Qt::QueuedConnection); // the completer writes its text after this signal
    connect(m_clear, &QToolButton::clicked, this, &FilterBar::clear);
}

void FilterBar::addField(const QString &field, const QStringList &values) {
    m_fields << field;
    if (values.isEmpty()) {
        m_completions << field % u':';
    }
    for (const QString &value : values) {
        m_completions << field % u':' % value;
    }
    static_cast<QStringListModel *>(m_edit->completer()->model())->setStringList(m_completions);
}

bool FilterBar::isToken(const QString &word) const {
    QString plain = word;
    plain.remove(u'"');
    if (plain.startsWith(u'-')) {
        plain.remove(0, 1);
    }
    const qsizetype colon = plain.indexOf(u':');
    return colon > 0 && colon + 1 < plain.size() && m_fields.contains(plain.left(colon));
}

QString FilterBar::query() const {
    QStringList parts = m_chips;
    const QString words = m_edit->text().trimmed();
    if (!words.isEmpty()) {
        parts << words;
    }
    return parts.join(u' ');
}

void FilterBar::setQuery(const QString &query) {
    m_chips.clear();
    m_edit->setText(query);
    foldTokens(true);
    rebuildChips();
    announce();
}

void FilterBar::setPlaceholderText(const QString &text) {
    m_edit->setPlaceholderText(text);
}

void FilterBar::clear() {
    m_chips.clear();
    m_edit->setText({}); // clear() would keep the text for undo
    if (QCompleter *completer = m_edit->completer(); completer != nullptr) { // no field was added: none
        completer->setCompletionPrefix({}); // it remembers what it was asked to complete
        static_cast<QStringListModel *>(completer->model())->setStringList(m_completions);
    }
    rebuildChips();
    announce();
    m_edit->setFocus();
}

void FilterBar::foldTokens(bool lastToo) {
    QStringList words;
    bool folded = false;
    const QStringList parts = splitQuery(m_edit->text());
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool finished = lastToo || i + 1 < parts.size();
        if (finished && isToken(parts.at(i))) {
            folded = true;
            if (!m_chips.contains(parts.at(i))) {
                m_chips << parts.at(i);
            }
        } else {
            words << parts.at(i);
        }
    }
    if (folded) {
        m_edit->setText(words.join(u' '));
        rebuildChips();
    }
}

void FilterBar::removeChip(const QString &chip) {
    m_chips.removeAll(chip);
    rebuildChips();
    announce();
    m_edit->setFocus();
}

void FilterBar::rebuildChips() {
    while (QLayoutItem *item = m_chipRow->takeAt(0)) {
        if (QWidget *chip = item->widget()) {
            chip->hide();
            chip->deleteLater();
        }
        delete item;
    }
    QWidget *before = m_edit->previousInFocusChain(); // wherever the window has put the bar
    for (const QString &text : m_chips) {
        QToolButton *chip = makeChip(text, this);
        connect(chip, &QToolButton::clicked, this, [this, text] { removeChip(text); });
        m_chipRow->addWidget(chip);
        setTabOrder(before, chip);
        before = chip;
    }
    setTabOrder(m_edit, m_clear);
}

void FilterBar::announce() {
    const QString now = query();
    m_clear->setVisible(!now.isEmpty());
    if (now != m_lastQuery) {
        m_lastQuery = now;
        Q_EMIT queryChanged(now);
    }
}

bool FilterBar::eventFilter(QObject *watched, QEvent *event) {
    if (watched == m_glass && event->type() == QEvent::FocusIn) {
        m_edit->setFocus(Qt::MouseFocusReason);
        return true;
    }
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            foldTokens(true);
            announce();
            return true;
        }
        if (key->key() == Qt::Key_Backspace && m_edit->text().isEmpty() && !m_chips.isEmpty()) {
            removeChip(m_chips.last());
            return true;
        }
        if (key->key() == Qt::Key_Down) {
            Q_EMIT leftDownward();
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void FilterBar::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    QStyleOptionFrame frame;
    frame.initFrom(this);
    frame.lineWidth = metric::hairline;
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &frame, &painter, this);
}

} // namespace keyturn::widgets
