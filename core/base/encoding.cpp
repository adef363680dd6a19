// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace keyturn::inline base {

namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";
constexpr std::string_view base64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t notInAlphabet = 0xff;

constexpr std::array<std::uint8_t, 256> base64Values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(notInAlphabet);
    for (std::size_t i = 0; i < base64Alphabet.size(); ++i) {
        values[static_cast<std::uint8_t>(base64Alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

int hexValue(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

/// The four characters of up to three bytes.
std::array<char, 4> encodeGroup(ByteView group) {
    const unsigned first = group[0];
    const unsigned second = group.size() > 1 ? group[1] : 0U;
    const unsigned third = group.size() > 2 ? group[2] : 0U;
    return {base64Alphabet[first >> 2U], base64Alphabet[((first & 3U) << 4U) | (second >> 4U)],
            group.size() > 1 ? base64Alphabet[((second & 15U) << 2U) | (third >> 6U)] : '=',
            group.size() > 2 ? base64Alphabet[third & 63U] : '='};
}

template <class Sink>
void encodeBase64(ByteView bytes, Sink &&sink) {
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto characters = encodeGroup(bytes.subspan(i, std::min<std::size_t>(3, bytes.size() - i)));
        sink(std::string_view(characters.data(), characters.size()));
    }
}

Result<std::size_t> base64DecodedSize(std::string_view text) {
    if (text.size() % 4 != 0) {
        return fail(ErrorCode::BadEncoding, "base64 has a length that is a multiple of 4; this one has " +
                                                std::to_string(text.size()) + " characters");
    }
    std::size_t padding = 0;
    if (text.ends_with("==")) {
        padding = 2;
    } else if (text.ends_with('=')) {
        padding = 1;
    }
    return text.size() / 4 * 3 - padding;
}

/// `out` has exactly the decoded size.
Status decodeBase64(std::string_view text, MutableByteView out) {
    std::uint32_t bits = 0;
    unsigned bitCount = 0;
    std::size_t written = 0;
    const std::size_t padding = text.size() / 4 * 3 - out.size();
    const std::string_view digits = text.substr(0, text.size() - padding);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::uint8_t value = base64Values[static_cast<std::uint8_t>(digits[i])];
        if (value == notInAlphabet) {
            return fail(ErrorCode::BadEncoding, "no base64 character at position " + std::to_string(i + 1));
        }
        bits = (bits << 6U) | value;
        bitCount += 6;
        if (bitCount >= 8) {
            bitCount -= 8;
            out[written++] = static_cast<std::uint8_t>(bits >> bitCount);
            bits &= (1U << bitCount) - 1U;
        }
    }
    if (bits != 0) {
        return fail(ErrorCode::BadEncoding, "base64 whose unused last bits are not zero, at position " +
                                                std::to_string(digits.size()));
    }
    return {};
}

} // namespace

std::string toHex(ByteView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += hexDigits[byte >> 4U];
        text += hexDigits[byte & 15U];
    }
    return text;
}

Result<Bytes> fromHex(std::string_view text) {
    if (text.size() % 2 != 0) {
        return fail(ErrorCode::BadEncoding,
                    "hex has an even number of digits; this one has " + std::to_string(text.size()));
    }
    Bytes bytes(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int value = hexValue(text[i]);
        if (value < 0) {
            return fail(ErrorCode::BadEncoding, "no hex digit at position " + std::to_string(i + 1));
        }
        bytes[i / 2] = static_cast<std::uint8_t>((bytes[i / 2] << 4U) | value);
    }
    return bytes;
}

std::string toBase64(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    encodeBase64(bytes, [&text](std::string_view group) { text += group; });
    return text;
}

void appendBase64(ByteView bytes, SecretText &out) {
    encodeBase64(bytes, [&out](std::string_view group) { out.append(group); });
}

Result<Bytes> fromBase64(std::string_view text) {
    auto size = base64DecodedSize(text);
    if (!size) {
        return failFrom(size);
    }
    Bytes bytes(*size);
    if (auto decoded = decodeBase64(text, bytes); !decoded) {
        return failFrom(decoded);
    }
    return bytes;
}

Result<SecretBytes> secretFromBase64(std::string_view text) {
    auto size = base64DecodedSize(text);
    if (!size) {
        return failFrom(size);
    }
    SecretBytes bytes(*size);
    if (auto decoded = decodeBase64(text, bytes.mutableView()); !decoded) {
        return failFrom(decoded);
    }
    return bytes;
}

} // namespace keyturn::inline base
