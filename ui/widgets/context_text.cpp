// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/context_text.h"

#include "base/text.h"

#include <QString>

#include <algorithm>
#include <set>

namespace keyturn::widgets {
namespace {

/// Reads one JSON object of strings. Small and strict: duplicates are kept for the grid to show.
class JsonObjectReader {
public:
    explicit JsonObjectReader(std::string_view text)
        : m_text(text) {}

    Result<ContextPairs> read() {
        ContextPairs pairs;
        skipSpace();
        if (!take('{')) {
            return wrong("an opening brace");
        }
        skipSpace();
        while (!take('}')) {
            if (!pairs.empty() && !take(',')) {
                return wrong("a comma or the closing brace");
            }
            ContextPair pair;
            skipSpace();
            if (!string(pair.name)) {
                return wrong("a name in double quotes");
            }
            skipSpace();
            if (!take(':')) {
                return wrong("a colon");
            }
            skipSpace();
            if (!string(pair.value)) {
                return wrong("a text value in double quotes");
            }
            pairs.push_back(std::move(pair));
            skipSpace();
        }
        skipSpace();
        if (m_at != m_text.size()) {
            return wrong("nothing after the closing brace");
        }
        return pairs;
    }

private:
    tl::unexpected<Error> wrong(std::string_view expected) const {
        return fail(ErrorCode::BadEncoding,
                    "the JSON needs " + std::string(expected) + " at character " + std::to_string(m_at + 1));
    }
    void skipSpace() {
        while (m_at < m_text.size() &&
               std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }
    bool take(char wanted) {
        const bool there = m_at < m_text.size() && m_text[m_at] == wanted;
        m_at += there ? 1 : 0;
        return there;
    }
    bool string(std::string &out) {
        if (!take('"')) {
            return false;
        }
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '"') {
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20 || (c == '\\' && !escape(out))) {
                return false;
            }
            if (c != '\\') {
                out.push_back(c);
            }
        }
        return false;
    }
    bool escape(std::string &out) {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view values = "\"\\/\b\f\n\r\t";
        const char c = m_at < m_text.size() ? m_text[m_at++] : '\0';
        if (c == 'u') {
            return unicode(out);
        }
        const std::size_t which = names.find(c);
        if (which == std::string_view::npos) {
            return false;
        }
        out.push_back(values[which]);
        return true;
    }
    bool hex4(char16_t &unit) {
        unsigned value = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = m_at < m_text.size() ? m_text[m_at++] : '\0';
            const std::size_t digit = std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20));
            if (digit == std::string_view::npos) {
                return false;
            }
            value = value * 16 + static_cast<unsigned>(digit);
        }
        unit = static_cast<char16_t>(value);
        return true;
    }
    bool unicode(std::string &out) {
        char16_t units[2] = {0, 0};
        if (!hex4(units[0]) || QChar::isLowSurrogate(units[0])) {
            return false;
        }
        const bool pair = QChar::isHighSurrogate(units[0]);
        if (pair && !(take('\\') && take('u') && hex4(units[1]) && QChar::isLowSurrogate(units[1]))) {
            return false;
        }
        out += QString::fromUtf16(units, pair ? 2 : 1).toStdString();
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

Result<ContextPairs> parseLines(const std::vector<std::string_view> &lines) {
    ContextPairs pairs;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = trimmed(lines[i]);
        if (line.empty()) {
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            return fail(ErrorCode::BadEncoding, "part " + std::to_string(i + 1) +
                                                    " has no name=value: give JSON or name=value lines");
        }
        pairs.push_back(
            {std::string(trimmed(line.substr(0, equals))), std::string(trimmed(line.substr(equals + 1)))});
    }
    return pairs;
}

bool equalButForCase(const std::string &a, const std::string &b) {
    return QString::fromStdString(a).compare(QString::fromStdString(b), Qt::CaseInsensitive) == 0;
}

ContextDifference judge(const ContextPair &pair, const ContextPairs &there, std::set<std::size_t> &met) {
    for (std::size_t i = 0; i < there.size(); ++i) {
        if (there[i].name == pair.name) {
            met.insert(i);
            const bool same = there[i].value == pair.value;
            const bool byCase = equalButForCase(there[i].value, pair.value);
            return {pair,
                    same     ? ContextVerdict::Same
                    : byCase ? ContextVerdict::ValueDiffersByCase
                             : ContextVerdict::ValueDiffers,
                    there[i].value};
        }
    }
    for (std::size_t i = 0; i < there.size(); ++i) {
        if (!met.contains(i) && equalButForCase(there[i].name, pair.name)) {
            met.insert(i);
            return {pair, ContextVerdict::NameDiffersByCase, there[i].name};
        }
    }
    return {pair, ContextVerdict::OnlyHere, {}};
}

} // namespace

Result<ContextPairs> parseContextText(std::string_view text) {
    const std::string_view plain = trimmed(text);
    if (!isValidUtf8(plain)) {
        return fail(ErrorCode::BadEncoding, "the text is not UTF-8");
    }
    if (plain.starts_with('{')) {
        return JsonObjectReader(plain).read();
    }
    const bool oneLine = plain.find('\n') == std::string_view::npos;
    return parseLines(split(plain, oneLine ? ',' : '\n'));
}

std::vector<ContextDifference> compareContexts(const ContextPairs &here, const ContextPairs &there) {
    std::vector<ContextDifference> differences;
    std::set<std::size_t> met;
    for (const ContextPair &pair : here) {
        differences.push_back(judge(pair, there, met));
    }
    for (std::size_t i = 0; i < there.size(); ++i) {
        if (!met.contains(i)) {
            differences.push_back({there[i], ContextVerdict::OnlyThere, there[i].value});
        }
    }
    return differences;
}

std::vector<std::string> duplicateNames(const ContextPairs &pairs) {
    std::set<std::string> seen;
    std::vector<std::string> twice;
    for (const ContextPair &pair : pairs) {
        const bool isNew = seen.insert(pair.name).second;
        if (!isNew && std::find(twice.begin(), twice.end(), pair.name) == twice.end()) {
            twice.push_back(pair.name);
        }
    }
    return twice;
}

} // namespace keyturn::widgets
