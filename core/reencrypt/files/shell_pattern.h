// SPDX-License-Identifier: Apache-2.0
// ShellPattern: the patterns of a job's include and exclude lists, on a path with '/' between its parts. '*'
// and '?' stay within one part, '**' crosses folders, "**/" stands for no folder too, [a-z] and [!a-z] are
// sets, '\' takes the next character as it is; a trailing '/' means everything below. An unclosed '[' is a
// bracket. Characters are code points; bytes that are no UTF-8 count as one each. Plain value, any thread.
// Cannot fail; takes time of pattern times path at most, whatever the pattern.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::reencrypt {

class ShellPattern {
public:
    explicit ShellPattern(std::string_view pattern);
    bool matches(std::string_view path) const;
    /// Everything below that folder matches: it need not be entered when the pattern excludes.
    bool coversFolder(std::string_view path) const;

private:
    struct Token {
        enum class Kind : std::uint8_t { Character, AnyCharacter, Set, Star, DoubleStar, AnyFolders };
        Kind kind = Kind::Character;
        char32_t character = 0;
        bool negated = false;
        std::vector<std::pair<char32_t, char32_t>> ranges;
        bool takes(char32_t c) const;
    };
    std::vector<Token> m_tokens;

    bool readSet(const std::vector<char32_t> &text, std::size_t &at);
    void enter(std::vector<bool> &states, std::size_t state) const;
};

} // namespace keyturn::reencrypt
