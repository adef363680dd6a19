// SPDX-License-Identifier: Apache-2.0
// As much of HCL as finds `payload = "..."` and `context = {...}` of one block: comments, texts, heredocs and
// braces are told apart, expressions are not read.
#include "reencrypt/documents/kinds.h"

#include "base/text.h"
#include "reencrypt/json_scan.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

bool isNameChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

struct Token {
    enum class Kind : std::uint8_t { End, Name, Text, Open, Close, Equals, LineFeed, Comma, Other };
    Kind kind = Kind::End;
    std::size_t offset = 0; ///< of a Text: behind its opening quote
    std::size_t length = 0;
};

class Lexer {
public:
    explicit Lexer(std::string_view text)
        : m_text(text) {}

    Token next() {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == ' ' || c == '\t' || c == '\r') {
                ++m_at;
            } else if (c == '#' || startsWith("//")) {
                m_at = std::min(m_text.find('\n', m_at), m_text.size());
            } else if (startsWith("/*")) {
                const auto end = m_text.find("*/", m_at + 2);
                m_at = end == std::string_view::npos ? m_text.size() : end + 2;
            } else {
                return token(c);
            }
        }
        return {Token::Kind::End, m_text.size(), 0};
    }

private:
    bool startsWith(std::string_view what) const { return m_text.substr(m_at).starts_with(what); }

    Token token(char c) {
        if (c == '"') {
            return text();
        }
        if (startsWith("<<")) {
            skipHeredoc();
            return {Token::Kind::Other, m_at, 0};
        }
        if (isNameChar(c)) {
            const std::size_t from = m_at;
            while (m_at < m_text.size() && isNameChar(m_text[m_at])) {
                ++m_at;
            }
            return {Token::Kind::Name, from, m_at - from};
        }
        const Token::Kind kind = c == '{'               ? Token::Kind::Open
                                 : c == '}'             ? Token::Kind::Close
                                 : c == '=' || c == ':' ? Token::Kind::Equals
                                 : c == '\n'            ? Token::Kind::LineFeed
                                 : c == ','             ? Token::Kind::Comma
                                                        : Token::Kind::Other;
        return {kind, m_at++, 1};
    }

    /// "${...}" inside may hold quotes of its own.
    Token text() {
        const std::size_t from = ++m_at;
        int braces = 0;
        for (; m_at < m_text.size() && m_text[m_at] != '\n'; ++m_at) {
            const char c = m_text[m_at];
            if (c == '\\') {
                ++m_at;
            } else if (startsWith("${")) {
                ++braces;
            } else if (c == '}' && braces > 0) {
                --braces;
            } else if (c == '"' && braces == 0) {
                return {Token::Kind::Text, from, m_at++ - from};
            }
        }
        m_at = std::min(m_at, m_text.size());
        return {Token::Kind::Other, from, 0};
    }

    void skipHeredoc() {
        m_at += 2;
        m_at += m_at < m_text.size() && m_text[m_at] == '-' ? 1 : 0;
        const std::size_t lineEnd = std::min(m_text.find('\n', m_at), m_text.size());
        const std::string_view marker = trimmed(m_text.substr(m_at, lineEnd - m_at));
        m_at = lineEnd;
        while (m_at < m_text.size()) {
            const std::size_t end = std::min(m_text.find('\n', m_at + 1), m_text.size());
            const bool last = trimmed(m_text.substr(m_at, end - m_at)) == marker;
            m_at = end;
            if (last) {
                return;
            }
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

/// The value of a text between quotes; nothing: it holds an expression or an unknown escape.
std::optional<std::string> literal(std::string_view content) {
    if (content.find("${") != std::string_view::npos || content.find("%{") != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string token = "\"" + std::string(content) + "\"";
    JsonScan scan;
    return scan.read(token) ? scan.text(scan.root()) : std::nullopt;
}

class Finder {
public:
    explicit Finder(std::string_view text)
        : m_text(text)
        , m_lexer(text) {}

    std::vector<HclContext> run() {
        std::vector<Token> last(2); // a name and "="
        for (Token token = m_lexer.next(); token.kind != Token::Kind::End; token = m_lexer.next()) {
            const bool assigned = last[0].kind == Token::Kind::Name && last[1].kind == Token::Kind::Equals;
            const std::string_view name = assigned ? m_text.substr(last[0].offset, last[0].length) : "";
            if (token.kind == Token::Kind::Open && name == "context" && !m_blocks.empty()) {
                readMap(token.offset, m_blocks.back());
            } else if (token.kind == Token::Kind::Open) {
                m_blocks.emplace_back();
            } else if (token.kind == Token::Kind::Close) {
                closeBlock();
            } else if (token.kind == Token::Kind::Text && name == "payload" && !m_blocks.empty()) {
                m_blocks.back().payloads.push_back(token);
            }
            last = {last[1], token};
        }
        return std::move(m_found);
    }

private:
    struct Block {
        std::vector<Token> payloads;
        HclContext context;
    };

    void closeBlock() {
        if (m_blocks.empty()) {
            return;
        }
        for (const Token &payload : m_blocks.back().payloads) {
            HclContext found = m_blocks.back().context;
            found.payloadOffset = payload.offset;
            found.payloadLength = payload.length;
            m_found.push_back(std::move(found));
        }
        m_blocks.pop_back();
    }

    /// From behind the opening brace to behind the closing one.
    void readMap(std::size_t open, Block &block) {
        HclContext &context = block.context;
        context.mapOffset = open;
        for (Token token = m_lexer.next(); token.kind != Token::Kind::End; token = m_lexer.next()) {
            if (token.kind == Token::Kind::Close) {
                context.mapLength = token.offset + 1 - open;
                return;
            }
            if (token.kind == Token::Kind::LineFeed || token.kind == Token::Kind::Comma) {
                continue;
            }
            if (!context.fault.empty() || !readPair(token, context.context)) {
                context.fault = "the context beside the payload is not made of plain texts";
            }
        }
    }

    bool readPair(const Token &first, kms::EncryptionContext &context) {
        const auto name = first.kind == Token::Kind::Text
                              ? literal(m_text.substr(first.offset, first.length))
                              : std::optional(std::string(m_text.substr(first.offset, first.length)));
        const bool named = first.kind == Token::Kind::Text || first.kind == Token::Kind::Name;
        if (!named || m_lexer.next().kind != Token::Kind::Equals) {
            return false;
        }
        const Token second = m_lexer.next();
        const auto value = second.kind == Token::Kind::Text
                               ? literal(m_text.substr(second.offset, second.length))
                               : std::nullopt;
        return name && value && context.insert(*name, *value);
    }

    std::string_view m_text;
    Lexer m_lexer;
    std::vector<Block> m_blocks;
    std::vector<HclContext> m_found;
};

} // namespace

std::vector<HclContext> hclContexts(std::string_view text) {
    return Finder(text).run();
}

} // namespace keyturn::reencrypt
