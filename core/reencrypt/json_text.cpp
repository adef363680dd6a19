// SPDX-License-Identifier: Apache-2.0
// JSON texts written in the manner of another one, and the form of JSON pointers.
#include "reencrypt/json_scan.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace keyturn::reencrypt {
namespace {

/// How a text was escaped: learned from its token.
struct Manner {
    std::array<std::string, 128> ascii; ///< the escape of a character; empty: it stands as it is
    bool nonAscii = false;              ///< written as \u
    bool upperCase = false;             ///< of hex digits
};

std::string hexEscape(unsigned unit, bool upperCase) {
    const std::string_view digits = upperCase ? "0123456789ABCDEF" : "0123456789abcdef";
    std::string text = "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) {
        text += digits[unit >> shift & 15U];
    }
    return text;
}

void learn(std::string_view escape, Manner &manner) {
    if (escape[1] != 'u') {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view values = "\"\\/\b\f\n\r\t";
        manner.ascii[static_cast<std::size_t>(values[names.find(escape[1])])] = escape;
        return;
    }
    const unsigned unit = static_cast<unsigned>(std::stoul(std::string(escape.substr(2)), nullptr, 16));
    if (unit < 128) {
        manner.ascii[unit] = escape;
    } else {
        manner.nonAscii = true;
    }
    manner.upperCase = manner.upperCase || escape.substr(2).find_first_of("ABCDEF") != std::string_view::npos;
}

Manner mannerOf(std::string_view token) {
    Manner manner;
    manner.ascii['"'] = "\\\"";
    manner.ascii['\\'] = "\\\\";
    manner.ascii['\b'] = "\\b";
    manner.ascii['\f'] = "\\f";
    manner.ascii['\n'] = "\\n";
    manner.ascii['\r'] = "\\r";
    manner.ascii['\t'] = "\\t";
    for (std::size_t i = 0; i + 1 < token.size(); ++i) {
        if (token[i] == '\\') {
            const std::size_t length = token[i + 1] == 'u' ? 6 : 2;
            learn(token.substr(i, length), manner);
            i += length - 1;
        }
    }
    return manner;
}

/// The code point at the beginning of well-formed UTF-8, and its length.
std::pair<unsigned, std::size_t> codePoint(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t wanted = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const std::size_t length = std::min(wanted, text.size());
    unsigned code = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    return {code, length};
}

} // namespace

bool isJsonPointer(std::string_view text) {
    if (!text.empty() && text.front() != '/') {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
            return false;
        }
    }
    return true;
}

std::string jsonTextLike(std::string_view value, std::string_view like) {
    const Manner manner = mannerOf(like);
    std::string out = "\"";
    while (!value.empty()) {
        const auto [code, length] = codePoint(value);
        if (code < 128) {
            const std::string &escape = manner.ascii[code];
            out += !escape.empty() ? escape
                   : code < 0x20   ? hexEscape(code, manner.upperCase)
                                   : std::string(1, static_cast<char>(code));
        } else if (!manner.nonAscii) {
            out += value.substr(0, length);
        } else if (code < 0x10000) {
            out += hexEscape(code, manner.upperCase);
        } else {
            out += hexEscape(0xd800U + ((code - 0x10000U) >> 10U), manner.upperCase);
            out += hexEscape(0xdc00U + ((code - 0x10000U) & 0x3ffU), manner.upperCase);
        }
        value.remove_prefix(length);
    }
    return out + '"';
}

} // namespace keyturn::reencrypt
