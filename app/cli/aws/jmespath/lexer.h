// SPDX-License-Identifier: Apache-2.0
// Cuts a query into tokens, with the positions and messages of the Python implementation. Any thread.
#pragma once

#include "aws/value.h"

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::cli::aws::jmespath {

enum class TokenType : std::uint8_t {
    Eof,
    UnquotedIdentifier,
    QuotedIdentifier,
    Literal,
    Rbracket,
    Rparen,
    Comma,
    Rbrace,
    Number,
    Current,
    Expref,
    Colon,
    Pipe,
    Or,
    And,
    Eq,
    Gt,
    Lt,
    Gte,
    Lte,
    Ne,
    Flatten,
    Star,
    Filter,
    Dot,
    Not,
    Lbrace,
    Lbracket,
    Lparen
};

struct Token {
    TokenType type = TokenType::Eof;
    Value value;           ///< of literals; otherwise its text
    std::size_t start = 0; ///< in code points
};

/// "unquoted_identifier", "rbracket", ...
std::string_view tokenName(TokenType type);

/// Errors: Usage; the detail is the whole message, with the expression and a caret below.
Result<std::vector<Token>> tokenize(std::string_view expression);

std::u32string decodeUtf8(std::string_view text);
std::string encodeUtf8(std::u32string_view text);

} // namespace keyturn::cli::aws::jmespath
