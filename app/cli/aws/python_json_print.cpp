// SPDX-License-Identifier: Apache-2.0
#include "aws/python_json.h"

#include <cmath>
#include <cstdio>

namespace keyturn::cli::aws {
namespace {

std::string jsonNumber(double value) {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-Infinity" : "Infinity";
    }
    return pythonFloat(value);
}

void appendEscapedUnit(std::uint32_t unit, SecretText &out) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(unit));
    out.append(text);
}

/// One code point at `at` of well-formed UTF-8; moves `at` behind it.
std::uint32_t codePointAt(std::string_view text, std::size_t &at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
        code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
    }
    at += length;
    return code;
}

void printString(std::string_view text, bool asciiOnly, SecretText &out) {
    out.append('"');
    for (std::size_t at = 0; at < text.size();) {
        const char character = text[at];
        const auto byte = static_cast<unsigned char>(character);
        constexpr std::string_view special = "\"\\\n\r\t\b\f";
        constexpr std::string_view names = "\"\\nrtbf";
        if (const auto index = special.find(character); index != std::string_view::npos) {
            out.append('\\');
            out.append(names[index]);
            ++at;
        } else if (byte < 0x20) {
            appendEscapedUnit(byte, out);
            ++at;
        } else if (byte < 0x80 || !asciiOnly) {
            out.append(character);
            ++at;
        } else {
            const std::uint32_t code = codePointAt(text, at);
            if (code >= 0x10000) {
                appendEscapedUnit(0xd800 + ((code - 0x10000) >> 10), out);
                appendEscapedUnit(0xdc00 + ((code - 0x10000) & 0x3ff), out);
            } else {
                appendEscapedUnit(code, out);
            }
        }
    }
    out.append('"');
}

class Printer {
public:
    Printer(SecretText &out, bool pretty)
        : m_out(out)
        , m_pretty(pretty) {}

    void print(const Value &value, int depth) {
        switch (value.kind()) {
        case Value::Kind::Null:
            return m_out.append("null");
        case Value::Kind::Boolean:
            return m_out.append(value.asBoolean() ? "true" : "false");
        case Value::Kind::Integer:
            return m_out.append(std::to_string(value.asInteger()));
        case Value::Kind::Real:
            return m_out.append(jsonNumber(value.asReal()));
        case Value::Kind::Text:
            return printString(value.asText(), !m_pretty, m_out);
        case Value::Kind::Bytes:
            return printString(asText(value.asBytes()), !m_pretty, m_out);
        case Value::Kind::List:
            return printList(value.asList(), depth);
        case Value::Kind::Map:
            return printMap(value.asMap(), depth);
        }
    }

private:
    void newLine(int depth) {
        if (m_pretty) {
            m_out.append('\n');
            m_out.append(std::string(static_cast<std::size_t>(depth) * 4, ' '));
        }
    }
    void printList(const Value::List &items, int depth) {
        m_out.append('[');
        for (std::size_t i = 0; i < items.size(); ++i) {
            m_out.append(i == 0 ? "" : ",");
            newLine(depth + 1);
            print(items[i], depth + 1);
        }
        if (!items.empty()) {
            newLine(depth);
        }
        m_out.append(']');
    }
    void printMap(const Value::Map &members, int depth) {
        m_out.append('{');
        for (std::size_t i = 0; i < members.size(); ++i) {
            m_out.append(i == 0 ? "" : ",");
            newLine(depth + 1);
            printString(members[i].first, !m_pretty, m_out);
            m_out.append(m_pretty ? ": " : ":");
            print(members[i].second, depth + 1);
        }
        if (!members.empty()) {
            newLine(depth);
        }
        m_out.append('}');
    }

    SecretText &m_out;
    bool m_pretty;
};

} // namespace

void printJson(const Value &value, SecretText &out) {
    Printer(out, true).print(value, 0);
}

void printCompactJson(const Value &value, SecretText &out) {
    Printer(out, false).print(value, 0);
}

} // namespace keyturn::cli::aws
