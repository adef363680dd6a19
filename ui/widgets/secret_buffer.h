// SPDX-License-Identifier: Apache-2.0
// SecretBuffer: UTF-8 text that a person edits and that must not be seen: it lives in SecretBytes only,
// is wiped as it grows, shrinks and dies, and keeps no history. Positions are byte offsets on character
// boundaries. GUI thread; owned by the field that shows it. No errors: bytes that are no UTF-8 count as
// one character each.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"

#include <QString>
#include <QStringView>

#include <cstddef>

namespace keyturn::widgets {

class SecretBuffer {
public:
    ByteView view() const { return m_bytes.view().first(m_size); }
    std::size_t sizeBytes() const { return m_size; }
    bool empty() const { return m_size == 0; }

    void insert(std::size_t at, ByteView utf8);
    void erase(std::size_t from, std::size_t to);
    void assign(ByteView utf8);
    void clear();
    /// Gives the text away; the buffer is empty afterwards.
    SecretBytes take();

    /// The boundary after or before the character at a position, marks that combine with it included.
    std::size_t next(std::size_t at) const;
    std::size_t previous(std::size_t at) const;
    /// Characters from the start to a position.
    std::size_t charactersBefore(std::size_t position) const;
    std::size_t characters() const { return charactersBefore(m_size); }
    /// One character, to paint it. Never more than one at a time: see SECURITY.md.
    QString characterAt(std::size_t at) const;

private:
    SecretBytes m_bytes; ///< capacity; the first m_size bytes are the text
    std::size_t m_size = 0;
};

/// The UTF-8 of a piece of UTF-16 text, lone surrogates left out.
SecretBytes secretUtf8(QStringView text);
/// Overwrites a string that nobody else shares; shared and literal text is left alone.
void wipeOwned(const QString &text);

} // namespace keyturn::widgets
