// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/files/shell_pattern.h"

#include <algorithm>
#include <string>

namespace keyturn::reencrypt {
namespace {

constexpr char32_t strayByte = 0x110000; ///< above every code point

/// Size of the UTF-8 sequence that begins there; 0: none does.
std::size_t sequenceSize(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size == 0 || at + size > text.size()) {
        return 0;
    }
    const auto isContinuation = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; };
    const auto rest = text.substr(at + 1, size - 1);
    return std::all_of(rest.begin(), rest.end(), isContinuation) ? size : 0;
}

std::vector<char32_t> charactersOf(std::string_view text) {
    std::vector<char32_t> characters;
    characters.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t size = sequenceSize(text, at);
        if (size <= 1) {
            characters.push_back(size == 1 ? lead : strayByte + lead);
            ++at;
            continue;
        }
        char32_t character = lead & (0xffU >> (size + 1));
        for (std::size_t next = 1; next < size; ++next) {
            character = (character << 6U) | (static_cast<unsigned char>(text[at + next]) & 0x3fU);
        }
        characters.push_back(character);
        at += size;
    }
    return characters;
}

} // namespace

bool ShellPattern::Token::takes(char32_t c) const {
    switch (kind) {
    case Kind::Character:
        return c == character;
    case Kind::AnyCharacter:
    case Kind::Star:
        return c != U'/';
    case Kind::Set:
        return c != U'/' && negated != std::any_of(ranges.begin(), ranges.end(), [c](const auto &range) {
                                return range.first <= c && c <= range.second;
                            });
    case Kind::DoubleStar:
    case Kind::AnyFolders:
        return true;
    }
    return false;
}

/// At '[': reads the set behind it, or answers false where it is not closed.
bool ShellPattern::readSet(const std::vector<char32_t> &text, std::size_t &at) {
    std::size_t next = at + 1;
    Token set;
    set.kind = Token::Kind::Set;
    set.negated = next < text.size() && (text[next] == U'!' || text[next] == U'^');
    next += set.negated ? 1 : 0;
    for (bool first = true; next < text.size(); first = false) {
        if (text[next] == U']' && !first) {
            m_tokens.push_back(std::move(set));
            at = next + 1;
            return true;
        }
        next += text[next] == U'\\' && next + 1 < text.size() ? 1 : 0;
        const char32_t from = text[next++];
        char32_t to = from;
        if (next + 1 < text.size() && text[next] == U'-' && text[next + 1] != U']') {
            to = text[next + 1];
            next += 2;
        }
        set.ranges.emplace_back(from, to);
    }
    return false;
}

ShellPattern::ShellPattern(std::string_view pattern) {
    std::vector<char32_t> text = charactersOf(pattern);
    if (!text.empty() && text.back() == U'/') {
        text.insert(text.end(), {U'*', U'*'});
    }
    const auto is = [&text](std::size_t at, char32_t c) { return at < text.size() && text[at] == c; };
    using Kind = Token::Kind;
    for (std::size_t at = 0; at < text.size();) {
        if (is(at, U'*') && is(at + 1, U'*')) {
            const bool partBegins = at == 0 || is(at - 1, U'/');
            const bool folders = partBegins && is(at + 2, U'/');
            m_tokens.push_back({folders ? Kind::AnyFolders : Kind::DoubleStar});
            at += folders ? 3 : 2;
        } else if (is(at, U'*')) {
            m_tokens.push_back({Kind::Star});
            ++at;
        } else if (is(at, U'?')) {
            m_tokens.push_back({Kind::AnyCharacter});
            ++at;
        } else if (!is(at, U'[') || !readSet(text, at)) {
            at += is(at, U'\\') && at + 1 < text.size() ? 1 : 0;
            m_tokens.push_back({Kind::Character, text[at]});
            ++at;
        }
    }
}

/// A state is the number of the token that is next; those that may take nothing are passed at once.
void ShellPattern::enter(std::vector<bool> &states, std::size_t state) const {
    states[state] = true;
    while (state < m_tokens.size() && m_tokens[state].kind >= Token::Kind::Star) {
        states[++state] = true;
    }
}

bool ShellPattern::matches(std::string_view path) const {
    std::vector<bool> now(m_tokens.size() + 1);
    enter(now, 0);
    char32_t before = U'/';
    for (const char32_t c : charactersOf(path)) {
        std::vector<bool> next(now.size());
        for (std::size_t state = 0; state < m_tokens.size(); ++state) {
            const Token &token = m_tokens[state];
            if (!now[state] || !token.takes(c)) {
                continue;
            }
            if (token.kind < Token::Kind::Star) {
                enter(next, state + 1);
            } else if (token.kind == Token::Kind::AnyFolders) {
                next[state] = true; // left only behind a '/': see below
                if (c == U'/' && before != U'/') {
                    enter(next, state + 1);
                }
            } else {
                enter(next, state);
            }
        }
        before = c;
        now.swap(next);
    }
    return now.back();
}

bool ShellPattern::coversFolder(std::string_view path) const {
    if (m_tokens.empty() || m_tokens.back().kind != Token::Kind::DoubleStar) {
        return matches(path);
    }
    return matches(path) || matches(std::string(path) + "/");
}

} // namespace keyturn::reencrypt
