// SPDX-License-Identifier: Apache-2.0
// Looking things up in a document that was read; the reading is in json_reader.cpp.
#include "reencrypt/json_scan.h"

#include "base/text.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

int hexValue(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// The four digits behind "\u"; they were checked when the text was read.
unsigned codeUnit(std::string_view digits) {
    unsigned value = 0;
    for (const char c : digits.substr(0, 4)) {
        value = value << 4U | static_cast<unsigned>(hexValue(c));
    }
    return value;
}

void appendUtf8(std::string &out, unsigned code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0U | code >> 6U);
        out += static_cast<char>(0x80U | (code & 0x3fU));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0U | code >> 12U);
        out += static_cast<char>(0x80U | (code >> 6U & 0x3fU));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    } else {
        out += static_cast<char>(0xf0U | code >> 18U);
        out += static_cast<char>(0x80U | (code >> 12U & 0x3fU));
        out += static_cast<char>(0x80U | (code >> 6U & 0x3fU));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    }
}

bool isHigh(unsigned unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}
bool isLow(unsigned unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

/// One escape at the beginning of `rest` (a backslash); answers its length. Half pairs become three bytes
/// that are no UTF-8: text() refuses them, names stay comparable.
std::size_t unescapeOne(std::string_view rest, std::string &out) {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view values = "\"\\/\b\f\n\r\t";
    if (rest[1] != 'u') {
        out += values[names.find(rest[1])];
        return 2;
    }
    const unsigned unit = codeUnit(rest.substr(2));
    if (isHigh(unit) && rest.size() >= 12 && rest[6] == '\\' && rest[7] == 'u') {
        if (const unsigned low = codeUnit(rest.substr(8)); isLow(low)) {
            appendUtf8(out, 0x10000U + ((unit - 0xd800U) << 10U) + (low - 0xdc00U));
            return 12;
        }
    }
    appendUtf8(out, unit);
    return 6;
}

std::string unescaped(std::string_view content) {
    std::string out;
    out.reserve(content.size());
    while (!content.empty()) {
        if (content.front() == '\\') {
            content.remove_prefix(unescapeOne(content, out));
        } else {
            out += content.front();
            content.remove_prefix(1);
        }
    }
    return out;
}

} // namespace

const JsonNode *JsonScan::first(const JsonNode &parent) const {
    return parent.children > 0 ? &m_nodes[indexOf(parent) + 1] : nullptr;
}

const JsonNode *JsonScan::after(const JsonNode &parent, const JsonNode &child) const {
    return child.next < parent.next ? &m_nodes[child.next] : nullptr;
}

const JsonNode *JsonScan::member(const JsonNode &object, std::string_view wanted) const {
    if (object.kind != JsonKind::Object) {
        return nullptr;
    }
    for (auto *child = first(object); child; child = after(object, *child)) {
        if (child->nameEscaped ? name(*child) == wanted
                               : m_text.substr(child->nameOffset, child->nameLength) == wanted) {
            return child;
        }
    }
    return nullptr;
}

const JsonNode *JsonScan::at(std::string_view pointer) const {
    return m_nodes.empty() ? nullptr : at(m_nodes.front(), pointer);
}

const JsonNode *JsonScan::at(const JsonNode &from, std::string_view pointer) const {
    if (!isJsonPointer(pointer)) {
        return nullptr;
    }
    const JsonNode *node = &from;
    while (node && !pointer.empty()) {
        pointer.remove_prefix(1);
        const std::string_view raw = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(raw.size());
        if (node->kind == JsonKind::Array) {
            const bool isIndex = !raw.empty() && raw.size() < 10 && (raw == "0" || raw.front() != '0') &&
                                 std::all_of(raw.begin(), raw.end(), isDigit);
            std::size_t left = isIndex ? std::stoul(std::string(raw)) : node->children;
            const JsonNode *element = left < node->children ? first(*node) : nullptr;
            for (; element && left > 0; --left) {
                element = after(*node, *element);
            }
            node = element;
        } else if (raw.find('~') == std::string_view::npos) {
            node = member(*node, raw);
        } else {
            std::string part;
            for (std::size_t i = 0; i < raw.size(); ++i) {
                part += raw[i] != '~' ? raw[i] : raw[++i] == '0' ? '~' : '/';
            }
            node = member(*node, part);
        }
    }
    return node;
}

std::optional<std::string> JsonScan::text(const JsonNode &node) const {
    if (node.kind != JsonKind::String) {
        return std::nullopt;
    }
    const std::string_view content = m_text.substr(node.offset + 1, node.length - 2);
    if (!node.escaped) {
        return std::string(content);
    }
    std::string value = unescaped(content);
    return isValidUtf8(value) ? std::optional(std::move(value)) : std::nullopt;
}

std::string JsonScan::name(const JsonNode &member) const {
    const std::string_view content = m_text.substr(member.nameOffset, member.nameLength);
    return member.nameEscaped ? unescaped(content) : std::string(content);
}

std::uint64_t JsonScan::line(const JsonNode &node) const {
    const std::string_view before = m_text.substr(0, node.offset);
    return m_firstLine + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
}

std::uint64_t JsonScan::column(const JsonNode &node) const {
    const auto lineFeed = m_text.substr(0, node.offset).rfind('\n');
    return lineFeed == std::string_view::npos ? node.offset + 1 : node.offset - lineFeed;
}

} // namespace keyturn::reencrypt
