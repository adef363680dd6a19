// SPDX-License-Identifier: Apache-2.0
// JsonScan: a strict JSON reader that keeps positions instead of values, so that one text can be replaced and
// every other byte stays. Nothing is re-emitted. One object reads any number of documents, one after the
// other, and keeps its memory. Holds a view: the text must outlive what is asked about it. One thread at a
// time. Follows RFC 8259 and RFC 6901. Errors: BadJson; `detail` names line and column, never content. A byte
// order mark in front is skipped; duplicate names, trailing commas, comments, control characters in texts,
// bytes that are not UTF-8, and nesting deeper than 64 are refused.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

enum class JsonKind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

/// A value where it stands. Offsets count bytes from the beginning of the text that was read.
struct JsonNode {
    JsonKind kind = JsonKind::Null;
    bool escaped = false;         ///< String: holds a backslash
    bool nameEscaped = false;     ///< member: its name does
    std::uint32_t offset = 0;     ///< of the token; of a String: its opening quote
    std::uint32_t length = 0;     ///< of the token, quotes or brackets included
    std::uint32_t nameOffset = 0; ///< member: behind the opening quote of its name
    std::uint32_t nameLength = 0;
    std::uint32_t children = 0; ///< elements or members
    std::uint32_t next = 0;     ///< the node behind this one and everything in it
};

class JsonScan {
public:
    static constexpr std::size_t depthMax = 64;

    /// `firstLine`: the number of the text's first line, for errors and line().
    Status read(std::string_view text, std::uint64_t firstLine = 1);

    const JsonNode &root() const { return m_nodes.front(); }
    /// The value at a JSON pointer ("" is the root, "/a/0/b~1c"); nullptr where there is none.
    const JsonNode *at(std::string_view pointer) const;
    const JsonNode *at(const JsonNode &from, std::string_view pointer) const;
    const JsonNode *member(const JsonNode &object, std::string_view name) const;

    /// Elements or members in order: for (auto *child = scan.first(n); child; child = scan.after(n, *child)).
    const JsonNode *first(const JsonNode &parent) const;
    const JsonNode *after(const JsonNode &parent, const JsonNode &child) const;

    std::string_view token(const JsonNode &node) const { return m_text.substr(node.offset, node.length); }
    /// The value of a String, unescaped; nothing for other kinds and for half surrogate pairs.
    std::optional<std::string> text(const JsonNode &node) const;
    std::string name(const JsonNode &member) const; ///< unescaped
    std::uint64_t line(const JsonNode &node) const; ///< where it begins; walks the text
    std::uint64_t column(const JsonNode &node) const;

private:
    class Reader;
    std::size_t indexOf(const JsonNode &node) const {
        return static_cast<std::size_t>(&node - m_nodes.data());
    }
    std::string_view m_text;
    std::uint64_t m_firstLine = 1;
    std::vector<JsonNode> m_nodes;
    std::vector<std::uint32_t> m_open; ///< the containers around, outermost first
    std::vector<std::string> m_names;  ///< scratch of the search for duplicates
};

/// "/a/b": begins with a slash or is empty, '~' only before 0 and 1.
bool isJsonPointer(std::string_view text);

/// `value` as a JSON text with its quotes, written in the manner of `like` (a String token): what is escaped
/// there, and how ("\/", "\u002B"), is escaped here; what must be escaped is.
std::string jsonTextLike(std::string_view value, std::string_view like);

} // namespace keyturn::reencrypt
