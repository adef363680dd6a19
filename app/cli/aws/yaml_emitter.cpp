// SPDX-License-Identifier: Apache-2.0
#include "aws/yaml_emitter.h"

#include <cstdint>
#include <cstdio>

namespace keyturn::cli::aws {
namespace {

constexpr int bestWidth = 80;
constexpr std::size_t longestSimpleKey = 128;

/// The bytes of the character at `at` of well-formed UTF-8.
std::string_view characterAt(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return {};
    }
    const auto first = static_cast<unsigned char>(text[at]);
    return text.substr(at, first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
}

bool isBreak(std::string_view character) {
    return character == "\n" || character == "\r" || character == "\xc2\x85" || character == "\xe2\x80\xa8" ||
           character == "\xe2\x80\xa9";
}

/// White space, or the end.
bool isBlank(std::string_view character) {
    return character.empty() || character[0] == '\0' || character == " " || character == "\t" ||
           isBreak(character);
}

std::uint32_t codePoint(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    std::uint32_t code = character.size() == 1 ? first : first & (0xffU >> (character.size() + 1));
    for (const char c : character.substr(1)) {
        code = code << 6 | (static_cast<unsigned char>(c) & 0x3f);
    }
    return code;
}

/// What libyaml writes as it is. Nothing beyond the basic plane, and no byte order mark.
bool isPrintable(std::string_view character) {
    const std::uint32_t code = codePoint(character);
    return code == 0x0a || (code >= 0x20 && code <= 0x7e) ||
           (code >= 0xa0 && code < 0xfffe && code != 0xfeff);
}

bool isOneOf(std::string_view character, std::string_view set) {
    return character.size() == 1 && set.find(character[0]) != std::string_view::npos;
}

/// Which characters of a text say that it is none when it stands without quotes.
class Analysis {
public:
    explicit Analysis(std::string_view text) {
        m_indicators = text.starts_with("---") || text.starts_with("...");
        bool afterBlank = true;
        for (std::size_t at = 0; at < text.size();) {
            const std::string_view character = characterAt(text, at);
            const std::string_view next = characterAt(text, at + character.size());
            lookAt(character, at == 0, next.empty(), afterBlank, isBlank(next));
            afterBlank = isBlank(character);
            at += character.size();
        }
    }

    bool isMultiline() const { return m_breaks; }
    bool mayBePlain() const {
        return !m_edges && !m_breakSpace && !m_spaceBreak && !m_special && !m_breaks && !m_indicators;
    }
    bool mayBeSingleQuoted() const { return !m_breakSpace && !m_spaceBreak && !m_special; }

private:
    void lookAt(std::string_view character, bool first, bool last, bool afterBlank, bool beforeBlank) {
        const bool always = first && isOneOf(character, "#,[]{}&*!|>'\"%@`");
        const bool spaced = isOneOf(character, first ? "?:-" : ":") && beforeBlank;
        const bool comment = !first && character == "#" && afterBlank;
        m_indicators = m_indicators || always || spaced || comment;
        m_special = m_special || !isPrintable(character);
        const bool space = character == " ";
        const bool lineBreak = isBreak(character);
        m_breaks = m_breaks || lineBreak;
        m_edges = m_edges || ((space || lineBreak) && (first || last));
        m_breakSpace = m_breakSpace || (space && m_previousBreak);
        m_spaceBreak = m_spaceBreak || (lineBreak && m_previousSpace);
        m_previousSpace = space;
        m_previousBreak = lineBreak;
    }

    bool m_indicators = false;
    bool m_special = false;
    bool m_breaks = false;
    bool m_edges = false; ///< white space at an end
    bool m_breakSpace = false;
    bool m_spaceBreak = false;
    bool m_previousSpace = false;
    bool m_previousBreak = false;
};

} // namespace

bool YamlEmitter::isSimpleKey(std::string_view text) {
    return text.size() <= longestSimpleKey && !Analysis(text).isMultiline();
}

void YamlEmitter::put(std::string_view character) {
    m_out.append(character);
    ++m_column;
}

void YamlEmitter::lineBreak(std::string_view character) {
    m_out.append(character);
    m_column = 0;
}

bool YamlEmitter::isTooFar() const {
    return m_mayBreak && m_column > bestWidth;
}

void YamlEmitter::newLine(int indent) {
    if (!m_indention || m_column > indent || (m_column == indent && !m_whitespace)) {
        lineBreak("\n");
    }
    while (m_column < indent) {
        put(" ");
    }
    m_whitespace = true;
    m_indention = true;
}

void YamlEmitter::indicator(std::string_view text, bool needsSpace, bool isSpace, bool isIndention) {
    if (needsSpace && !m_whitespace) {
        put(" ");
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        put(text.substr(at, 1));
    }
    m_whitespace = isSpace;
    m_indention = m_indention && isIndention;
}

void YamlEmitter::scalar(std::string_view text, bool plainReads, Place place, int indent) {
    const bool key = place == Place::SimpleKey;
    const Analysis analysis(text);
    m_mayBreak = !key;
    m_indent = indent;
    const bool quoted = !plainReads || !analysis.mayBePlain() || (text.empty() && key);
    if ((key && analysis.isMultiline()) || (quoted && !analysis.mayBeSingleQuoted())) {
        doubleQuoted(text);
    } else if (quoted) {
        singleQuoted(text);
    } else {
        plain(text);
    }
    m_whitespace = false;
    m_indention = false;
}

void YamlEmitter::plain(std::string_view text) {
    if (!m_whitespace && !text.empty()) {
        put(" ");
    }
    bool afterSpace = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view character = characterAt(text, at);
        const bool space = character == " ";
        at += character.size();
        if (space && !afterSpace && isTooFar() && characterAt(text, at) != " ") {
            newLine(m_indent);
        } else {
            put(character);
            m_indention = space && m_indention;
        }
        afterSpace = space;
    }
}

void YamlEmitter::singleQuoted(std::string_view text) {
    indicator("'", true, false, false);
    bool afterSpace = false;
    bool afterBreak = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view character = characterAt(text, at);
        const bool first = at == 0;
        at += character.size();
        if (character == " ") {
            if (!afterSpace && isTooFar() && !first && at != text.size() && characterAt(text, at) != " ") {
                newLine(m_indent);
            } else {
                put(character);
            }
            afterSpace = true;
        } else if (isBreak(character)) {
            if (!afterBreak && character == "\n") {
                lineBreak("\n");
            }
            lineBreak(character);
            m_indention = true;
            afterBreak = true;
        } else {
            if (afterBreak) {
                newLine(m_indent);
            }
            put(character);
            if (character == "'") {
                put("'");
            }
            m_indention = false;
            afterSpace = false;
            afterBreak = false;
        }
    }
    if (afterBreak) {
        newLine(m_indent);
    }
    indicator("'", false, false, false);
}

void YamlEmitter::escape(std::string_view character) {
    constexpr std::string_view plainCodes("\0\a\b\t\n\v\f\r\x1b\"\\", 11);
    constexpr std::string_view names = "0abtnvfre\"\\";
    const std::uint32_t code = codePoint(character);
    char text[12];
    int length = 0;
    if (code < 0x80 && plainCodes.find(static_cast<char>(code)) != std::string_view::npos) {
        length = std::snprintf(text, sizeof text, "\\%c", names[plainCodes.find(static_cast<char>(code))]);
    } else if (code == 0x85 || code == 0xa0 || code == 0x2028 || code == 0x2029) {
        length = std::snprintf(text, sizeof text, "\\%c",
                               code == 0x85     ? 'N'
                               : code == 0xa0   ? '_'
                               : code == 0x2028 ? 'L'
                                                : 'P');
    } else if (code <= 0xff) {
        length = std::snprintf(text, sizeof text, "\\x%02X", static_cast<unsigned>(code));
    } else if (code <= 0xffff) {
        length = std::snprintf(text, sizeof text, "\\u%04X", static_cast<unsigned>(code));
    } else {
        length = std::snprintf(text, sizeof text, "\\U%08X", static_cast<unsigned>(code));
    }
    for (int i = 0; i < length; ++i) {
        put({text + i, 1});
    }
}

void YamlEmitter::doubleQuoted(std::string_view text) {
    indicator("\"", true, false, false);
    bool afterSpace = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view character = characterAt(text, at);
        const bool first = at == 0;
        at += character.size();
        if (!isPrintable(character) || isBreak(character) || isOneOf(character, "\"\\")) {
            escape(character);
            afterSpace = false;
        } else if (character == " ") {
            if (!afterSpace && isTooFar() && !first && at != text.size()) {
                newLine(m_indent);
                if (characterAt(text, at) == " ") {
                    put("\\");
                }
            } else {
                put(character);
            }
            afterSpace = true;
        } else {
            put(character);
            afterSpace = false;
        }
    }
    indicator("\"", false, false, false);
}

} // namespace keyturn::cli::aws
