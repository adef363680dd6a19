// SPDX-License-Identifier: Apache-2.0
// Behaviour of the field; how it looks stands in secret_edit_paint.cpp.
#include "ui/widgets/secret_edit.h"

#include "ui/theme/control_kind.h"
#include "ui/theme/icons.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/secret_edit_access.h"

#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QTimer>
#include <QToolButton>

namespace keyturn::widgets {
namespace {

constexpr quint32 lockModifier = 0x2; // Lock in X11's state mask and in xkbcommon's

} // namespace

bool capsLockIn(const QKeyEvent &event, bool before) {
    if ((event.nativeModifiers() & lockModifier) != 0) {
        return event.key() != Qt::Key_CapsLock; // that press ends it
    }
    if (event.key() == Qt::Key_CapsLock) {
        return !before;
    }
    const QString text = event.text();
    if (text.size() != 1 || !text.at(0).isLetter() || event.modifiers().testFlag(Qt::ControlModifier)) {
        return before;
    }
    const bool shift = event.modifiers().testFlag(Qt::ShiftModifier);
    return text.at(0).isUpper() ? !shift : shift && text.at(0).isLower();
}

SecretEdit::SecretEdit(QWidget *parent)
    : QWidget(parent)
    , m_editing(secretEditMaxBytes, false)
    , m_reveal(new QToolButton(this))
    , m_hideAgain(new QTimer(this)) {
    installSecretEditAccess();
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::IBeamCursor);
    setAttribute(Qt::WA_InputMethodEnabled);
    setAttribute(Qt::WA_OpaquePaintEvent, false);
    setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText |
                        Qt::ImhNoAutoUppercase);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_reveal->setObjectName(QStringLiteral("reveal"));
    m_reveal->setAutoRaise(true);
    m_reveal->setCheckable(true);
    m_reveal->setCursor(Qt::ArrowCursor);
    m_reveal->setFocusPolicy(Qt::StrongFocus);
    theme::setControlSize(*m_reveal, theme::ControlSize::Compact);
    m_hideAgain->setSingleShot(true);
    connect(m_reveal, &QToolButton::clicked, this, &SecretEdit::setRevealed);
    connect(m_hideAgain, &QTimer::timeout, this, [this] { setRevealed(false); });
    updateRevealButton();
}

SecretEdit::~SecretEdit() = default;

SecretBytes SecretEdit::copy() const {
    return SecretBytes::copyOf(m_editing.buffer().view());
}

SecretBytes SecretEdit::take() {
    SecretBytes taken = m_editing.take();
    setRevealed(false);
    apply(EditOutcome::Edited);
    return taken;
}

bool SecretEdit::equals(const SecretEdit &other) const {
    return equalConstantTime(m_editing.buffer().view(), other.m_editing.buffer().view());
}

void SecretEdit::insertText(QStringView text) {
    apply(m_editing.insert(text));
}

void SecretEdit::selectAll() {
    m_editing.selectAll();
    apply(EditOutcome::Moved);
}

void SecretEdit::clear() {
    m_editing.clear();
    setRevealed(false);
    apply(EditOutcome::Edited);
}

void SecretEdit::setPlaceholderText(const QString &text) {
    m_placeholder = text;
    update();
}

void SecretEdit::setRevealed(bool revealed) {
    if (revealed) {
        m_hideAgain->start(secretRevealedFor);
    } else {
        m_hideAgain->stop();
    }
    if (revealed == m_revealed) {
        return;
    }
    m_revealed = revealed;
    updateRevealButton();
    keepCursorVisible();
    update();
    Q_EMIT revealedChanged(revealed);
}

void SecretEdit::updateRevealButton() {
    m_reveal->setChecked(m_revealed);
    m_reveal->setIcon(theme::icon(m_revealed ? theme::Icon::Hide : theme::Icon::Reveal));
    const QString words = m_revealed ? tr("Hide what is typed") : tr("Show what is typed for 10 seconds");
    m_reveal->setToolTip(words);
    m_reveal->setAccessibleName(words);
}

void SecretEdit::apply(EditOutcome outcome) {
    if (outcome == EditOutcome::Ignored) {
        return;
    }
    keepCursorVisible();
    update();
    updateMicroFocus();
    if (outcome == EditOutcome::Refused) {
        Q_EMIT inputRefused();
    } else if (outcome == EditOutcome::Edited) {
        QAccessibleValueChangeEvent changed(this, static_cast<int>(characters()));
        QAccessible::updateAccessibility(&changed);
        Q_EMIT edited();
    }
}

void SecretEdit::paste() {
    apply(m_editing.paste(QGuiApplication::clipboard()->mimeData()));
}

void SecretEdit::watchCapsLock(const QKeyEvent &event) {
    const bool now = capsLockIn(event, m_capsLock);
    if (now != m_capsLock) {
        m_capsLock = now;
        setAccessibleDescription(now ? tr("Caps Lock is on") : QString());
        keepCursorVisible();
        update();
        Q_EMIT capsLockChanged(now);
    }
}

bool SecretEdit::event(QEvent *event) {
    if (event->type() == QEvent::ShortcutOverride && m_editing.wants(*static_cast<QKeyEvent *>(event))) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void SecretEdit::keyPressEvent(QKeyEvent *event) {
    watchCapsLock(*event);
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        Q_EMIT returnPressed();
        event->ignore(); // a dialog's default button may want it
        return;
    }
    if (event->matches(QKeySequence::Paste)) {
        paste();
        return;
    }
    const EditOutcome outcome = m_editing.key(*event);
    if (outcome == EditOutcome::Ignored) {
        event->ignore();
        return;
    }
    apply(outcome);
}

void SecretEdit::inputMethodEvent(QInputMethodEvent *event) {
    apply(m_editing.inputMethod(*event));
    event->accept();
}

QVariant SecretEdit::inputMethodQuery(Qt::InputMethodQuery query) const {
    // Never the text: an input method keeps what it is told.
    switch (query) {
    case Qt::ImEnabled:
        return isEnabled();
    case Qt::ImHints:
        return static_cast<int>(inputMethodHints());
    case Qt::ImCursorRectangle: {
        const QRect text = textRect();
        return QRect(text.left() + xOf(m_editing.cursor()) - m_scrolled, text.top(), 1, text.height());
    }
    default:
        return {};
    }
}

void SecretEdit::mousePressEvent(QMouseEvent *event) {
    if (event->button() == Qt::LeftButton) {
        const bool extend = event->modifiers().testFlag(Qt::ShiftModifier);
        m_editing.moveTo(positionAt(event->position().toPoint().x()), extend);
        apply(EditOutcome::Moved);
    }
}

void SecretEdit::mouseMoveEvent(QMouseEvent *event) {
    if (event->buttons().testFlag(Qt::LeftButton)) {
        m_editing.moveTo(positionAt(event->position().toPoint().x()), true);
        apply(EditOutcome::Moved);
    }
}

void SecretEdit::contextMenuEvent(QContextMenuEvent *event) {
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *pasteAct = menu->addAction(tr("Paste"));
    connect(pasteAct, &QAction::triggered, this, &SecretEdit::paste);
    QAction *selectAct = menu->addAction(tr("Select all"));
    selectAct->setEnabled(!isEmpty());
    connect(selectAct, &QAction::triggered, this, &SecretEdit::selectAll);
    QAction *clearAct = menu->addAction(tr("Clear"));
    clearAct->setEnabled(!isEmpty());
    connect(clearAct, &QAction::triggered, this, &SecretEdit::clear);
    menu->popup(event->globalPos());
}

void SecretEdit::focusInEvent(QFocusEvent *event) {
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason) {
        m_editing.selectAll();
    }
    update();
}

void SecretEdit::focusOutEvent(QFocusEvent *event) {
    const bool away = event->reason() == Qt::ActiveWindowFocusReason;
    if (away) {
        setRevealed(false);
    }
    update();
}

void SecretEdit::changeEvent(QEvent *event) {
    if (event->type() == QEvent::EnabledChange) {
        setRevealed(false);
    }
    QWidget::changeEvent(event);
}

void SecretEdit::resizeEvent(QResizeEvent *) {
    const QSize button = m_reveal->sizeHint();
    m_reveal->setGeometry(width() - button.width() - 2, (height() - button.height()) / 2, button.width(),
                          button.height());
    keepCursorVisible();
}

} // namespace keyturn::widgets
