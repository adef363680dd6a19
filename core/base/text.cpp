// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <cstdint>

namespace keyturn::inline base {

namespace {

bool isContinuation(char byte) {
    return (static_cast<std::uint8_t>(byte) & 0xc0U) == 0x80U;
}

/// The length of the well-formed sequence at the start of `text`, 0 if there is none (RFC 3629 section 4).
std::size_t sequenceLength(std::string_view text) {
    const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = at(0);
    if (lead < 0x80) {
        return 1;
    }
    std::size_t length = 0;
    std::uint8_t low = 0x80;
    std::uint8_t high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        length = 3;
        low = lead == 0xe0 ? 0xa0 : low;   // overlong
        high = lead == 0xed ? 0x9f : high; // surrogates
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        low = lead == 0xf0 ? 0x90 : low;   // overlong
        high = lead == 0xf4 ? 0x8f : high; // above U+10FFFF
    }
    if (length == 0 || text.size() < length || at(1) < low || at(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (!isContinuation(text[i])) {
            return 0;
        }
    }
    return length;
}

bool isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Where the code point after the first `count` ones begins.
std::size_t offsetOfCodePoint(std::string_view text, std::size_t count) {
    std::size_t offset = 0;
    for (; offset < text.size(); ++offset) {
        if (!isContinuation(text[offset]) && count-- == 0) {
            return offset;
        }
    }
    return offset;
}

} // namespace

bool isValidUtf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::size_t codePointCount(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text) {
        count += isContinuation(byte) ? 0 : 1;
    }
    return count;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isSpace(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isSpace(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string toLowerAscii(std::string_view text) {
    std::string lower(text);
    for (char &c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

std::string join(const std::vector<std::string> &parts, std::string_view separator) {
    std::string joined;
    for (const std::string &part : parts) {
        if (&part != &parts.front()) {
            joined += separator;
        }
        joined += part;
    }
    return joined;
}

std::string elideMiddle(std::string_view text, std::size_t maxCharacters) {
    const std::size_t count = codePointCount(text);
    if (count <= maxCharacters) {
        return std::string(text);
    }
    if (maxCharacters == 0) {
        return {};
    }
    const std::size_t kept = maxCharacters - 1; // one for the ellipsis
    const std::size_t tail = kept / 2;
    std::string elided(text.substr(0, offsetOfCodePoint(text, kept - tail)));
    elided += "\xe2\x80\xa6";
    elided += text.substr(offsetOfCodePoint(text, count - tail));
    return elided;
}

} // namespace keyturn::inline base
