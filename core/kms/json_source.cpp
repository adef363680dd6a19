// SPDX-License-Identifier: Apache-2.0
#include "kms/json_source.h"

#include "base/encoding.h"

namespace keyturn::kms {
namespace {

constexpr char32_t noCodePoint = 0x110000;
/// Stands for what no JSON string has: base64 has no backslash, so decoding stops there.
constexpr char malformed = '\\';

/// What a one-letter escape stands for; 0 for a letter that makes none.
char shortEscape(char letter) {
    switch (letter) {
    case '"':
    case '\\':
    case '/':
        return letter;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return 0;
    }
}

bool isHighSurrogate(char32_t unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}
bool isLowSurrogate(char32_t unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

} // namespace

void JsonSource::afterName(char passed) {
    if (passed == '"') {
        divert();
        m_secretNext = false;
    } else if (passed != ':' && passed != ' ' && passed != '\t' && passed != '\n' && passed != '\r') {
        m_secretNext = false; // no text: the filler refuses it
    }
}

/// Leaves the position at the closing quote.
void JsonSource::divert() {
    m_diverted = {SecretText(m_text.size() - m_position)};
    while (!atEnd() && current() != '"') {
        if (current() == '\\') {
            unescape();
            continue;
        }
        m_diverted.wellFormed = m_diverted.wellFormed && static_cast<unsigned char>(current()) >= 0x20;
        m_diverted.text.append(m_text[m_position++]);
    }
}

void JsonSource::unescape() {
    const std::string_view rest = m_text.substr(m_position);
    const char letter = rest.size() >= 2 ? rest[1] : '\0';
    if (letter == 'u') {
        return append(unicodeEscape());
    }
    m_position += rest.size() >= 2 ? 2 : 1;
    const char meant = shortEscape(letter);
    append(meant == 0 ? noCodePoint : static_cast<char32_t>(meant));
}

/// The unit that "\u00e9" at that place stands for; noCodePoint where there is no such escape.
char32_t JsonSource::unitAt(std::size_t position) const {
    const std::string_view escape = m_text.substr(position, 6);
    const auto bytes = escape.starts_with("\\u") ? fromHex(escape.substr(2)) : Bytes();
    return bytes && bytes->size() == 2 ? static_cast<char32_t>((*bytes)[0] << 8U | (*bytes)[1]) : noCodePoint;
}

/// "\u00e9", or two of them for a character beyond the first 65,536.
char32_t JsonSource::unicodeEscape() {
    constexpr std::size_t length = 6;
    const char32_t first = unitAt(m_position);
    if (first == noCodePoint) {
        m_position += 2;
        return noCodePoint;
    }
    m_position += length;
    if (!isHighSurrogate(first)) {
        return isLowSurrogate(first) ? noCodePoint : first;
    }
    const char32_t second = unitAt(m_position);
    if (!isLowSurrogate(second)) {
        return noCodePoint;
    }
    m_position += length;
    return 0x10000 + ((first - 0xd800) << 10U) + (second - 0xdc00);
}

void JsonSource::append(char32_t codePoint) {
    SecretText &text = m_diverted.text;
    const auto tail = [&](unsigned shift) {
        text.append(static_cast<char>(0x80U | (codePoint >> shift & 0x3fU)));
    };
    if (codePoint == noCodePoint) {
        m_diverted.wellFormed = false;
        text.append(malformed);
    } else if (codePoint < 0x80) {
        text.append(static_cast<char>(codePoint));
    } else if (codePoint < 0x800) {
        text.append(static_cast<char>(0xc0U | codePoint >> 6U));
        tail(0);
    } else if (codePoint < 0x10000) {
        text.append(static_cast<char>(0xe0U | codePoint >> 12U));
        tail(6);
        tail(0);
    } else {
        text.append(static_cast<char>(0xf0U | codePoint >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

} // namespace keyturn::kms
