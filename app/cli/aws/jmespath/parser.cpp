// SPDX-License-Identifier: Apache-2.0
#include "aws/jmespath/parser.h"

#include "aws/jmespath/binding_power.h"
#include "aws/jmespath/lexer.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::cli::aws::jmespath {
namespace {

constexpr int depthMax = 400;

Node node(NodeType type, std::vector<Node> children = {}, std::string name = {}) {
    Node result;
    result.type = type;
    result.children = std::move(children);
    result.name = std::move(name);
    return result;
}

/// Thrown and caught in this file only: a Pratt parser without it is mostly error passing.
struct ParseFault {
    std::string message;
};

class Parser {
public:
    Parser(std::string_view expression, std::vector<Token> tokens)
        : m_expression(expression)
        , m_tokens(std::move(tokens)) {}

    Node parse() {
        Node tree = expression(0);
        if (type() != TokenType::Eof) {
            faultAt(token(), "Unexpected token: " + pythonText(token().value));
        }
        return tree;
    }

private:
    const Token &token(std::ptrdiff_t ahead = 0) const {
        const auto index = static_cast<std::ptrdiff_t>(m_at) + ahead;
        const auto last = static_cast<std::ptrdiff_t>(m_tokens.size()) - 1;
        return m_tokens[static_cast<std::size_t>(std::clamp(index, std::ptrdiff_t{0}, last))];
    }
    TokenType type(std::ptrdiff_t ahead = 0) const { return token(ahead).type; }
    void advance() { ++m_at; }

    [[noreturn]] void faultAt(const Token &at, const std::string &reason) const {
        throw ParseFault{reason + ": Parse error at column " + std::to_string(at.start) + ", token \"" +
                         pythonText(at.value) + "\" (" + upperName(at.type) + "), for expression:\n\"" +
                         std::string(m_expression) + "\"\n" + std::string(at.start + 1, ' ') + "^"};
    }
    static std::string upperName(TokenType type) {
        std::string name(tokenName(type));
        for (char &c : name) {
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        return name;
    }
    [[noreturn]] void incomplete() const {
        const std::size_t length = decodeUtf8(m_expression).size();
        throw ParseFault{"Invalid jmespath expression: Incomplete expression:\n\"" +
                         std::string(m_expression) + "\"\n" + std::string(length + 1, ' ') + "^"};
    }
    [[noreturn]] void unexpected(const std::string &expected) const {
        if (type() == TokenType::Eof) {
            incomplete();
        }
        faultAt(token(), "Expecting: " + expected + ", got: " + std::string(tokenName(type())));
    }
    void match(TokenType expected) {
        if (type() != expected) {
            unexpected(std::string(tokenName(expected)));
        }
        advance();
    }

    Node expression(int power) {
        if (++m_depth > depthMax) {
            throw ParseFault{"Invalid jmespath expression: nested too deeply"};
        }
        const Token left = token();
        advance();
        Node tree = prefix(left);
        while (power < bindingPower(type())) {
            const Token operation = token();
            if (!hasInfix(operation.type)) {
                faultAt(operation, "invalid token");
            }
            advance();
            tree = infix(operation.type, std::move(tree));
        }
        --m_depth;
        return tree;
    }

    static bool hasInfix(TokenType type) {
        return type != TokenType::Star && type != TokenType::Not && type != TokenType::Lbrace;
    }

    Node prefix(const Token &at) {
        switch (at.type) {
        case TokenType::Literal: {
            Node literal = node(NodeType::Literal);
            literal.value = at.value;
            return literal;
        }
        case TokenType::UnquotedIdentifier:
            return node(NodeType::Field, {}, std::string(at.value.asText()));
        case TokenType::QuotedIdentifier:
            if (type() == TokenType::Lparen) {
                Token first = token();
                first.start = 0;
                faultAt(first, "Quoted identifier not allowed for function names.");
            }
            return node(NodeType::Field, {}, std::string(at.value.asText()));
        case TokenType::Star: {
            Node right =
                type() == TokenType::Rbracket ? node(NodeType::Identity) : projectionRight(TokenType::Star);
            return node(NodeType::ValueProjection, {node(NodeType::Identity), std::move(right)});
        }
        case TokenType::Filter:
            return filter(node(NodeType::Identity));
        case TokenType::Lbrace:
            return multiSelectHash();
        case TokenType::Lparen: {
            Node inner = expression(0);
            match(TokenType::Rparen);
            return inner;
        }
        case TokenType::Flatten:
            return flatten(node(NodeType::Identity));
        case TokenType::Not:
            return node(NodeType::Not, {expression(bindingPower(TokenType::Not))});
        case TokenType::Lbracket:
            return leadingBracket();
        case TokenType::Current:
            return node(NodeType::Current);
        case TokenType::Expref:
            return node(NodeType::ExpressionReference, {expression(bindingPower(TokenType::Expref))});
        case TokenType::Eof:
            incomplete();
        default:
            faultAt(at, "invalid token");
        }
    }

    Node infix(TokenType operation, Node left) {
        switch (operation) {
        case TokenType::Dot:
            return dot(std::move(left));
        case TokenType::Pipe:
            return node(NodeType::Pipe, {std::move(left), expression(bindingPower(operation))});
        case TokenType::Or:
            return node(NodeType::Or, {std::move(left), expression(bindingPower(operation))});
        case TokenType::And:
            return node(NodeType::And, {std::move(left), expression(bindingPower(operation))});
        case TokenType::Lparen:
            return function(std::move(left));
        case TokenType::Filter:
            return filter(std::move(left));
        case TokenType::Flatten:
            return flatten(std::move(left));
        case TokenType::Lbracket:
            return bracket(std::move(left));
        default:
            return node(NodeType::Comparator, {std::move(left), expression(bindingPower(operation))},
                        std::string(tokenName(operation)));
        }
    }

    Node flatten(Node left) {
        Node inner = node(NodeType::Flatten, {std::move(left)});
        Node right = projectionRight(TokenType::Flatten);
        return node(NodeType::Projection, {std::move(inner), std::move(right)});
    }

    Node dot(Node left) {
        if (type() == TokenType::Star) {
            advance();
            Node right = projectionRight(TokenType::Dot);
            return node(NodeType::ValueProjection, {std::move(left), std::move(right)});
        }
        Node right = dotRight(TokenType::Dot);
        if (left.type == NodeType::Subexpression) {
            left.children.push_back(std::move(right));
            return left;
        }
        return node(NodeType::Subexpression, {std::move(left), std::move(right)});
    }

    Node function(Node left) {
        if (left.type != NodeType::Field) {
            const Token &name = token(-2);
            faultAt(name, "Invalid function name '" + pythonText(name.value) + "'");
        }
        std::vector<Node> arguments;
        while (type() != TokenType::Rparen) {
            Node argument = expression(0);
            if (type() == TokenType::Comma) {
                match(TokenType::Comma);
            }
            arguments.push_back(std::move(argument));
        }
        match(TokenType::Rparen);
        return node(NodeType::Function, std::move(arguments), left.name);
    }

    Node filter(Node left) {
        Node condition = expression(0);
        match(TokenType::Rbracket);
        Node right =
            type() == TokenType::Flatten ? node(NodeType::Identity) : projectionRight(TokenType::Filter);
        return node(NodeType::FilterProjection, {std::move(left), std::move(right), std::move(condition)});
    }

    Node leadingBracket() {
        if (type() == TokenType::Number || type() == TokenType::Colon) {
            return projectIfSlice(node(NodeType::Identity), indexOrSlice());
        }
        if (type() == TokenType::Star && type(1) == TokenType::Rbracket) {
            advance();
            advance();
            Node right = projectionRight(TokenType::Star);
            return node(NodeType::Projection, {node(NodeType::Identity), std::move(right)});
        }
        return multiSelectList();
    }

    Node bracket(Node left) {
        if (type() == TokenType::Number || type() == TokenType::Colon) {
            Node right = indexOrSlice();
            if (left.type == NodeType::IndexExpression) {
                left.children.push_back(std::move(right));
                return left;
            }
            return projectIfSlice(std::move(left), std::move(right));
        }
        match(TokenType::Star);
        match(TokenType::Rbracket);
        Node right = projectionRight(TokenType::Star);
        return node(NodeType::Projection, {std::move(left), std::move(right)});
    }

    Node indexOrSlice() {
        if (type() == TokenType::Colon || type(1) == TokenType::Colon) {
            return slice();
        }
        Node index = node(NodeType::Index);
        index.number = token().value.asInteger();
        advance();
        match(TokenType::Rbracket);
        return index;
    }

    Node slice() {
        Node result = node(NodeType::Slice);
        std::size_t part = 0;
        while (type() != TokenType::Rbracket && part < 3) {
            if (type() == TokenType::Colon) {
                if (++part == 3) {
                    faultAt(token(), "syntax error");
                }
            } else if (type() == TokenType::Number) {
                result.slice[part] = token().value.asInteger();
            } else {
                faultAt(token(), "syntax error");
            }
            advance();
        }
        match(TokenType::Rbracket);
        return result;
    }

    Node projectIfSlice(Node left, Node right) {
        const bool isSlice = right.type == NodeType::Slice;
        Node index = node(NodeType::IndexExpression, {std::move(left), std::move(right)});
        if (!isSlice) {
            return index;
        }
        Node rest = projectionRight(TokenType::Star);
        return node(NodeType::Projection, {std::move(index), std::move(rest)});
    }

    Node multiSelectList() {
        std::vector<Node> items;
        while (true) {
            items.push_back(expression(0));
            if (type() == TokenType::Rbracket) {
                break;
            }
            match(TokenType::Comma);
        }
        match(TokenType::Rbracket);
        return node(NodeType::MultiSelectList, std::move(items));
    }

    Node multiSelectHash() {
        std::vector<Node> pairs;
        while (true) {
            const Token key = token();
            if (key.type != TokenType::QuotedIdentifier && key.type != TokenType::UnquotedIdentifier) {
                unexpected("['quoted_identifier', 'unquoted_identifier']");
            }
            advance();
            match(TokenType::Colon);
            pairs.push_back(node(NodeType::KeyValue, {expression(0)}, std::string(key.value.asText())));
            if (type() == TokenType::Comma) {
                match(TokenType::Comma);
            } else if (type() == TokenType::Rbrace) {
                match(TokenType::Rbrace);
                break;
            }
        }
        return node(NodeType::MultiSelectDict, std::move(pairs));
    }

    Node projectionRight(TokenType after) {
        const int power = bindingPower(after);
        if (bindingPower(type()) < projectionStop) {
            return node(NodeType::Identity);
        }
        if (type() == TokenType::Lbracket || type() == TokenType::Filter) {
            return expression(power);
        }
        if (type() == TokenType::Dot) {
            match(TokenType::Dot);
            return dotRight(after);
        }
        faultAt(token(), "syntax error");
    }

    Node dotRight(TokenType after) {
        switch (type()) {
        case TokenType::QuotedIdentifier:
        case TokenType::UnquotedIdentifier:
        case TokenType::Star:
            return expression(bindingPower(after));
        case TokenType::Lbracket:
            match(TokenType::Lbracket);
            return multiSelectList();
        case TokenType::Lbrace:
            match(TokenType::Lbrace);
            return multiSelectHash();
        default:
            faultAt(token(),
                    "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: " +
                        std::string(tokenName(type())));
        }
    }

    std::string_view m_expression;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
};

} // namespace

Result<Node> parse(std::string_view expression) {
    auto tokens = tokenize(expression);
    if (!tokens) {
        return failFrom(tokens);
    }
    try {
        return Parser(expression, std::move(*tokens)).parse();
    } catch (const ParseFault &fault) {
        return fail(ErrorCode::Usage, fault.message);
    }
}

} // namespace keyturn::cli::aws::jmespath
