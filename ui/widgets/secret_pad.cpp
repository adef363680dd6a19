// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_pad.h"

#include <QAccessible>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFile>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMimeData>
#include <QUrl>

namespace keyturn::widgets {

SecretPad::SecretPad(QWidget *parent)
    : SecretCanvas(secretPadMaxBytes, parent) {
    setAcceptDrops(true);
    setAttribute(Qt::WA_InputMethodEnabled);
    setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase |
                        Qt::ImhMultiLine);
    viewport()->setCursor(Qt::IBeamCursor);
    say();
}

void SecretPad::setPlaceholderText(const QString &text) {
    setNote(text);
}

bool SecretPad::endsWithLineBreak() const {
    return !isEmpty() && buffer().view().back() == '\n';
}

void SecretPad::stripLineBreak() {
    while (!isEmpty() && (buffer().view().back() == '\n' || buffer().view().back() == '\r')) {
        editing().buffer().erase(sizeBytes() - 1, sizeBytes());
    }
    editing().moveTo(sizeBytes(), false);
    apply(EditOutcome::Edited);
}

SecretBytes SecretPad::copy() const {
    return SecretBytes::copyOf(buffer().view());
}

SecretBytes SecretPad::take() {
    SecretBytes taken = editing().take();
    apply(EditOutcome::Edited);
    return taken;
}

void SecretPad::clearSecret() {
    SecretCanvas::clearSecret();
    apply(EditOutcome::Edited);
}

Status SecretPad::openFile(const QString &path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return fail(ErrorCode::FileNotFound, "the file cannot be opened for reading", ErrorOrigin::System);
    }
    const qint64 size = file.size();
    if (size > static_cast<qint64>(secretPadMaxBytes)) {
        return fail(ErrorCode::Usage, "the file is larger than 1 MiB");
    }
    // Straight into the secure heap: QFile without its buffer keeps no copy.
    SecretBytes bytes(static_cast<std::size_t>(size));
    qint64 done = 0;
    while (done < size) {
        const qint64 got = file.read(reinterpret_cast<char *>(bytes.data()) + done, size - done);
        if (got <= 0) {
            return fail(ErrorCode::IoFailed, "the file could not be read to its end", ErrorOrigin::System);
        }
        done += got;
    }
    setSecret(bytes.view());
    apply(EditOutcome::Edited);
    return {};
}

void SecretPad::apply(EditOutcome outcome) {
    if (outcome == EditOutcome::Ignored) {
        return;
    }
    if (outcome == EditOutcome::Edited) {
        relayout();
        say();
    }
    keepCursorVisible();
    viewport()->update();
    if (outcome == EditOutcome::Edited) {
        Q_EMIT edited();
    } else if (outcome == EditOutcome::Refused) {
        Q_EMIT inputRefused();
    }
}

void SecretPad::say() {
    setAccessibleDescription(isEmpty() ? tr("Empty") : tr("%1 bytes, kept secret").arg(sizeBytes()));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

bool SecretPad::event(QEvent *event) {
    if (event->type() == QEvent::ShortcutOverride && editing().wants(*static_cast<QKeyEvent *>(event))) {
        event->accept();
        return true;
    }
    return SecretCanvas::event(event);
}

bool SecretPad::moveByRow(const QKeyEvent &event) {
    const int step = event.key() == Qt::Key_Up ? -1 : event.key() == Qt::Key_Down ? 1 : 0;
    if (step == 0) {
        return false;
    }
    const QFontMetrics metrics(font());
    const QPoint here = inputMethodQuery(Qt::ImCursorRectangle).toRect().center();
    const QPoint there(here.x(), here.y() + step * (metrics.height() + 2));
    editing().moveTo(positionAt(there), event.modifiers().testFlag(Qt::ShiftModifier));
    apply(EditOutcome::Moved);
    return true;
}

void SecretPad::keyPressEvent(QKeyEvent *event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers().testFlag(Qt::ControlModifier)) {
        Q_EMIT submitRequested();
        return;
    }
    if (event->matches(QKeySequence::Paste)) {
        apply(editing().paste(QGuiApplication::clipboard()->mimeData()));
        return;
    }
    if (moveByRow(*event)) {
        return;
    }
    const EditOutcome outcome = editing().key(*event);
    if (outcome == EditOutcome::Ignored) {
        event->ignore();
        return;
    }
    apply(outcome);
}

void SecretPad::inputMethodEvent(QInputMethodEvent *event) {
    apply(editing().inputMethod(*event));
    event->accept();
}

QVariant SecretPad::inputMethodQuery(Qt::InputMethodQuery query) const {
    switch (query) {
    case Qt::ImEnabled:
        return isEnabled();
    case Qt::ImHints:
        return static_cast<int>(inputMethodHints());
    case Qt::ImCursorRectangle:
        return cursorRectangle();
    default:
        return {};
    }
}

void SecretPad::mousePressEvent(QMouseEvent *event) {
    editing().moveTo(positionAt(event->position().toPoint()), event->modifiers().testFlag(Qt::ShiftModifier));
    apply(EditOutcome::Moved);
}

void SecretPad::mouseMoveEvent(QMouseEvent *event) {
    if (event->buttons().testFlag(Qt::LeftButton)) {
        editing().moveTo(positionAt(event->position().toPoint()), true);
        apply(EditOutcome::Moved);
    }
}

void SecretPad::focusInEvent(QFocusEvent *event) {
    SecretCanvas::focusInEvent(event);
    viewport()->update();
}

void SecretPad::focusOutEvent(QFocusEvent *event) {
    SecretCanvas::focusOutEvent(event);
    viewport()->update();
}

void SecretPad::dragEnterEvent(QDragEnterEvent *event) {
    if (event->mimeData()->hasText() || event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void SecretPad::dragMoveEvent(QDragMoveEvent *event) {
    event->acceptProposedAction();
}

void SecretPad::dropEvent(QDropEvent *event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty()) {
        apply(editing().paste(event->mimeData()));
    } else if (const Status opened = openFile(urls.first().toLocalFile()); !opened) {
        Q_EMIT openFailed(QString::fromStdString(opened.error().detail));
    }
    event->acceptProposedAction();
}

bool SecretPad::focusNextPrevChild(bool next) {
    return QWidget::focusNextPrevChild(next); // Tab leaves: it is no character here
}

} // namespace keyturn::widgets
