// SPDX-License-Identifier: Apache-2.0
#include "ui/widgets/secret_format.h"

#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace keyturn::widgets {
namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";
constexpr std::string_view base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int columnsPerHexByte = 3;
constexpr int columnsPerBase64Group = 4;
constexpr std::size_t bytesPerBase64Group = 3;

std::size_t bytesPerRow(SecretFormat format, int columns) {
    if (format == SecretFormat::Hex) {
        const int bytes = std::max(4, columns / columnsPerHexByte);
        return static_cast<std::size_t>(bytes >= 8 ? bytes / 8 * 8 : 4);
    }
    const int groups = std::max(1, columns / columnsPerBase64Group);
    return static_cast<std::size_t>(groups) * bytesPerBase64Group;
}

std::vector<SecretRow> cutText(ByteView secret, int columns, const TextStepper &step) {
    std::vector<SecretRow> rows;
    SecretRow row;
    int used = 0;
    std::size_t at = 0;
    while (at < secret.size()) {
        const TextStep character = step(at);
        if (character.breaksLine || used + character.columns > columns) {
            row.to = at;
            rows.push_back(row);
            row.from = character.breaksLine ? character.next : at;
            used = 0;
        }
        if (!character.breaksLine) {
            used += character.columns;
        }
        at = character.next;
    }
    row.to = secret.size();
    rows.push_back(row);
    return rows;
}

void writeBase64Group(ByteView group, const std::function<void(char)> &paint) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < bytesPerBase64Group; ++i) {
        bits = (bits << 8U) | (i < group.size() ? group[i] : 0U);
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
        const bool padding = digit > group.size();
        paint(padding ? '=' : base64Digits[(bits >> (18U - 6U * digit)) & 0x3FU]);
    }
}

} // namespace

SecretText formatSecret(ByteView secret, SecretFormat format) {
    SecretText out;
    switch (format) {
    case SecretFormat::Text:
        out.append(asText(secret));
        break;
    case SecretFormat::Hex:
        for (const std::uint8_t byte : secret) {
            out.append(hexDigits[byte >> 4U]);
            out.append(hexDigits[byte & 0xFU]);
        }
        break;
    case SecretFormat::Base64:
        appendBase64(secret, out);
        break;
    }
    return out;
}

bool readsAsText(ByteView secret) {
    constexpr std::uint8_t firstPrintable = 0x20;
    constexpr std::uint8_t deleteCharacter = 0x7F;
    const auto control = [](std::uint8_t byte) {
        const bool space = byte == '\n' || byte == '\r' || byte == '\t';
        return (byte < firstPrintable && !space) || byte == deleteCharacter;
    };
    return isValidUtf8(asText(secret)) && std::none_of(secret.begin(), secret.end(), control);
}

std::vector<SecretRow> cutRows(ByteView secret, SecretFormat format, int columns, const TextStepper &step) {
    if (format == SecretFormat::Text) {
        return cutText(secret, std::max(1, columns), step);
    }
    std::vector<SecretRow> rows;
    const std::size_t stride = bytesPerRow(format, columns);
    for (std::size_t from = 0; from < secret.size(); from += stride) {
        rows.push_back({from, std::min(from + stride, secret.size())});
    }
    return rows;
}

void forEachCharacter(ByteView secret, const SecretRow &row, SecretFormat format,
                      const std::function<void(char)> &paint) {
    const ByteView bytes = secret.subspan(row.from, row.to - row.from);
    if (format == SecretFormat::Hex) {
        for (const std::uint8_t byte : bytes) {
            paint(hexDigits[byte >> 4U]);
            paint(hexDigits[byte & 0xFU]);
            paint(' ');
        }
        return;
    }
    for (std::size_t at = 0; at < bytes.size(); at += bytesPerBase64Group) {
        writeBase64Group(bytes.subspan(at, std::min(bytesPerBase64Group, bytes.size() - at)), paint);
    }
}

} // namespace keyturn::widgets
