// SPDX-License-Identifier: Apache-2.0
// ContextTemplate: a text with {column} places, as in "user-{id}"; "{{" and "}}" are braces. For JSON Lines a
// place is a JSON pointer ("{/user/id}"). Plain value, any thread. Errors: Usage (unclosed brace, empty
// place: names position), and from expand(): Usage naming the place that the row lacks or that is null.
#pragma once

#include "base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

class ContextTemplate {
public:
    /// The value of a place in the present row; nothing: no such column, or null.
    using Lookup = std::function<std::optional<std::string>(std::string_view place)>;

    ContextTemplate() = default; ///< the empty text
    static Result<ContextTemplate> parse(std::string_view text);
    /// A text without places, braces taken literally.
    static ContextTemplate literal(std::string_view text);

    Result<std::string> expand(const Lookup &lookup) const;
    std::vector<std::string> places() const;           ///< in order, each once
    const std::string &text() const { return m_text; } ///< as parsed: parse(text()) == *this
    bool operator==(const ContextTemplate &other) const { return m_text == other.m_text; }

private:
    struct Piece {
        std::string text;
        bool isPlace = false;
    };
    std::string m_text;
    std::vector<Piece> m_pieces;
};

} // namespace keyturn::reencrypt
