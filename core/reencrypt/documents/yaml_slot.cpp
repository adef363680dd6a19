// SPDX-License-Identifier: Apache-2.0
// Where a YAML scalar ends and how another value is written in its style. yaml-cpp tells the beginning only.
#include "reencrypt/documents/yaml_text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}
bool isBreak(char c) {
    return c == '\n' || c == '\r';
}

/// Compares a value with the bytes that fold into it; answers where they end.
class Matcher {
public:
    Matcher(std::string_view text, std::size_t at, char quote)
        : m_text(text)
        , m_at(at)
        , m_quote(quote) {}

    std::optional<std::size_t> match(std::string_view value) {
        for (const char c : value) {
            if (!one(c)) {
                return std::nullopt;
            }
        }
        if (m_quote == '"') {
            skipContinuation();
        }
        return m_at;
    }

private:
    char peek(std::size_t ahead = 0) const {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }
    void skipBlanks() {
        while (isBlank(peek()) || isBreak(peek())) {
            ++m_at;
        }
    }
    void skipContinuation() {
        const bool here = peek() == '\\' && isBreak(peek(1));
        if (here) {
            ++m_at;
            skipBlanks();
        }
    }
    bool one(char c) {
        if (m_quote == '"') {
            skipContinuation();
        }
        if (c == ' ') {
            const std::size_t from = m_at;
            std::size_t ahead = 0;
            while (isBlank(peek(ahead))) {
                ++ahead;
            }
            if (isBreak(peek(ahead))) {
                skipBlanks();
                return m_at > from;
            }
        }
        if (m_quote == '\'' && c == '\'') {
            const bool doubled = peek() == '\'' && peek(1) == '\'';
            m_at += 2;
            return doubled;
        }
        if (m_quote == '"' && peek() == '\\' && (c == '\\' || c == '"' || c == '/')) {
            ++m_at;
        }
        const bool same = peek() == c && m_at < m_text.size();
        ++m_at;
        return same;
    }

    std::string_view m_text;
    std::size_t m_at;
    char m_quote;
};

Result<Slot> refused(const YamlNode &scalar) {
    return fail(ErrorCode::BadEncoding,
                "line " + std::to_string(scalar.line) +
                    ": a value in a form that cannot be replaced in place; write it on one line, then run "
                    "again");
}

/// Plain text stays plain only where it cannot be read as something else.
std::optional<std::string> asPlain(std::string_view value) {
    constexpr std::string_view unsafeFirst = "#&*!|>'\"%@`-?:= \t";
    const bool unsafe = value.empty() || unsafeFirst.find(value.front()) != std::string_view::npos ||
                        value.find_first_of(",[]{}\t\r\n") != std::string_view::npos || value.back() == ':' ||
                        value.back() == ' ' || value.find(": ") != std::string_view::npos ||
                        value.find(" #") != std::string_view::npos;
    return unsafe ? std::nullopt : std::optional(std::string(value));
}

std::optional<std::string> inSingleQuotes(std::string_view value) {
    std::string out;
    for (const char c : value) {
        out += c;
        if (c == '\'') {
            out += c;
        }
    }
    return out;
}

std::optional<std::string> inDoubleQuotes(std::string_view value) {
    // Broken lines keep their backslash and line feed; nothing that is written here holds other ones.
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool continuation = value[i] == '\\' && i + 1 < value.size() && isBreak(value[i + 1]);
        out += (value[i] == '\\' && !continuation) || value[i] == '"' ? "\\" : "";
        out += value[i];
    }
    return out;
}

bool endsPlain(std::string_view text, std::size_t at) {
    return at == text.size() || isBlank(text[at]) || isBreak(text[at]) || text[at] == ',' ||
           text[at] == ']' || text[at] == '}' || text[at] == ':';
}

Slot slotFrom(std::string_view text, std::size_t begin, std::size_t end, const std::string &value) {
    const std::string_view region = text.substr(begin, end - begin);
    const bool broken = region.find('\n') != std::string_view::npos;
    Slot slot;
    slot.offset = begin;
    slot.length = end - begin;
    slot.value = broken ? std::string(region) : value;
    return slot;
}

Result<Slot> flowSlot(std::string_view text, const YamlNode &scalar) {
    const char first = scalar.offset < text.size() ? text[scalar.offset] : '\0';
    const char quote = first == '"' || first == '\'' ? first : '\0';
    const std::size_t begin = scalar.offset + (quote ? 1 : 0);
    const auto end = Matcher(text, begin, quote).match(scalar.value);
    if (!end || *end > text.size() || (quote && text.substr(*end, 1) != std::string_view(&quote, 1)) ||
        (!quote && !endsPlain(text, *end))) {
        return refused(scalar);
    }
    Slot slot = slotFrom(text, begin, *end, scalar.value);
    const bool broken = text.substr(begin, *end - begin).find('\n') != std::string_view::npos;
    if (quote == '"') {
        slot.write = inDoubleQuotes;
    } else if (quote == '\'') {
        slot.write = inSingleQuotes;
    } else if (broken) {
        slot.write = [](std::string_view value) { return std::string(value); };
    } else {
        slot.write = asPlain;
    }
    return slot;
}

std::size_t nextLine(std::string_view text, std::size_t at) {
    const auto lineFeed = text.find('\n', at);
    return lineFeed == std::string_view::npos ? text.size() : lineFeed + 1;
}

/// The content of "|" and ">": the lines that are indented as the first of them.
Result<Slot> blockSlot(std::string_view text, const YamlNode &scalar) {
    const std::size_t begin = nextLine(text, scalar.offset);
    std::size_t indent = 0;
    while (begin + indent < text.size() && text[begin + indent] == ' ') {
        ++indent;
    }
    std::string bare;
    std::size_t end = begin;
    std::size_t line = begin;
    while (line < text.size()) {
        const std::size_t next = nextLine(text, line);
        std::string_view content = text.substr(line, next - line);
        while (!content.empty() && isBreak(content.back())) {
            content.remove_suffix(1);
        }
        const auto first = content.find_first_not_of(' ');
        if (first == std::string_view::npos || first < indent || indent == 0) {
            break;
        }
        bare += content.substr(indent);
        end = line + content.size();
        line = next;
    }
    std::string wanted;
    std::copy_if(scalar.value.begin(), scalar.value.end(), std::back_inserter(wanted),
                 [](char c) { return !isBreak(c) && c != ' '; });
    if (wanted.empty() || bare != wanted) {
        return refused(scalar);
    }
    Slot slot = slotFrom(text, begin + indent, end, wanted);
    slot.write = [](std::string_view value) { return std::string(value); };
    return slot;
}

} // namespace

Result<Slot> slotOf(std::string_view text, const YamlNode &scalar) {
    if (scalar.kind != YamlNode::Kind::Scalar || scalar.offset >= text.size()) {
        return refused(scalar);
    }
    const char first = text[scalar.offset];
    return first == '|' || first == '>' ? blockSlot(text, scalar) : flowSlot(text, scalar);
}

} // namespace keyturn::reencrypt
