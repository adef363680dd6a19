// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/sql_value.h"

#include "base/encoding.h"
#include "base/text.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace keyturn::reencrypt {
namespace {

std::string exactReal(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

std::string elementJson(const SqlValue &value) {
    if (const auto *number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto *real = std::get_if<double>(&value)) {
        return "{\"real\":\"" + exactReal(*real) + "\"}";
    }
    if (const auto *text = std::get_if<std::string>(&value)) {
        return isValidUtf8(*text) ? rowJsonText(*text) : "{\"text\":\"" + toHex(asBytes(*text)) + "\"}";
    }
    if (const auto *blob = std::get_if<Bytes>(&value)) {
        return "{\"blob\":\"" + toHex(*blob) + "\"}";
    }
    return "null";
}

/// Reads what toJson() writes, and nothing else.
class KeyReader {
public:
    explicit KeyReader(std::string_view text)
        : m_rest(text) {}

    Result<RowKey> read() {
        RowKey key;
        m_good = take("[");
        while (m_good && !take("]")) {
            m_good = (key.empty() || take(",")) && element(key);
        }
        if (!m_good || !m_rest.empty() || key.empty()) {
            return fail(
                ErrorCode::BadEncoding,
                "row key: not the JSON array that Keyturn writes. Leave the key as the report has it.");
        }
        return key;
    }

private:
    bool take(std::string_view text) {
        if (!m_rest.starts_with(text)) {
            return false;
        }
        m_rest.remove_prefix(text.size());
        return true;
    }

    bool element(RowKey &key) {
        if (take("null")) {
            key.emplace_back();
            return true;
        }
        if (m_rest.starts_with('"')) {
            std::string value;
            const bool good = text(value);
            key.emplace_back(std::move(value));
            return good;
        }
        if (take("{")) {
            return tagged(key);
        }
        std::int64_t number = 0;
        const auto [end, fault] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), number);
        m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
        key.emplace_back(number);
        return fault == std::errc{};
    }

    bool tagged(RowKey &key) {
        std::string tag;
        std::string value;
        if (!text(tag) || !take(":") || !text(value) || !take("}")) {
            return false;
        }
        if (tag == "real") {
            char *end = nullptr;
            key.emplace_back(std::strtod(value.c_str(), &end));
            return end != value.c_str() && *end == '\0';
        }
        auto bytes = fromHex(value);
        if (!bytes || (tag != "blob" && tag != "text")) {
            return false;
        }
        if (tag == "blob") {
            key.emplace_back(std::move(*bytes));
        } else {
            key.emplace_back(std::string(asText(*bytes)));
        }
        return true;
    }

    bool text(std::string &value) {
        if (!take("\"")) {
            return false;
        }
        while (!m_rest.empty() && m_rest.front() != '"') {
            if (m_rest.front() != '\\') {
                value += m_rest.front();
                m_rest.remove_prefix(1);
            } else if (!escape(value)) {
                return false;
            }
        }
        return take("\"");
    }

    bool escape(std::string &value) {
        if (take("\\\"")) {
            value += '"';
            return true;
        }
        if (take("\\\\")) {
            value += '\\';
            return true;
        }
        if (!take("\\u00") || m_rest.size() < 2) {
            return false;
        }
        const auto byte = fromHex(m_rest.substr(0, 2));
        if (!byte) {
            return false;
        }
        value += static_cast<char>(byte->front());
        m_rest.remove_prefix(2);
        return true;
    }

    std::string_view m_rest;
    bool m_good = true;
};

} // namespace

std::string rowJsonText(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            json += "\\u00" + toHex(ByteView(&byte, 1));
        } else {
            json += c;
        }
    }
    return json + '"';
}

std::string toJson(const RowKey &key) {
    std::string json = "[";
    for (const SqlValue &value : key) {
        if (json.size() > 1) {
            json += ',';
        }
        json += elementJson(value);
    }
    return json + ']';
}

Result<RowKey> rowKeyFromJson(std::string_view json) {
    return KeyReader(json).read();
}

} // namespace keyturn::reencrypt
