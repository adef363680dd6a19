// SPDX-License-Identifier: Apache-2.0
#include "aws/jmespath/lexer.h"

#include "aws/python_json.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace keyturn::cli::aws::jmespath {
namespace {

constexpr std::string_view tokenNames[] = {"eof",
                                           "unquoted_identifier",
                                           "quoted_identifier",
                                           "literal",
                                           "rbracket",
                                           "rparen",
                                           "comma",
                                           "rbrace",
                                           "number",
                                           "current",
                                           "expref",
                                           "colon",
                                           "pipe",
                                           "or",
                                           "and",
                                           "eq",
                                           "gt",
                                           "lt",
                                           "gte",
                                           "lte",
                                           "ne",
                                           "flatten",
                                           "star",
                                           "filter",
                                           "dot",
                                           "not",
                                           "lbrace",
                                           "lbracket",
                                           "lparen"};
static_assert(std::size(tokenNames) == static_cast<std::size_t>(TokenType::Lparen) + 1);

constexpr char32_t endOfText = 0xffffffff;

struct SimpleToken {
    char32_t character;
    TokenType type;
};
constexpr SimpleToken simpleTokens[] = {{U'.', TokenType::Dot},      {U'*', TokenType::Star},
                                        {U']', TokenType::Rbracket}, {U',', TokenType::Comma},
                                        {U':', TokenType::Colon},    {U'@', TokenType::Current},
                                        {U'(', TokenType::Lparen},   {U')', TokenType::Rparen},
                                        {U'{', TokenType::Lbrace},   {U'}', TokenType::Rbrace}};

struct PairToken {
    char32_t first;
    char32_t second;
    TokenType both;
    TokenType alone;
};
constexpr PairToken pairTokens[] = {{U'|', U'|', TokenType::Or, TokenType::Pipe},
                                    {U'&', U'&', TokenType::And, TokenType::Expref},
                                    {U'<', U'=', TokenType::Lte, TokenType::Lt},
                                    {U'>', U'=', TokenType::Gte, TokenType::Gt},
                                    {U'!', U'=', TokenType::Ne, TokenType::Not}};

bool isDigit(char32_t c) {
    return c >= U'0' && c <= U'9';
}
bool startsIdentifier(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c == U'_';
}

std::string replaceAll(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

class Lexer {
public:
    explicit Lexer(std::string_view expression)
        : m_expression(expression)
        , m_text(decodeUtf8(expression)) {}

    Result<std::vector<Token>> run() {
        while (m_at < m_text.size() && !m_error) {
            next();
        }
        if (m_error) {
            return fail(std::move(*m_error));
        }
        add(TokenType::Eof, m_text.size(), "");
        return std::move(m_tokens);
    }

private:
    char32_t peek(std::size_t ahead = 0) const {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : endOfText;
    }
    void add(TokenType type, std::size_t start, std::string_view text) {
        m_tokens.push_back({type, Value::text(text), start});
    }
    void failAt(std::size_t position, const std::string &message) {
        if (!m_error) {
            m_error = clientError(ErrorCode::Usage, "Bad jmespath expression: " + message + ":\n" +
                                                        std::string(m_expression) + "\n" +
                                                        std::string(position, ' ') + "^");
        }
    }
    std::string textFrom(std::size_t start, std::size_t end) const {
        return encodeUtf8(std::u32string_view(m_text).substr(start, end - start));
    }

    void next() {
        const char32_t c = peek();
        for (const SimpleToken &simple : simpleTokens) {
            if (simple.character == c) {
                add(simple.type, m_at, textFrom(m_at, m_at + 1));
                ++m_at;
                return;
            }
        }
        for (const PairToken &pair : pairTokens) {
            if (pair.first == c) {
                const bool both = peek(1) == pair.second;
                add(both ? pair.both : pair.alone, m_at, textFrom(m_at, m_at + (both ? 2 : 1)));
                m_at += both ? 2 : 1;
                return;
            }
        }
        if (startsIdentifier(c)) {
            return identifier();
        }
        if (isDigit(c) || c == U'-') {
            return number();
        }
        switch (c) {
        case U' ':
        case U'\t':
        case U'\n':
        case U'\r':
            ++m_at;
            return;
        case U'[':
            return bracket();
        case U'\'':
            return rawString();
        case U'`':
            return literal();
        case U'"':
            return quotedIdentifier();
        case U'=':
            return equals();
        default:
            return failAt(m_at, "Unknown token " + textFrom(m_at, m_at + 1));
        }
    }

    void identifier() {
        const std::size_t start = m_at;
        while (startsIdentifier(peek()) || isDigit(peek())) {
            ++m_at;
        }
        add(TokenType::UnquotedIdentifier, start, textFrom(start, m_at));
    }

    void number() {
        const std::size_t start = m_at++;
        while (isDigit(peek())) {
            ++m_at;
        }
        const std::string text = textFrom(start, m_at);
        if (text == "-") {
            return failAt(start, "Unknown token '-'");
        }
        if (text.size() > 18) {
            return failAt(start, "Number is too large");
        }
        m_tokens.push_back({TokenType::Number, Value::integer(std::stoll(text)), start});
    }

    void bracket() {
        const bool flatten = peek(1) == U']';
        const bool filter = peek(1) == U'?';
        const TokenType type = flatten  ? TokenType::Flatten
                               : filter ? TokenType::Filter
                                        : TokenType::Lbracket;
        const std::size_t length = flatten || filter ? 2 : 1;
        add(type, m_at, textFrom(m_at, m_at + length));
        m_at += length;
    }

    void equals() {
        if (peek(1) == U'=') {
            add(TokenType::Eq, m_at, "==");
            m_at += 2;
            return;
        }
        failAt(m_at, "Unknown token '='");
    }

    /// The text up to an unescaped delimiter, escapes kept; moves behind the delimiter.
    std::optional<std::string> until(char32_t delimiter) {
        const std::size_t start = m_at++;
        std::u32string text;
        while (peek() != delimiter) {
            if (peek() == U'\\') {
                text += U'\\';
                ++m_at;
            }
            if (peek() == endOfText) {
                failAt(start, "Unclosed " + encodeUtf8(std::u32string(1, delimiter)) + " delimiter");
                return std::nullopt;
            }
            text += peek();
            ++m_at;
        }
        ++m_at;
        return encodeUtf8(text);
    }

    void rawString() {
        const std::size_t start = m_at;
        if (const auto text = until(U'\'')) {
            add(TokenType::Literal, start, replaceAll(*text, "\\'", "'"));
        }
    }

    void literal() {
        const std::size_t start = m_at;
        const auto text = until(U'`');
        if (!text) {
            return;
        }
        const std::string lexeme = replaceAll(*text, "\\`", "`");
        auto value = parsePythonJson(lexeme);
        if (!value) {
            const auto first = lexeme.find_first_not_of(" \t\n\r\f\v");
            value = parsePythonJson("\"" + (first == std::string::npos ? "" : lexeme.substr(first)) + "\"");
        }
        if (!value) {
            return failAt(start, "Bad token " + lexeme);
        }
        m_tokens.push_back({TokenType::Literal, std::move(*value), start});
    }

    void quotedIdentifier() {
        const std::size_t start = m_at;
        const auto text = until(U'"');
        if (!text) {
            return;
        }
        const auto value = parsePythonJson("\"" + *text + "\"");
        if (!value) {
            return failAt(start, value.error().detail.substr(0, value.error().detail.find(':')));
        }
        m_tokens.push_back({TokenType::QuotedIdentifier, *value, start});
    }

    std::string_view m_expression;
    std::u32string m_text;
    std::size_t m_at = 0;
    std::vector<Token> m_tokens;
    std::optional<Error> m_error;
};

} // namespace

std::string_view tokenName(TokenType type) {
    return tokenNames[static_cast<std::size_t>(type)];
}

Result<std::vector<Token>> tokenize(std::string_view expression) {
    if (expression.empty()) {
        return fail(ErrorCode::Usage, "Invalid JMESPath expression: cannot be empty.");
    }
    return Lexer(expression).run();
}

std::u32string decodeUtf8(std::string_view text) {
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        char32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
        for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
            code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
        }
        out += code;
        at += length;
    }
    return out;
}

std::string encodeUtf8(std::u32string_view text) {
    std::string out;
    for (const char32_t code : text) {
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x800) {
            out += {static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
        } else if (code < 0x10000) {
            out += {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
                    static_cast<char>(0x80 | (code & 0x3f))};
        } else {
            out += {static_cast<char>(0xf0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3f)),
                    static_cast<char>(0x80 | (code >> 6 & 0x3f)), static_cast<char>(0x80 | (code & 0x3f))};
        }
    }
    return out;
}

} // namespace keyturn::cli::aws::jmespath
