// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_editing.h"

#include <QByteArray>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QMimeData>

namespace keyturn::widgets {
namespace {

constexpr std::uint8_t lineFeed = '\n';
constexpr std::uint8_t carriageReturn = '\r';
constexpr std::uint8_t firstPrintable = 0x20;
constexpr std::uint8_t deleteCharacter = 0x7F;

bool isText(const QKeyEvent &event) {
    const QString text = event.text();
    if (text.isEmpty() || !(text.at(0).isPrint() || text.at(0).isSurrogate() || text.at(0).isMark())) {
        return false;
    }
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const bool altGr = modifiers.testFlag(Qt::ControlModifier) && modifiers.testFlag(Qt::AltModifier);
    return altGr || !(modifiers & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
}

ByteView withoutLastLineBreak(ByteView text) {
    if (!text.empty() && text.back() == lineFeed) {
        text = text.first(text.size() - 1);
    }
    if (!text.empty() && text.back() == carriageReturn) {
        text = text.first(text.size() - 1);
    }
    return text;
}

} // namespace

bool SecretEditing::wants(const QKeyEvent &event) const {
    return isText(event) || event.matches(QKeySequence::Paste) || event.matches(QKeySequence::SelectAll) ||
           event.matches(QKeySequence::Delete) || event.matches(QKeySequence::Undo) ||
           event.matches(QKeySequence::Copy) || event.matches(QKeySequence::Cut) ||
           event.key() == Qt::Key_Home || event.key() == Qt::Key_End;
}

EditOutcome SecretEditing::key(const QKeyEvent &event) {
    if (event.matches(QKeySequence::SelectAll)) {
        selectAll();
        return EditOutcome::Moved;
    }
    if (event.matches(QKeySequence::Copy) || event.matches(QKeySequence::Cut) ||
        event.matches(QKeySequence::Undo) || event.matches(QKeySequence::Redo)) {
        return EditOutcome::Refused;
    }
    if (isText(event)) {
        const QString text = event.text();
        return insert(text);
    }
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    if (enter && m_multiLine && !(event.modifiers() & Qt::ControlModifier)) {
        return insertBytes(ByteView(&lineFeed, 1));
    }
    const EditOutcome erased = erase(event);
    return erased != EditOutcome::Ignored ? erased : move(event);
}

EditOutcome SecretEditing::erase(const QKeyEvent &event) {
    const bool all = event.modifiers().testFlag(Qt::ControlModifier);
    if (event.key() == Qt::Key_Backspace) {
        return eraseSelectionOr(all ? 0 : m_buffer.previous(m_cursor), m_cursor);
    }
    if (event.key() == Qt::Key_Delete) {
        return eraseSelectionOr(m_cursor, all ? m_buffer.sizeBytes() : m_buffer.next(m_cursor));
    }
    return EditOutcome::Ignored;
}

EditOutcome SecretEditing::eraseSelectionOr(std::size_t from, std::size_t to) {
    if (hasSelection()) {
        from = selectionStart();
        to = selectionEnd();
    }
    if (from == to) {
        return EditOutcome::Moved;
    }
    m_buffer.erase(from, to);
    moveTo(from, false);
    return EditOutcome::Edited;
}

EditOutcome SecretEditing::move(const QKeyEvent &event) {
    const bool select = event.modifiers().testFlag(Qt::ShiftModifier);
    const bool far = event.modifiers().testFlag(Qt::ControlModifier);
    switch (event.key()) {
    case Qt::Key_Left:
        moveTo(far ? 0 : m_buffer.previous(m_cursor), select);
        return EditOutcome::Moved;
    case Qt::Key_Right:
        moveTo(far ? m_buffer.sizeBytes() : m_buffer.next(m_cursor), select);
        return EditOutcome::Moved;
    case Qt::Key_Home:
        moveTo(0, select);
        return EditOutcome::Moved;
    case Qt::Key_End:
        moveTo(m_buffer.sizeBytes(), select);
        return EditOutcome::Moved;
    default:
        return EditOutcome::Ignored;
    }
}

EditOutcome SecretEditing::inputMethod(const QInputMethodEvent &event) {
    const QString &committed = event.commitString();
    if (committed.isEmpty()) {
        return EditOutcome::Ignored;
    }
    const EditOutcome outcome = insert(committed);
    wipeOwned(committed);
    return outcome;
}

EditOutcome SecretEditing::paste(const QMimeData *data) {
    if (data == nullptr || !data->hasText()) {
        return EditOutcome::Ignored;
    }
    // One copy that is ours is made, used and wiped; the clipboard's own belongs to its owner.
    QString text = data->text();
    const SecretBytes utf8 = secretUtf8(text);
    wipeOwned(text);
    return insertBytes(m_multiLine ? utf8.view() : withoutLastLineBreak(utf8.view()));
}

EditOutcome SecretEditing::insert(QStringView text) {
    const SecretBytes utf8 = secretUtf8(text);
    return insertBytes(utf8.view());
}

EditOutcome SecretEditing::insertBytes(ByteView utf8) {
    const std::size_t replaced = selectionEnd() - selectionStart();
    if (m_buffer.sizeBytes() - replaced + utf8.size() > m_maxBytes) {
        return EditOutcome::Refused;
    }
    for (const std::uint8_t byte : utf8) {
        const bool control = byte < firstPrintable || byte == deleteCharacter;
        const bool line = byte == lineFeed || byte == carriageReturn || byte == '\t';
        if (control && !(m_multiLine && line)) {
            return EditOutcome::Refused;
        }
    }
    const std::size_t at = selectionStart();
    m_buffer.erase(at, selectionEnd());
    m_buffer.insert(at, utf8);
    moveTo(at + utf8.size(), false);
    return EditOutcome::Edited;
}

void SecretEditing::moveTo(std::size_t position, bool select) {
    m_cursor = std::min(position, m_buffer.sizeBytes());
    if (!select) {
        m_anchor = m_cursor;
    }
}

void SecretEditing::selectAll() {
    m_anchor = 0;
    m_cursor = m_buffer.sizeBytes();
}

void SecretEditing::clear() {
    m_buffer.clear();
    m_cursor = 0;
    m_anchor = 0;
}

SecretBytes SecretEditing::take() {
    m_cursor = 0;
    m_anchor = 0;
    return m_buffer.take();
}

} // namespace keyturn::widgets
