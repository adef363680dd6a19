// SPDX-License-Identifier: Apache-2.0
// JsonSource: JSON text as a parser reads it, character by character. A parser keeps copies of what it has
// read (the current token, the text of its errors) in memory that nobody wipes, so the value of a secret
// member never gets there: the source diverts it into a wiping text and the parser sees "". One use, one
// thread; the text stays the caller's. No errors of its own: what it diverted is marked when it was no JSON
// string. Private to json_read.cpp.
#pragma once

#include "base/secret_text.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace keyturn::kms {

class JsonSource {
public:
    struct Diverted {
        SecretText text;        ///< without its escapes
        bool wellFormed = true; ///< false: an escape or a control character that no JSON string has
    };

    explicit JsonSource(std::string_view text)
        : m_text(text) {}

    bool atEnd() const { return m_position == m_text.size(); }
    char current() const { return m_text[m_position]; }
    std::size_t position() const { return m_position; }

    void advance() {
        const char passed = m_text[m_position++];
        if (m_secretNext) {
            afterName(passed);
        }
    }

    /// The text that comes next, if one does, is a secret.
    void divertNextText() { m_secretNext = true; }
    Diverted takeDiverted() { return std::exchange(m_diverted, Diverted()); }

private:
    void afterName(char passed);
    void divert();
    void unescape();
    char32_t unitAt(std::size_t position) const;
    char32_t unicodeEscape();
    void append(char32_t codePoint);

    std::string_view m_text;
    std::size_t m_position = 0;
    bool m_secretNext = false;
    Diverted m_diverted;
};

} // namespace keyturn::kms
