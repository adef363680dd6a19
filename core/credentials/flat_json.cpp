// SPDX-License-Identifier: Apache-2.0
#include "credentials/flat_json.h"

#include "base/text.h"

#include <charconv>
#include <optional>

namespace keyturn::credentials {

namespace {

constexpr std::size_t maxMembers = 64;
constexpr int maxDepth = 8;

class Reader {
public:
    Reader(std::string_view text, Nested nested)
        : m_text(text)
        , m_nested(nested) {}

    Result<JsonMembers> readDocument() {
        JsonMembers members;
        if (auto read = readObject("", 1, members); !read) {
            return failFrom(read);
        }
        skipSpace();
        if (m_at != m_text.size()) {
            return bad("something follows the object");
        }
        return members;
    }

private:
    /// Members go into `out` under `prefix`.
    Status readObject(const std::string &prefix, int depth, JsonMembers &out) {
        if (!take('{')) {
            return bad("a JSON object was expected");
        }
        bool first = true;
        while (!take('}')) {
            if (!first && !take(',')) {
                return bad("a comma was expected");
            }
            first = false;
            std::optional<SecretText> name = readText();
            if (!name || !take(':')) {
                return bad("a member name was expected");
            }
            if (auto read = readMember(prefix + std::string(name->view()), depth, out); !read) {
                return read;
            }
        }
        return {};
    }

    Status readMember(const std::string &name, int depth, JsonMembers &out) {
        if (out.contains(name)) {
            return bad("a member name is repeated");
        }
        const char next = peek();
        const bool nests = next == '{' || next == '[';
        if (nests && (m_nested == Nested::Refuse || depth == maxDepth)) {
            return bad("a text, number, true, false or null was expected");
        }
        if (out.size() >= maxMembers) {
            return bad("there are too many members");
        }
        if (next == '[') {
            return skipArray(depth + 1);
        }
        if (next == '{') {
            out.emplace(name, SecretText()); // so that the name cannot come again
            return readObject(name + ".", depth + 1, out);
        }
        std::optional<SecretText> value = next == '"' ? readText() : readScalar();
        if (!value) {
            return bad("a text, number, true, false or null was expected");
        }
        out.emplace(name, std::move(*value));
        return {};
    }

    Status skipArray(int depth) {
        static_cast<void>(take('['));
        bool first = true;
        while (!take(']')) {
            if (!first && !take(',')) {
                return bad("a comma was expected");
            }
            first = false;
            JsonMembers ignored;
            if (auto read = readMember("element", depth, ignored); !read) {
                return read;
            }
        }
        return {};
    }

    tl::unexpected<Error> bad(const char *what) const {
        return fail(ErrorCode::BadJson, std::string(what) + " at byte " + std::to_string(m_at));
    }
    void skipSpace() {
        while (m_at < m_text.size() &&
               std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }
    char peek() {
        skipSpace();
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }
    bool take(char c) {
        if (peek() != c) {
            return false;
        }
        ++m_at;
        return true;
    }

    std::optional<SecretText> readScalar() {
        const std::size_t start = m_at;
        while (m_at < m_text.size() &&
               (isLetterOrDigit(m_text[m_at]) ||
                std::string_view("+-.").find(m_text[m_at]) != std::string_view::npos)) {
            ++m_at;
        }
        const std::string_view word = m_text.substr(start, m_at - start);
        const bool number =
            !word.empty() && word.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
        if (!number && word != "true" && word != "false" && word != "null") {
            return std::nullopt;
        }
        SecretText out;
        out.append(word);
        return out;
    }
    static bool isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    std::optional<SecretText> readText() {
        if (!take('"')) {
            return std::nullopt;
        }
        SecretText out;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '"') {
                return isValidUtf8(out.view()) ? std::optional(std::move(out)) : std::nullopt;
            }
            if (static_cast<unsigned char>(c) < 0x20) {
                return std::nullopt;
            }
            if (c != '\\') {
                out.append(c);
            } else if (!readEscape(out)) {
                return std::nullopt;
            }
        }
        return std::nullopt;
    }

    bool readEscape(SecretText &out) {
        static constexpr std::string_view names = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char c = m_at < m_text.size() ? m_text[m_at++] : '\0';
        if (c == 'u') {
            return readUnicodeEscape(out);
        }
        const auto index = names.find(c);
        if (c == '\0' || index == std::string_view::npos) {
            return false;
        }
        out.append(meanings[index]);
        return true;
    }

    bool readUnicodeEscape(SecretText &out) {
        std::optional<unsigned> unit = readHex4();
        if (!unit || (*unit >= 0xdc00 && *unit <= 0xdfff)) {
            return false;
        }
        unsigned point = *unit;
        if (point >= 0xd800 && point <= 0xdbff) {
            if (m_text.substr(m_at, 2) != "\\u") {
                return false;
            }
            m_at += 2;
            const std::optional<unsigned> low = readHex4();
            if (!low || *low < 0xdc00 || *low > 0xdfff) {
                return false;
            }
            point = 0x10000 + ((point - 0xd800) << 10) + (*low - 0xdc00);
        }
        appendUtf8(point, out);
        return true;
    }

    std::optional<unsigned> readHex4() {
        if (m_text.size() - m_at < 4) {
            return std::nullopt;
        }
        unsigned value = 0;
        for (int i = 0; i < 4; ++i) {
            const auto digit =
                std::string_view("0123456789abcdef").find(toLowerAscii(m_text.substr(m_at, 1)));
            if (digit == std::string_view::npos) {
                return std::nullopt;
            }
            value = value * 16 + unsigned(digit);
            ++m_at;
        }
        return value;
    }

    static void appendUtf8(unsigned point, SecretText &out) {
        if (point < 0x80) {
            out.append(char(point));
        } else if (point < 0x800) {
            out.append(char(0xc0 | (point >> 6)));
            out.append(char(0x80 | (point & 0x3f)));
        } else if (point < 0x10000) {
            out.append(char(0xe0 | (point >> 12)));
            out.append(char(0x80 | ((point >> 6) & 0x3f)));
            out.append(char(0x80 | (point & 0x3f)));
        } else {
            out.append(char(0xf0 | (point >> 18)));
            out.append(char(0x80 | ((point >> 12) & 0x3f)));
            out.append(char(0x80 | ((point >> 6) & 0x3f)));
            out.append(char(0x80 | (point & 0x3f)));
        }
    }

    std::string_view m_text;
    const Nested m_nested;
    std::size_t m_at = 0;
};

} // namespace

Result<JsonMembers> readFlatJson(std::string_view text, Nested nested) {
    return Reader(text, nested).readDocument();
}

std::string_view memberText(const JsonMembers &members, const std::string &name) {
    const auto found = members.find(name);
    if (found == members.end() || found->second.view() == "null") {
        return {};
    }
    return found->second.view();
}

std::optional<std::int64_t> memberNumber(const JsonMembers &members, const std::string &name) {
    const std::string_view text = memberText(members, name);
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

} // namespace keyturn::credentials
