// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/item.h"

#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::size_t ciphertextBytesMax = 6144;
/// Longer values are not looked at: hex doubles, broken lines of a few characters add as much again.
constexpr std::size_t dressedBytesMax = 4 * ciphertextBytesMax + 64;

bool isBlank(char c) {
    return c == '\n' || c == '\r' || c == ' ' || c == '\t';
}

bool isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// "v1:", "v12:"; 0: none.
std::size_t numberedPrefixLength(std::string_view text) {
    const auto colon = text.substr(0, 12).find(':');
    if (colon == std::string_view::npos || colon < 2 || text.front() != 'v') {
        return 0;
    }
    const bool digits = std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(colon),
                                    [](char c) { return c >= '0' && c <= '9'; });
    return digits ? colon + 1 : 0;
}

struct Outer {
    std::string_view prefix, body, suffix;
};

/// The blanks at the end and the numbered prefix; what is left is the encoding alone.
Outer takeApart(std::string_view value) {
    std::size_t end = value.size();
    while (end > 0 && isBlank(value[end - 1])) {
        --end;
    }
    const std::size_t prefix = numberedPrefixLength(value.substr(0, end));
    return {value.substr(0, prefix), value.substr(prefix, end - prefix), value.substr(end)};
}

bool fits(std::size_t bytes) {
    return bytes >= 1 && bytes <= ciphertextBytesMax;
}

std::optional<Undressed> undressHex(const Outer &outer) {
    std::string prefix(outer.prefix);
    std::string_view digits = outer.body;
    if (digits.starts_with("\\x") || digits.starts_with("0x")) {
        prefix += digits.substr(0, 2);
        digits.remove_prefix(2);
    }
    if (!std::all_of(digits.begin(), digits.end(), isHexDigit)) {
        return std::nullopt;
    }
    auto bytes = fromHex(digits);
    if (!bytes || !fits(bytes->size())) {
        return std::nullopt;
    }
    const bool upper = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
    const bool lower = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'a' && c <= 'f'; });
    Undressed result;
    result.dress.encoding = Encoding::Hex;
    result.dress.padded = false;
    result.dress.upperCase = upper && !lower;
    result.dress.prefix = std::move(prefix);
    result.dress.suffix = outer.suffix;
    result.ciphertext = std::move(*bytes);
    return result;
}

/// Joins equally long lines (the last may be shorter); false when they are not.
bool joinLines(std::string_view body, std::string &joined, Dress &dress) {
    const auto first = body.find('\n');
    if (first == std::string_view::npos) {
        joined = body;
        return true;
    }
    dress.lineEnd = first > 0 && body[first - 1] == '\r' ? "\r\n" : "\n";
    const std::size_t length = first + 1 - dress.lineEnd.size();
    if (length == 0) {
        return false;
    }
    dress.lineLength = static_cast<std::uint32_t>(length);
    while (body.size() > length) {
        joined += body.substr(0, length);
        body.remove_prefix(length);
        if (!body.starts_with(dress.lineEnd)) {
            return false;
        }
        body.remove_prefix(dress.lineEnd.size());
    }
    joined += body;
    return !body.empty();
}

std::optional<Undressed> undressBase64(const Outer &outer, bool url) {
    Undressed result;
    std::string text;
    if (!joinLines(outer.body, text, result.dress) || text.find_first_of(url ? "+/" : "-_") != text.npos) {
        return std::nullopt;
    }
    result.dress.encoding = url ? Encoding::Base64Url : Encoding::Base64;
    if (text.size() % 4 != 0) {
        if (text.ends_with('=')) {
            return std::nullopt;
        }
        result.dress.padded = false;
        text.append((4 - text.size() % 4) % 4, '=');
    }
    if (url) {
        std::replace(text.begin(), text.end(), '-', '+');
        std::replace(text.begin(), text.end(), '_', '/');
    }
    auto bytes = fromBase64(text);
    if (!bytes || !fits(bytes->size())) {
        return std::nullopt;
    }
    result.dress.prefix = outer.prefix;
    result.dress.suffix = outer.suffix;
    result.ciphertext = std::move(*bytes);
    return result;
}

std::optional<Undressed> undressRaw(ByteView value) {
    if (!fits(value.size())) {
        return std::nullopt;
    }
    Undressed result;
    result.dress.encoding = Encoding::Raw;
    result.dress.padded = false;
    result.ciphertext = toBytes(value);
    return result;
}

/// Text that both alphabets read: without padding it is base64url's habit, with it plain base64.
std::optional<Undressed> undressEitherBase64(const Outer &outer) {
    const bool special = outer.body.find_first_of("+/") != std::string_view::npos;
    if (auto plain = undressBase64(outer, false); plain && (plain->dress.padded || special)) {
        return plain;
    }
    return undressBase64(outer, true);
}

void appendBroken(Bytes &out, std::string_view text, const Dress &how) {
    if (how.lineLength == 0) {
        out.insert(out.end(), text.begin(), text.end());
        return;
    }
    for (std::size_t at = 0; at < text.size(); at += how.lineLength) {
        if (at > 0) {
            out.insert(out.end(), how.lineEnd.begin(), how.lineEnd.end());
        }
        const std::string_view line = text.substr(at, how.lineLength);
        out.insert(out.end(), line.begin(), line.end());
    }
}

std::string encoded(ByteView ciphertext, const Dress &how) {
    if (how.encoding == Encoding::Hex) {
        std::string text = toHex(ciphertext);
        if (how.upperCase) {
            std::transform(text.begin(), text.end(), text.begin(), [](char c) {
                return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
            });
        }
        return text;
    }
    std::string text = toBase64(ciphertext);
    if (how.encoding == Encoding::Base64Url) {
        std::replace(text.begin(), text.end(), '+', '-');
        std::replace(text.begin(), text.end(), '/', '_');
    }
    while (!how.padded && text.ends_with('=')) {
        text.pop_back();
    }
    return text;
}

} // namespace

Bytes dress(ByteView ciphertext, const Dress &how) {
    Bytes out(how.prefix.begin(), how.prefix.end());
    if (how.encoding == Encoding::Raw) {
        out.insert(out.end(), ciphertext.begin(), ciphertext.end());
    } else {
        appendBroken(out, encoded(ciphertext, how), how);
    }
    out.insert(out.end(), how.suffix.begin(), how.suffix.end());
    return out;
}

std::optional<Undressed> undress(ByteView value, std::optional<Encoding> allowed) {
    if (value.empty() || value.size() > dressedBytesMax) {
        return std::nullopt;
    }
    if (allowed == Encoding::Raw) {
        return undressRaw(value);
    }
    const Outer outer = takeApart(asText(value));
    if (allowed) {
        return *allowed == Encoding::Hex ? undressHex(outer)
                                         : undressBase64(outer, *allowed == Encoding::Base64Url);
    }
    if (auto hex = undressHex(outer)) {
        return hex;
    }
    if (auto base64 = undressEitherBase64(outer)) {
        return base64;
    }
    return undressRaw(value);
}

} // namespace keyturn::reencrypt
