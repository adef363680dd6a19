// SPDX-License-Identifier: Apache-2.0
#include "chainlog/json_lines.h"

#include "base/encoding.h"

#include <array>
#include <string_view>

namespace keyturn::chainlog {

namespace {

void appendText(std::string_view name, std::string_view value, std::string &out) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += ",\"";
    out += name;
    out += "\":\"";
    for (const char character : value) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += character;
        }
    }
    out += '"';
}

/// With microseconds, unlike the protocol's times: records of one second keep their order.
std::string exactTime(Timestamp time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    std::string text = formatIso8601(seconds);
    std::string fraction = std::to_string((time - seconds).count());
    fraction.insert(0, 6 - fraction.size(), '0');
    text.insert(text.size() - 1, "." + fraction);
    return text;
}

} // namespace

void appendJsonLine(const StoredRecord &stored, std::string &out) {
    const Record &record = stored.record;
    out += "{\"seq\":" + std::to_string(stored.sequence);
    appendText("time", exactTime(record.time), out);
    out += ",\"monotonicUs\":" + std::to_string(record.monotonicMicroseconds);
    appendText("actor", record.actor, out);
    appendText("action", record.action, out);
    appendText("keyId", record.keyId, out);
    appendText("materialId", record.materialId, out);
    appendText("outcome", record.outcome, out);
    appendText("requestId", record.requestId, out);
    appendText("note", record.note, out);
    appendText("contextDigest", toHex(record.contextDigest), out);
    appendText("hash", toHex(stored.hash), out);
    out += "}\n";
}

} // namespace keyturn::chainlog
