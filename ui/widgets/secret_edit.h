// SPDX-License-Identifier: Apache-2.0
// SecretEdit: the field for a passphrase or a secret key. Its text lives in SecretBytes alone: no QString
// holds more than one character of it, there is no undo, no copy and no drag, and screen readers hear the
// number of characters. It can be revealed for a time, hints at Caps Lock, and is wiped by clear() and by
// lock. GUI thread. take() hands the text over; the field is empty then. What Qt and the display server
// keep of single key events cannot be wiped: SECURITY.md says so.
#pragma once

#include "base/secret_bytes.h"
#include "ui/widgets/secret_editing.h"

#include <QWidget>

#include <chrono>

class QTimer;
class QToolButton;

namespace keyturn::widgets {

inline constexpr std::size_t secretEditMaxBytes = 1024;
inline constexpr std::chrono::seconds secretRevealedFor{10};

class SecretEdit final : public QWidget {
    Q_OBJECT
public:
    explicit SecretEdit(QWidget *parent = nullptr);
    ~SecretEdit() override;

    bool isEmpty() const { return m_editing.buffer().empty(); }
    std::size_t sizeBytes() const { return m_editing.buffer().sizeBytes(); }
    std::size_t characters() const { return m_editing.buffer().characters(); }
    /// Hands the text over as UTF-8; the field is empty afterwards.
    SecretBytes take();
    /// A second copy for one request; the field keeps its text.
    SecretBytes copy() const;
    /// Equal text, compared in constant time: for "type it again".
    bool equals(const SecretEdit &other) const;
    /// Writes into the field as if it were pasted (assistive technology does).
    void insertText(QStringView text);
    void selectAll();

    void setPlaceholderText(const QString &text);
    bool isRevealed() const { return m_revealed; }
    bool capsLockSeen() const { return m_capsLock; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;

public Q_SLOTS:
    void clear();
    void setRevealed(bool revealed);

Q_SIGNALS:
    void edited();
    void returnPressed();
    void inputRefused(); ///< too long, or control characters were pasted
    void revealedChanged(bool revealed);
    void capsLockChanged(bool on);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    friend class SecretEditAccess;

    void apply(EditOutcome outcome);
    void paste();
    void watchCapsLock(const QKeyEvent &event);
    void updateRevealButton();
    QRect textRect() const;
    int advanceOf(std::size_t at) const;
    int xOf(std::size_t position) const;
    std::size_t positionAt(int x) const;
    void keepCursorVisible();
    void paintText(QPainter &painter, const QRect &area) const;
    void paintHint(QPainter &painter) const;

    SecretEditing m_editing;
    QToolButton *m_reveal;
    QTimer *m_hideAgain;
    QString m_placeholder;
    int m_scrolled = 0; ///< pixels of the text left of the field
    bool m_revealed = false;
    bool m_capsLock = false;
};

/// Caps Lock as far as a key event tells: the lock modifier of X11 and Wayland, else letter against shift.
bool capsLockIn(const QKeyEvent &event, bool before);

} // namespace keyturn::widgets
