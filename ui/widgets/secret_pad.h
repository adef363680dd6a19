// SPDX-License-Identifier: Apache-2.0
// SecretPad: several lines of plaintext to type, paste, drop or open, for "Encrypt". The text lives in
// SecretBytes alone; no undo, no copy, no drag; screen readers hear its size. Tab leaves it. GUI thread.
#pragma once

#include "base/result.h"
#include "ui/widgets/secret_canvas.h"

#include <QPoint>

namespace keyturn::widgets {

inline constexpr std::size_t secretPadMaxBytes = 1024 * 1024;

class SecretPad final : public SecretCanvas {
    Q_OBJECT
public:
    explicit SecretPad(QWidget *parent = nullptr);

    bool isEmpty() const { return buffer().empty(); }
    std::size_t sizeBytes() const { return buffer().sizeBytes(); }
    bool endsWithLineBreak() const;
    void stripLineBreak();
    /// A second copy for one request; the pad keeps its text.
    SecretBytes copy() const;
    SecretBytes take();
    /// Fills the pad from a file. Errors: as the system gives them, or too large (Usage).
    Status openFile(const QString &path);
    void clearSecret() override;
    void setPlaceholderText(const QString &text);
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;

Q_SIGNALS:
    void edited();
    void inputRefused();
    void submitRequested(); ///< Ctrl+Enter
    void openFailed(const QString &reason);

protected:
    bool showsCursor() const override { return hasFocus(); }
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    void apply(EditOutcome outcome);
    bool moveByRow(const QKeyEvent &event);
    void say();
};

} // namespace keyturn::widgets
