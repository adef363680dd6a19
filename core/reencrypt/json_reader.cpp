// SPDX-License-Identifier: Apache-2.0
// Reading: strict, without recursion, into one flat list of values.
#include "reencrypt/json_scan.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <limits>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t nodesMax = 8 * 1024 * 1024;
constexpr std::size_t pairwiseMembersMax = 16;
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace

/// Reads one document into the scan's nodes. No recursion: m_open holds the containers around.
class JsonScan::Reader {
public:
    explicit Reader(JsonScan &scan)
        : m_scan(scan)
        , m_text(scan.m_text) {}

    bool run() {
        m_at = m_text.starts_with(byteOrderMark) ? byteOrderMark.size() : 0;
        skipBlanks();
        if (!value({})) {
            return false;
        }
        while (!m_scan.m_open.empty()) {
            if (!step()) {
                return false;
            }
        }
        skipBlanks();
        return m_at == m_text.size() || refuse("text after the end of the document");
    }
    std::string_view fault() const { return m_fault; }
    std::size_t position() const { return m_at; }

private:
    bool refuse(std::string_view what) {
        m_fault = what;
        return false;
    }
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skipBlanks() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\n' || m_text[m_at] == '\r' ||
                                        m_text[m_at] == '\t')) {
            ++m_at;
        }
    }
    JsonNode &container() { return m_scan.m_nodes[m_scan.m_open.back()]; }

    /// The next element, member or closing bracket of the innermost container.
    bool step() {
        const bool isObject = container().kind == JsonKind::Object;
        skipBlanks();
        if (peek() == (isObject ? '}' : ']')) {
            return m_comma ? refuse("a comma before the closing bracket") : close();
        }
        if (container().children > 0 && !m_comma) {
            if (peek() != ',') {
                return refuse(isObject ? "a comma or } is missing" : "a comma or ] is missing");
            }
            ++m_at;
            m_comma = true;
            return true;
        }
        m_comma = false;
        JsonNode node;
        if (isObject && !memberName(node)) {
            return false;
        }
        ++container().children;
        return value(node);
    }

    bool close() {
        ++m_at;
        const std::uint32_t index = m_scan.m_open.back();
        JsonNode &node = m_scan.m_nodes[index];
        node.length = static_cast<std::uint32_t>(m_at) - node.offset;
        node.next = static_cast<std::uint32_t>(m_scan.m_nodes.size());
        m_scan.m_open.pop_back();
        return node.kind != JsonKind::Object || namesDiffer(node);
    }

    bool memberName(JsonNode &node) {
        if (peek() != '"') {
            return refuse("a member's name in quotes is missing");
        }
        node.nameOffset = static_cast<std::uint32_t>(m_at + 1);
        if (!string(node.nameEscaped)) {
            return false;
        }
        node.nameLength = static_cast<std::uint32_t>(m_at - 1) - node.nameOffset;
        skipBlanks();
        if (peek() != ':') {
            return refuse("the colon behind a member's name is missing");
        }
        ++m_at;
        skipBlanks();
        return true;
    }

    bool value(JsonNode node) {
        node.offset = static_cast<std::uint32_t>(m_at);
        if (m_scan.m_nodes.size() == nodesMax) {
            return refuse("more than eight million values; split the document");
        }
        const char c = peek();
        if (c == '{' || c == '[') {
            if (m_scan.m_open.size() == depthMax) {
                return refuse("nested deeper than 64");
            }
            node.kind = c == '{' ? JsonKind::Object : JsonKind::Array;
            ++m_at;
            m_scan.m_open.push_back(static_cast<std::uint32_t>(m_scan.m_nodes.size()));
            m_scan.m_nodes.push_back(node);
            return true;
        }
        if (!scalar(c, node)) {
            return false;
        }
        node.length = static_cast<std::uint32_t>(m_at) - node.offset;
        node.next = static_cast<std::uint32_t>(m_scan.m_nodes.size()) + 1;
        m_scan.m_nodes.push_back(node);
        return true;
    }

    bool scalar(char c, JsonNode &node) {
        switch (c) {
        case '"':
            node.kind = JsonKind::String;
            return string(node.escaped);
        case 't':
            node.kind = JsonKind::Boolean;
            return word("true");
        case 'f':
            node.kind = JsonKind::Boolean;
            return word("false");
        case 'n':
            return word("null");
        default:
            node.kind = JsonKind::Number;
            return number();
        }
    }

    bool word(std::string_view expected) {
        if (!m_text.substr(m_at).starts_with(expected)) {
            return refuse("no JSON value");
        }
        m_at += expected.size();
        return true;
    }

    bool digits() {
        const std::size_t from = m_at;
        while (isDigit(peek())) {
            ++m_at;
        }
        return m_at > from;
    }
    bool number() {
        const std::size_t from = m_at;
        m_at += peek() == '-' ? 1 : 0;
        if (peek() == '0') {
            ++m_at;
        } else if (!digits()) {
            m_at = from;
            return refuse("no JSON value");
        }
        if (peek() == '.') {
            ++m_at;
            if (!digits()) {
                return refuse("digits are missing behind the point of a number");
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            ++m_at;
            m_at += peek() == '+' || peek() == '-' ? 1 : 0;
            if (!digits()) {
                return refuse("digits are missing in the exponent of a number");
            }
        }
        return true;
    }

    /// From quote to behind the other.
    bool string(bool &escaped) {
        for (++m_at; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == '"') {
                ++m_at;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20) {
                return refuse("a control character in a text");
            }
            if (c == '\\') {
                escaped = true;
                if (!escape()) {
                    return false;
                }
            }
        }
        return refuse("a text without its closing quote");
    }

    /// Leaves m_at on the last character of the escape.
    bool escape() {
        ++m_at;
        constexpr std::string_view simple = "\"\\/bfnrt";
        if (m_at < m_text.size() && simple.find(m_text[m_at]) != std::string_view::npos) {
            return true;
        }
        if (peek() != 'u' || m_text.size() - m_at < 5) {
            return refuse("an unknown escape in a text");
        }
        for (int i = 0; i < 4; ++i) {
            if (!isHexDigit(m_text[++m_at])) {
                return refuse("an escape without its four hex digits");
            }
        }
        return true;
    }

    bool namesDiffer(const JsonNode &object) {
        const bool duplicate =
            object.children <= pairwiseMembersMax ? duplicateAmongFew(object) : duplicateAmongMany(object);
        return !duplicate || refuse("an object that has a name twice");
    }
    bool duplicateAmongFew(const JsonNode &object) const {
        std::array<const JsonNode *, pairwiseMembersMax> seen{};
        std::size_t count = 0;
        for (auto *child = m_scan.first(object); child; child = m_scan.after(object, *child)) {
            for (std::size_t i = 0; i < count; ++i) {
                if (sameName(*seen[i], *child)) {
                    return true;
                }
            }
            seen[count++] = child;
        }
        return false;
    }
    bool sameName(const JsonNode &a, const JsonNode &b) const {
        if (!a.nameEscaped && !b.nameEscaped) {
            return m_text.substr(a.nameOffset, a.nameLength) == m_text.substr(b.nameOffset, b.nameLength);
        }
        return m_scan.name(a) == m_scan.name(b);
    }
    bool duplicateAmongMany(const JsonNode &object) {
        auto &names = m_scan.m_names;
        names.clear();
        for (auto *child = m_scan.first(object); child; child = m_scan.after(object, *child)) {
            names.push_back(m_scan.name(*child));
        }
        std::sort(names.begin(), names.end());
        return std::adjacent_find(names.begin(), names.end()) != names.end();
    }

    JsonScan &m_scan;
    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_comma = false;
    std::string_view m_fault;
};

Status JsonScan::read(std::string_view text, std::uint64_t firstLine) {
    m_text = text;
    m_firstLine = firstLine;
    m_nodes.clear();
    m_open.clear();
    if (text.size() >= std::numeric_limits<std::uint32_t>::max() / 2) {
        return fail(ErrorCode::BadJson, "larger than this reader takes (2 GiB)");
    }
    if (!isValidUtf8(text)) {
        return fail(ErrorCode::BadJson, "line " + std::to_string(firstLine) + ": bytes that are not UTF-8");
    }
    Reader reader(*this);
    if (reader.run()) {
        return {};
    }
    JsonNode place;
    place.offset = static_cast<std::uint32_t>(std::min(reader.position(), text.size()));
    return fail(ErrorCode::BadJson, "line " + std::to_string(line(place)) + ", column " +
                                        std::to_string(column(place)) + ": " + std::string(reader.fault()));
}

} // namespace keyturn::reencrypt
