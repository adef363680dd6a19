// SPDX-License-Identifier: Apache-2.0
#include "credentials/xml_reader.h"

#include "base/text.h"

#include <charconv>
#include <optional>

namespace keyturn::credentials {

namespace {

constexpr int maxDepth = 16;
constexpr int maxElements = 256;

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':';
}

void appendUtf8(unsigned point, SecretText &out) {
    const auto tail = [&](int shift) { out.append(char(0x80 | ((point >> shift) & 0x3f))); };
    if (point < 0x80) {
        out.append(char(point));
    } else if (point < 0x800) {
        out.append(char(0xc0 | (point >> 6)));
        tail(0);
    } else if (point < 0x10000) {
        out.append(char(0xe0 | (point >> 12)));
        tail(6);
        tail(0);
    } else {
        out.append(char(0xf0 | (point >> 18)));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// What may stand in XML 1.0 text and in ours: no controls but white space, no surrogates.
bool isTextPoint(unsigned point) {
    return point == '\t' || point == '\n' || point == '\r' || (point >= 0x20 && point < 0xd800) ||
           (point >= 0xe000 && point <= 0x10ffff && point != 0xfffe && point != 0xffff);
}

class Reader {
public:
    explicit Reader(std::string_view text)
        : m_text(text) {}

    Result<XmlLeaves> readDocument() {
        if (!isValidUtf8(m_text)) {
            return bad("the text is no UTF-8");
        }
        XmlLeaves leaves;
        static_cast<void>(take("\xef\xbb\xbf"));
        if (m_text.substr(m_at).starts_with("<?xml ") && !skipPast("?>")) {
            return bad("the declaration does not end");
        }
        if (auto good = skipBetween(); !good) {
            return failFrom(good);
        }
        if (auto read = readElement("", 1, leaves); !read) {
            return failFrom(read);
        }
        if (auto good = skipBetween(); !good) {
            return failFrom(good);
        }
        if (m_at != m_text.size()) {
            return bad("something follows the last element");
        }
        return leaves;
    }

private:
    tl::unexpected<Error> bad(const char *what) const {
        return fail(ErrorCode::BadReply, std::string(what) + " at byte " + std::to_string(m_at),
                    ErrorOrigin::Network);
    }
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(std::string_view expected) {
        if (!m_text.substr(m_at).starts_with(expected)) {
            return false;
        }
        m_at += expected.size();
        return true;
    }
    bool skipPast(std::string_view mark) {
        const auto found = m_text.find(mark, m_at);
        if (found == std::string_view::npos) {
            return false;
        }
        m_at = found + mark.size();
        return true;
    }
    bool skipSpace() {
        const std::size_t start = m_at;
        while (isSpace(peek())) {
            ++m_at;
        }
        return m_at != start;
    }
    /// White space and comments.
    Status skipBetween() {
        while (skipSpace() || m_text.substr(m_at).starts_with("<!--")) {
            if (take("<!--") && !skipPast("-->")) {
                return bad("a comment does not end");
            }
        }
        return {};
    }

    std::string_view readName() {
        const std::size_t start = m_at;
        while (isNameCharacter(peek())) {
            ++m_at;
        }
        return m_text.substr(start, m_at - start);
    }
    static std::string_view withoutPrefix(std::string_view name) { return name.substr(name.rfind(':') + 1); }

    /// Up to and with ">" or "/>"; true for the latter.
    Result<bool> readAttributes() {
        while (true) {
            const bool spaced = skipSpace();
            if (take("/>")) {
                return true;
            }
            if (take(">")) {
                return false;
            }
            if (!spaced || readName().empty()) {
                return bad("an attribute was expected");
            }
            skipSpace();
            const bool assigned = take("=");
            skipSpace();
            const char quote = peek();
            if (!assigned || (quote != '"' && quote != '\'')) {
                return bad("an attribute has no quoted value");
            }
            ++m_at;
            const auto end = m_text.find(quote, m_at);
            if (end == std::string_view::npos ||
                m_text.substr(m_at, end - m_at).find('<') != std::string_view::npos) {
                return bad("an attribute's value does not end");
            }
            m_at = end + 1;
        }
    }

    Status readElement(const std::string &parent, int depth, XmlLeaves &out) {
        if (depth > maxDepth || ++m_elements > maxElements) {
            return bad("there are too many elements, or they nest too deep");
        }
        if (!take("<")) {
            return bad("an element was expected");
        }
        const std::string_view name = readName();
        if (withoutPrefix(name).empty()) {
            return bad("an element has no name");
        }
        const std::string path = parent + std::string(withoutPrefix(name));
        auto empty = readAttributes();
        if (!empty) {
            return failFrom(empty);
        }
        SecretText text;
        bool hasElements = false;
        if (!*empty) {
            if (auto read = readContent(path, depth, text, hasElements, out); !read) {
                return read;
            }
            if (!take("</") || readName() != name || (skipSpace(), !take(">"))) {
                return bad("an element does not end as it began");
            }
        }
        if (!hasElements && !out.emplace(path, std::move(text)).second) {
            return bad("an element comes twice");
        }
        return {};
    }

    /// Up to the "</" of the element.
    Status readContent(const std::string &path, int depth, SecretText &text, bool &hasElements,
                       XmlLeaves &out) {
        bool onlySpace = true;
        while (m_at < m_text.size() && !m_text.substr(m_at).starts_with("</")) {
            if (take("<!--")) {
                if (!skipPast("-->")) {
                    return bad("a comment does not end");
                }
            } else if (peek() == '<') {
                hasElements = true;
                if (auto read = readElement(path + "/", depth + 1, out); !read) {
                    return read;
                }
            } else {
                onlySpace = onlySpace && isSpace(peek());
                if (auto read = readCharacter(text); !read) {
                    return read;
                }
            }
            if (hasElements && !onlySpace) {
                return bad("text stands beside elements");
            }
        }
        return {};
    }

    Status readCharacter(SecretText &out) {
        if (peek() != '&') {
            if (!isTextPoint(static_cast<unsigned char>(peek())) || m_text.substr(m_at).starts_with("]]>")) {
                return bad("a character is not allowed");
            }
            out.append(m_text[m_at++]);
            return {};
        }
        const auto end = m_text.find(';', m_at);
        const std::string_view name =
            end == std::string_view::npos ? std::string_view() : m_text.substr(m_at + 1, end - m_at - 1);
        const std::optional<unsigned> point = referencedPoint(name);
        if (!point || !isTextPoint(*point)) {
            return bad("a reference is not known");
        }
        m_at = end + 1;
        appendUtf8(*point, out);
        return {};
    }

    static std::optional<unsigned> referencedPoint(std::string_view name) {
        static const std::map<std::string_view, unsigned> named = {
            {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
        if (const auto found = named.find(name); found != named.end()) {
            return found->second;
        }
        if (name.size() < 2 || name.size() > 8 || name[0] != '#') {
            return std::nullopt;
        }
        const bool hex = name[1] == 'x';
        name.remove_prefix(hex ? 2 : 1);
        unsigned point = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), point, hex ? 16 : 10);
        const bool good =
            !name.empty() && parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
        return good ? std::optional(point) : std::nullopt;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    int m_elements = 0;
};

} // namespace

Result<XmlLeaves> readXml(std::string_view text) {
    return Reader(text).readDocument();
}

std::string_view leafText(const XmlLeaves &leaves, const std::string &path) {
    const auto found = leaves.find(path);
    return found != leaves.end() ? found->second.view() : std::string_view();
}

} // namespace keyturn::credentials
