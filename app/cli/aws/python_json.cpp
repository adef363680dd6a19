// SPDX-License-Identifier: Apache-2.0
#include "aws/python_json.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace keyturn::cli::aws {
namespace {

constexpr int depthMax = 200;

void appendUtf8(std::uint32_t code, std::string &out) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
        out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
        out += static_cast<char>(0x80 | (code & 0x3f));
    }
}

/// A recursive descent over the text. The first failure is kept; everything after it fails too.
class Parser {
public:
    explicit Parser(std::string_view text)
        : m_text(text) {}

    Result<Value> parse() {
        skipBlanks();
        Value value = parseValue(0);
        skipBlanks();
        if (!m_failed && m_at != m_text.size()) {
            failAt(m_at, "Extra data");
        }
        if (m_failed) {
            return fail(ErrorCode::BadJson, m_message);
        }
        return value;
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char current() const { return atEnd() ? '\0' : m_text[m_at]; }
    void skipBlanks() {
        while (!atEnd() && std::string_view(" \t\n\r").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }
    bool take(std::string_view word) {
        if (m_text.substr(m_at, word.size()) != word) {
            return false;
        }
        m_at += word.size();
        return true;
    }
    void failAt(std::size_t position, std::string message) {
        if (m_failed) {
            return;
        }
        m_failed = true;
        const std::string_view before = m_text.substr(0, position);
        const auto lines = std::count(before.begin(), before.end(), '\n');
        const auto lineStart = before.rfind('\n');
        const std::string_view line =
            lineStart == std::string_view::npos ? before : before.substr(lineStart + 1);
        m_message = std::move(message) + ": line " + std::to_string(lines + 1) + " column " +
                    std::to_string(codePoints(line) + 1) + " (char " + std::to_string(codePoints(before)) +
                    ")";
    }
    static std::size_t codePoints(std::string_view text) {
        return static_cast<std::size_t>(
            std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
    }

    Value parseValue(int depth) {
        if (depth > depthMax) {
            failAt(m_at, "Nesting is too deep");
            return {};
        }
        switch (current()) {
        case '"': {
            const std::size_t start = m_at;
            return Value::text(parseString(start));
        }
        case '{':
            return parseObject(depth);
        case '[':
            return parseArray(depth);
        default:
            return parseScalar();
        }
    }

    Value parseScalar() {
        if (take("null")) {
            return {};
        }
        if (take("true")) {
            return Value::boolean(true);
        }
        if (take("false")) {
            return Value::boolean(false);
        }
        if (take("NaN")) {
            return Value::real(std::numeric_limits<double>::quiet_NaN());
        }
        if (take("Infinity")) {
            return Value::real(std::numeric_limits<double>::infinity());
        }
        if (take("-Infinity")) {
            return Value::real(-std::numeric_limits<double>::infinity());
        }
        return parseNumber();
    }

    std::size_t digitsFrom(std::size_t at) const {
        while (at < m_text.size() && m_text[at] >= '0' && m_text[at] <= '9') {
            ++at;
        }
        return at;
    }

    Value parseNumber() {
        const std::size_t start = m_at;
        std::size_t at = start + (current() == '-' ? 1 : 0);
        const std::size_t wholeStart = at;
        at = at < m_text.size() && m_text[at] == '0' ? at + 1 : digitsFrom(at);
        if (at == wholeStart) {
            failAt(start, "Expecting value");
            return {};
        }
        bool real = false;
        if (at < m_text.size() && m_text[at] == '.' && digitsFrom(at + 1) > at + 1) {
            at = digitsFrom(at + 1);
            real = true;
        }
        if (at < m_text.size() && (m_text[at] == 'e' || m_text[at] == 'E')) {
            const std::size_t sign = at + 1;
            const std::size_t digits =
                sign < m_text.size() && (m_text[sign] == '+' || m_text[sign] == '-') ? sign + 1 : sign;
            if (digitsFrom(digits) > digits) {
                at = digitsFrom(digits);
                real = true;
            }
        }
        m_at = at;
        const char *first = m_text.data() + start;
        const char *last = m_text.data() + at;
        std::int64_t whole = 0;
        if (!real && std::from_chars(first, last, whole).ec == std::errc()) {
            return Value::integer(whole);
        }
        double number = 0;
        if (std::from_chars(first, last, number).ec != std::errc()) {
            number = *first == '-' ? -std::numeric_limits<double>::infinity()
                                   : std::numeric_limits<double>::infinity();
        }
        return Value::real(number);
    }

    std::optional<std::uint32_t> hex4(std::size_t at) const {
        std::uint32_t code = 0;
        if (at + 4 >= m_text.size()) { // as Python has it: never at the very end, a quote must follow
            return std::nullopt;
        }
        const auto result = std::from_chars(m_text.data() + at, m_text.data() + at + 4, code, 16);
        return result.ec == std::errc() && result.ptr == m_text.data() + at + 4 ? std::optional(code)
                                                                                : std::nullopt;
    }

    /// At the character after a backslash.
    bool parseEscape(std::string &out, std::size_t quote) {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (atEnd()) {
            failAt(quote, "Unterminated string starting at");
            return false;
        }
        const char name = m_text[m_at];
        if (name != 'u') {
            const auto index = names.find(name);
            if (index == std::string_view::npos) {
                failAt(m_at - 1, "Invalid \\escape");
                return false;
            }
            out += meanings[index];
            ++m_at;
            return true;
        }
        const auto first = hex4(m_at + 1);
        if (!first) {
            failAt(m_at, "Invalid \\uXXXX escape");
            return false;
        }
        std::uint32_t code = *first;
        m_at += 5;
        if (code >= 0xd800 && code < 0xdc00 && m_text.substr(m_at, 2) == "\\u") {
            const auto second = hex4(m_at + 2);
            if (!second) {
                failAt(m_at + 1, "Invalid \\uXXXX escape");
                return false;
            }
            if (*second >= 0xdc00 && *second < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10 | (*second - 0xdc00));
                m_at += 6;
            }
        }
        if (code >= 0xd800 && code < 0xe000) {
            failAt(m_at, "Unpaired surrogate");
            return false;
        }
        appendUtf8(code, out);
        return true;
    }

    std::string parseString(std::size_t quote) {
        std::string out;
        ++m_at;
        while (true) {
            if (atEnd()) {
                failAt(quote, "Unterminated string starting at");
                return out;
            }
            const char character = m_text[m_at];
            if (character == '"') {
                ++m_at;
                return out;
            }
            if (static_cast<unsigned char>(character) < 0x20) {
                failAt(m_at, "Invalid control character at");
                return out;
            }
            ++m_at;
            if (character != '\\') {
                out += character;
            } else if (!parseEscape(out, quote)) {
                return out;
            }
        }
    }

    Value parseArray(int depth) {
        Value::List items;
        ++m_at;
        skipBlanks();
        if (current() == ']' && !atEnd()) {
            ++m_at;
            return Value::list({});
        }
        while (!m_failed) {
            items.push_back(parseValue(depth + 1));
            skipBlanks();
            if (m_failed) {
                break;
            }
            if (current() == ']') {
                ++m_at;
                break;
            }
            if (current() != ',') {
                failAt(m_at, "Expecting ',' delimiter");
                break;
            }
            ++m_at;
            skipBlanks();
        }
        return Value::list(std::move(items));
    }

    Value parseObject(int depth) {
        Value::Map members;
        ++m_at;
        skipBlanks();
        if (current() == '}' && !atEnd()) {
            ++m_at;
            return Value::map({});
        }
        while (!m_failed) {
            if (current() != '"') {
                failAt(m_at, "Expecting property name enclosed in double quotes");
                break;
            }
            const std::string name = parseString(m_at);
            skipBlanks();
            if (!m_failed && current() != ':') {
                failAt(m_at, "Expecting ':' delimiter");
            }
            ++m_at;
            skipBlanks();
            if (m_failed) {
                break;
            }
            set(members, name, parseValue(depth + 1));
            skipBlanks();
            if (m_failed || current() == '}') {
                ++m_at;
                break;
            }
            if (current() != ',') {
                failAt(m_at, "Expecting ',' delimiter");
                break;
            }
            ++m_at;
            skipBlanks();
        }
        return Value::map(std::move(members));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_failed = false;
    std::string m_message;
};

} // namespace

Result<Value> parsePythonJson(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) {
        return fail(ErrorCode::BadJson,
                    "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)");
    }
    return Parser(text).parse();
}

} // namespace keyturn::cli::aws
