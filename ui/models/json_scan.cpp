// SPDX-License-Identifier: Apache-2.0
#include "ui/models/json_scan.h"

#include <QCoreApplication>

#include <algorithm>
#include <cctype>
#include <vector>

namespace keyturn::ui {
namespace {

constexpr int deepest = 32;

QString words(const char *text) {
    return QCoreApplication::translate("JsonScan", text);
}

class Scanner {
public:
    explicit Scanner(std::string_view text)
        : m_text(text) {}

    std::optional<JsonBreak> scan() {
        if (value(0)) {
            skipBlanks();
            if (m_at < m_text.size()) {
                broken(words("The document has ended before this."));
            }
        }
        return m_break;
    }

private:
    bool broken(const QString &sentence) {
        if (!m_break) {
            const std::string_view before = m_text.substr(0, m_at);
            const auto lineStart = before.rfind('\n');
            const std::string_view line =
                lineStart == std::string_view::npos ? before : before.substr(lineStart + 1);
            const auto characters = std::ranges::count_if(
                line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
            m_break = JsonBreak{int(std::ranges::count(before, '\n')) + 1, int(characters) + 1, sentence};
        }
        return false;
    }
    void skipBlanks() {
        while (m_at < m_text.size() &&
               std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }
    bool isNext(char c) {
        skipBlanks();
        return m_at < m_text.size() && m_text[m_at] == c;
    }
    bool take(char c) {
        if (!isNext(c)) {
            return false;
        }
        ++m_at;
        return true;
    }
    bool value(int depth) {
        skipBlanks();
        if (m_at == m_text.size()) {
            return broken(words("A value is missing here."));
        }
        if (depth > deepest) {
            return broken(words("This is nested too deeply."));
        }
        switch (m_text[m_at]) {
        case '{':
            return object(depth);
        case '[':
            return array(depth);
        case '"':
            return text();
        default:
            return scalar();
        }
    }
    bool object(int depth) {
        ++m_at;
        std::vector<std::string_view> names;
        if (take('}')) {
            return true;
        }
        do {
            if (!isNext('"')) {
                return broken(words("A name in double quotes is expected here."));
            }
            const std::size_t nameAt = m_at;
            if (!text()) {
                return false;
            }
            const std::string_view name = m_text.substr(nameAt, m_at - nameAt);
            if (std::ranges::find(names, name) != names.end()) {
                m_at = nameAt;
                return broken(words("This name stands twice in one object."));
            }
            names.push_back(name);
            if (!take(':')) {
                return broken(words("A colon is missing after the name."));
            }
            if (!value(depth + 1)) {
                return false;
            }
        } while (take(','));
        return take('}') || broken(words("A comma or the end of the object is missing here."));
    }
    bool array(int depth) {
        ++m_at;
        if (take(']')) {
            return true;
        }
        do {
            if (!value(depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(']') || broken(words("A comma or the end of the list is missing here."));
    }
    bool text() {
        const std::size_t from = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            if (static_cast<unsigned char>(m_text[m_at]) < 0x20) {
                return broken(words("A line break or control character stands inside a text."));
            }
            if (m_text[m_at] == '\\' && !escape()) {
                return false;
            }
            ++m_at;
        }
        if (m_at == m_text.size()) {
            m_at = from;
            return broken(words("This text has no end: a double quote is missing."));
        }
        ++m_at;
        return true;
    }
    bool escape() {
        constexpr std::string_view simple = "\"\\/bfnrt";
        ++m_at;
        if (m_at < m_text.size() && simple.find(m_text[m_at]) != std::string_view::npos) {
            return true;
        }
        constexpr std::size_t digits = 4;
        const std::string_view hex = m_text.substr(std::min(m_at + 1, m_text.size()), digits);
        const bool isCode = m_at < m_text.size() && m_text[m_at] == 'u' && hex.size() == digits &&
                            std::ranges::all_of(hex, [](unsigned char c) { return std::isxdigit(c) != 0; });
        if (!isCode) {
            return broken(words("JSON has no such escape."));
        }
        m_at += digits;
        return true;
    }
    bool scalar() {
        const std::size_t from = m_at;
        while (m_at < m_text.size() &&
               (std::isalnum(static_cast<unsigned char>(m_text[m_at])) != 0 ||
                std::string_view("+-.").find(m_text[m_at]) != std::string_view::npos)) {
            ++m_at;
        }
        const std::string_view word = m_text.substr(from, m_at - from);
        if (word == "true" || word == "false" || word == "null" || isNumber(word)) {
            return true;
        }
        m_at = from;
        return broken(
            words("A value is expected here: a text in double quotes, a number, a list or an object."));
    }
    static bool isNumber(std::string_view word) {
        const auto digitsFrom = [&](std::size_t at) {
            std::size_t end = at;
            while (end < word.size() && std::isdigit(static_cast<unsigned char>(word[end])) != 0) {
                ++end;
            }
            return end;
        };
        std::size_t at = word.starts_with('-') ? 1 : 0;
        const std::size_t whole = digitsFrom(at);
        if (whole == at || (word[at] == '0' && whole > at + 1)) {
            return false;
        }
        at = whole;
        if (at < word.size() && word[at] == '.') {
            const std::size_t fraction = digitsFrom(at + 1);
            if (fraction == at + 1) {
                return false;
            }
            at = fraction;
        }
        if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
            at += at + 1 < word.size() && (word[at + 1] == '+' || word[at + 1] == '-') ? 2 : 1;
            const std::size_t exponent = digitsFrom(at);
            if (exponent == at) {
                return false;
            }
            at = exponent;
        }
        return at == word.size();
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::optional<JsonBreak> m_break;
};

} // namespace

std::optional<JsonBreak> scanJson(std::string_view text) {
    return Scanner(text).scan();
}

std::string reindentedJson(std::string_view text) {
    std::string out;
    std::size_t level = 0;
    bool inText = false;
    bool fresh = false; // after a bracket that has opened
    const auto newLine = [&] { out.append("\n").append(level * 2, ' '); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inText) {
            out += c;
            if (c == '\\') {
                out += text[++i];
            } else {
                inText = c != '"';
            }
            continue;
        }
        if (std::string_view(" \t\r\n").find(c) != std::string_view::npos) {
            continue;
        }
        const bool closes = c == '}' || c == ']';
        if (closes) {
            --level;
        }
        if (fresh != closes) {
            newLine();
        }
        fresh = c == '{' || c == '[';
        out += c;
        inText = c == '"';
        level += fresh ? 1 : 0;
        if (c == ',') {
            newLine();
        } else if (c == ':') {
            out += ' ';
        }
    }
    return out + "\n";
}

} // namespace keyturn::ui
