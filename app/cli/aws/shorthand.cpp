// SPDX-License-Identifier: Apache-2.0
#include "aws/shorthand.h"

#include "aws/jmespath/lexer.h"

#include <algorithm>
#include <optional>

namespace keyturn::cli::aws {
namespace {

using jmespath::decodeUtf8;
using jmespath::encodeUtf8;

constexpr char32_t endOfText = 0xffffffff;
constexpr int depthMax = 100;

bool isBlank(char32_t c) { // string.whitespace
    return c == U' ' || (c >= U'\t' && c <= U'\r');
}
bool isKeyCharacter(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9') ||
           std::u32string_view(U"-_.#/:").find(c) != std::u32string_view::npos;
}
/// The first character of an unquoted value.
bool startsWord(char32_t c) {
    return c == U'!' || (c >= U'#' && c <= U'&') || (c >= U'(' && c <= U'+') || (c >= U'-' && c <= U'<') ||
           (c >= U'>' && c <= U'Z') || (c >= U'\\' && c <= U'z') || (c >= U'|' && c <= 0xffff);
}
/// A later character of the first value behind '='.
bool followsInFirst(char32_t c) {
    return isBlank(c) || c == U'!' || (c >= U'#' && c <= U'&') || (c >= U'(' && c <= U'+') ||
           (c >= U'-' && c <= U'\\') || (c >= U'^' && c <= U'|') || (c >= U'~' && c <= 0xffff);
}
/// A later character of a further value of a list; '=' would make it a key.
bool followsInSecond(char32_t c) {
    return isBlank(c) || c == U'!' || (c >= U'#' && c <= U'&') || (c >= U'(' && c <= U'+') ||
           (c >= U'-' && c <= U'<') || (c >= U'>' && c <= 0xffff);
}

struct ShorthandFault {
    std::string message;
    bool isSyntax = true; ///< false: a repeated key, which no backtracking mends
};

class Parser {
public:
    explicit Parser(std::string_view text)
        : m_text(decodeUtf8(text)) {}

    Value parse() {
        Value::Map members;
        auto [key, value] = keyValue();
        set(members, key, std::move(value));
        std::size_t last = m_at;
        while (m_at < m_text.size()) {
            expect(U',', true);
            auto [nextKey, nextValue] = keyValue();
            const bool known =
                std::any_of(members.begin(), members.end(),
                            [&, &name = nextKey](const auto &member) { return member.first == name; });
            if (known) {
                throw ShorthandFault{
                    "Second instance of key \"" + nextKey + "\" encountered for input:\n" +
                        location(last + 1) +
                        "\nThis is often because there is a preceding \",\" instead of a space.",
                    false};
            }
            set(members, nextKey, std::move(nextValue));
            last = m_at;
        }
        return Value::map(std::move(members));
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char32_t current() const { return atEnd() ? endOfText : m_text[m_at]; }
    void skipBlanks() {
        while (!atEnd() && isBlank(current())) {
            ++m_at;
        }
    }

    /// The input with a caret below the position, also in the middle of several lines.
    std::string location(std::size_t position) const {
        const std::u32string_view text(m_text);
        std::u32string_view consumed = text;
        std::u32string_view remaining;
        std::size_t spaces = position;
        const std::size_t bounded = std::min(position, text.size());
        if (const auto newline = text.substr(0, bounded).rfind(U'\n'); newline != std::u32string_view::npos) {
            spaces = position - newline - 1;
        }
        if (const auto newline = text.find(U'\n', bounded); newline != std::u32string_view::npos) {
            consumed = text.substr(0, newline);
            remaining = text.substr(newline);
        }
        return encodeUtf8(consumed) + "\n" + std::string(spaces, ' ') + "^" + encodeUtf8(remaining);
    }

    [[noreturn]] void syntaxFault(const std::string &expected, const std::string &received) const {
        throw ShorthandFault{"Expected: '" + expected + "', received: '" + received + "' for input:\n" +
                             location(m_at)};
    }
    void expect(char32_t character, bool blanksAround = false) {
        if (blanksAround) {
            skipBlanks();
        }
        if (current() != character) {
            syntaxFault(encodeUtf8(std::u32string(1, character)),
                        atEnd() ? "EOF" : encodeUtf8(std::u32string(1, current())));
        }
        ++m_at;
        if (blanksAround) {
            skipBlanks();
        }
    }

    std::string key() {
        const std::size_t start = m_at;
        while (!atEnd() && isKeyCharacter(current())) {
            ++m_at;
        }
        return encodeUtf8(std::u32string_view(m_text).substr(start, m_at - start));
    }
    std::pair<std::string, Value> keyValue() {
        std::string name = key();
        expect(U'=', true);
        return {std::move(name), values()};
    }
    Value values() {
        if (atEnd()) {
            return Value::text("");
        }
        if (current() == U'[') {
            return explicitList(0);
        }
        return current() == U'{' ? hashLiteral(0) : commaValues();
    }

    Value commaValues() {
        Value first = firstValue();
        skipBlanks();
        if (atEnd() || current() != U',') {
            return first;
        }
        expect(U',', true);
        Value::List list{first};
        while (true) {
            try {
                Value next = secondValue();
                skipBlanks();
                if (atEnd()) {
                    list.push_back(std::move(next));
                    break;
                }
                expect(U',', true);
                list.push_back(std::move(next));
            } catch (const ShorthandFault &fault) {
                if (atEnd() || !fault.isSyntax) {
                    throw;
                }
                // It was the next key: a=b,c=d. Back to the comma before it.
                while (m_at > 0 && current() != U',') {
                    --m_at;
                }
                break;
            }
        }
        return list.size() == 1 ? first : Value::list(std::move(list));
    }

    Value explicitValue(int depth) {
        if (depth > depthMax) {
            throw ShorthandFault{"The input is nested too deeply", false};
        }
        if (current() == U'[') {
            return explicitList(depth + 1);
        }
        return current() == U'{' ? hashLiteral(depth + 1) : firstValue();
    }
    Value explicitList(int depth) {
        expect(U'[', true);
        Value::List items;
        while (current() != U']') {
            items.push_back(explicitValue(depth));
            skipBlanks();
            if (current() != U']') {
                expect(U',');
                skipBlanks();
            }
        }
        expect(U']');
        return Value::list(std::move(items));
    }
    Value hashLiteral(int depth) {
        expect(U'{', true);
        Value::Map members;
        while (current() != U'}') {
            const std::string name = key();
            expect(U'=', true);
            Value value = explicitValue(depth);
            skipBlanks();
            if (current() != U'}') {
                expect(U',');
                skipBlanks();
            }
            set(members, name, std::move(value));
        }
        expect(U'}');
        return Value::map(std::move(members));
    }

    Value firstValue() {
        if (current() == U'\'' || current() == U'"') {
            return quoted();
        }
        return Value::text(word(followsInFirst).value_or(""));
    }
    Value secondValue() {
        if (current() == U'\'' || current() == U'"') {
            return quoted();
        }
        const auto text = word(followsInSecond);
        if (!text) {
            syntaxFault("<second>", "<none>");
        }
        return Value::text(*text);
    }

    /// An unquoted value; nothing, when none begins here.
    std::optional<std::string> word(bool (*follows)(char32_t)) {
        const auto isEscapedComma = [&] {
            return current() == U'\\' && m_at + 1 < m_text.size() && m_text[m_at + 1] == U',';
        };
        if (!isEscapedComma() && (atEnd() || !startsWord(current()))) {
            return std::nullopt;
        }
        std::u32string text;
        bool first = true;
        while (!atEnd() && (isEscapedComma() || first || follows(current()))) {
            m_at += isEscapedComma() ? 1 : 0;
            text += current();
            ++m_at;
            first = false;
        }
        while (!text.empty() && isBlank(text.back())) {
            text.pop_back();
        }
        return encodeUtf8(text);
    }

    Value quoted() {
        const char32_t quote = current();
        std::size_t end = m_at + 1;
        while (end < m_text.size() && m_text[end] != quote) {
            const bool escape = m_text[end] == U'\\' && end + 1 < m_text.size() &&
                                (m_text[end + 1] == U'\\' || m_text[end + 1] == quote);
            end += escape ? 2 : 1;
        }
        if (end >= m_text.size()) {
            syntaxFault(quote == U'\'' ? "<singled quoted>" : "<double quoted>", "<none>");
        }
        std::u32string text;
        for (std::size_t i = m_at + 1; i < end; ++i) {
            if (m_text[i] == U'\\' && i + 1 < end && (m_text[i + 1] == quote || m_text[i + 1] == U'\\')) {
                ++i;
            }
            text += m_text[i];
        }
        m_at = end + 1;
        return Value::text(encodeUtf8(text));
    }

    std::u32string m_text;
    std::size_t m_at = 0;
};

} // namespace

Result<Value> parseShorthand(std::string_view text) {
    try {
        return Parser(text).parse();
    } catch (const ShorthandFault &fault) {
        return fail(ErrorCode::Usage, fault.message);
    }
}

} // namespace keyturn::cli::aws
