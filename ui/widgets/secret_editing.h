// SPDX-License-Identifier: Apache-2.0
// SecretEditing: cursor, selection and the keys of a field whose text is a SecretBuffer. No undo, no copy,
// no cut, no drag: what is typed can only be replaced, cleared or taken. Not a widget; GUI thread; owned by
// the field. Refused input is an outcome, not an error.
#pragma once

#include "ui/widgets/secret_buffer.h"

#include <algorithm>
#include <cstdint>

class QInputMethodEvent;
class QKeyEvent;
class QMimeData;

namespace keyturn::widgets {

enum class EditOutcome : std::uint8_t {
    Ignored, ///< not for us
    Moved,   ///< cursor or selection changed
    Edited,
    Refused, ///< too long, or characters that have no place here
};

class SecretEditing {
public:
    SecretEditing(std::size_t maxBytes, bool multiLine)
        : m_maxBytes(maxBytes)
        , m_multiLine(multiLine) {}

    SecretBuffer &buffer() { return m_buffer; }
    const SecretBuffer &buffer() const { return m_buffer; }
    std::size_t cursor() const { return m_cursor; }
    std::size_t selectionStart() const { return std::min(m_cursor, m_anchor); }
    std::size_t selectionEnd() const { return std::max(m_cursor, m_anchor); }
    bool hasSelection() const { return m_cursor != m_anchor; }

    EditOutcome key(const QKeyEvent &event);
    EditOutcome inputMethod(const QInputMethodEvent &event);
    EditOutcome paste(const QMimeData *data);
    EditOutcome insert(QStringView text);
    void moveTo(std::size_t position, bool select);
    void selectAll();
    void clear();
    SecretBytes take();
    /// True for keys that the field wants before any shortcut sees them.
    bool wants(const QKeyEvent &event) const;

private:
    EditOutcome insertBytes(ByteView utf8);
    EditOutcome move(const QKeyEvent &event);
    EditOutcome erase(const QKeyEvent &event);
    EditOutcome eraseSelectionOr(std::size_t from, std::size_t to);

    SecretBuffer m_buffer;
    std::size_t m_cursor = 0;
    std::size_t m_anchor = 0;
    std::size_t m_maxBytes;
    bool m_multiLine;
};

} // namespace keyturn::widgets
