// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/report_text.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::string_view hexDigits = "0123456789abcdef";

std::size_t sequenceSize(char first) {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
}

} // namespace

std::string validUtf8(std::string_view text) {
    if (isValidUtf8(text)) {
        return std::string(text);
    }
    std::string valid;
    while (!text.empty()) {
        const std::size_t size = std::min(sequenceSize(text.front()), text.size());
        const bool good = isValidUtf8(text.substr(0, size));
        valid += good ? text.substr(0, size) : replacement;
        text.remove_prefix(good ? size : 1);
    }
    return valid;
}

std::string jsonText(std::string_view text) {
    std::string quoted = "\"";
    for (const char each : validUtf8(text)) {
        const auto byte = static_cast<unsigned char>(each);
        if (each == '"' || each == '\\') {
            quoted += '\\';
            quoted += each;
        } else if (each == '\n') {
            quoted += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += "\\u00";
            quoted += hexDigits[byte >> 4U];
            quoted += hexDigits[byte & 15U];
        } else {
            quoted += each;
        }
    }
    return quoted + '"';
}

JsonObject &JsonObject::text(std::string_view name, std::string_view value) {
    return json(name, jsonText(value));
}

JsonObject &JsonObject::textUnlessEmpty(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
}

JsonObject &JsonObject::number(std::string_view name, std::uint64_t value) {
    return json(name, std::to_string(value));
}

JsonObject &JsonObject::flag(std::string_view name, bool value) {
    return json(name, value ? "true" : "false");
}

JsonObject &JsonObject::json(std::string_view name, std::string_view value) {
    m_text += m_text.size() > 1 ? ", " : "";
    m_text += jsonText(name);
    m_text += ": ";
    m_text += value;
    return *this;
}

std::string csvCell(std::string_view text) {
    std::string cell = "\"";
    constexpr std::string_view formulaBegins = "=+-@\t\r";
    if (!text.empty() && formulaBegins.find(text.front()) != std::string_view::npos) {
        cell += '\'';
    }
    for (const char each : validUtf8(text)) {
        const auto byte = static_cast<unsigned char>(each);
        if (each == '"') {
            cell += '"';
        }
        cell += byte < 0x20 ? ' ' : each; // one item, one line
    }
    return cell + '"';
}

std::string htmlText(std::string_view text) {
    std::string escaped;
    for (const char each : validUtf8(text)) {
        switch (each) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += static_cast<unsigned char>(each) < 0x20 && each != '\n' ? ' ' : each;
        }
    }
    return escaped;
}

} // namespace keyturn::reencrypt
