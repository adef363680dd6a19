// SPDX-License-Identifier: Apache-2.0
#include "aws/value.h"

#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace keyturn::cli::aws {

Value Value::text(std::string_view value) {
    SharedText text;
    text.plain = std::string(value);
    return Value(Content(std::make_shared<const SharedText>(std::move(text))));
}

Value Value::secretText(SecretBytes value) {
    SharedText text;
    text.secret = std::move(value);
    text.isSecret = true;
    return Value(Content(std::make_shared<const SharedText>(std::move(text))));
}

Value Value::textLike(bool secret, std::string_view value) {
    return secret ? secretText(SecretBytes::copyOf(value)) : text(value);
}

Value Value::bytes(SecretBytes value) {
    return Value(Content(RawBytes{std::make_shared<const SecretBytes>(std::move(value))}));
}

Value Value::list(List items) {
    return Value(Content(std::make_shared<const List>(std::move(items))));
}

Value Value::map(Map members) {
    return Value(Content(std::make_shared<const Map>(std::move(members))));
}

bool Value::isSecret() const {
    if (kind() == Kind::Bytes) {
        return true;
    }
    return kind() == Kind::Text && std::get<std::shared_ptr<const SharedText>>(m_content)->isSecret;
}

bool Value::holdsSecret() const {
    if (isList()) {
        return std::any_of(asList().begin(), asList().end(),
                           [](const Value &item) { return item.holdsSecret(); });
    }
    if (isMap()) {
        return std::any_of(asMap().begin(), asMap().end(),
                           [](const Member &member) { return member.second.holdsSecret(); });
    }
    return isSecret();
}

double Value::asNumber() const {
    return kind() == Kind::Integer ? static_cast<double>(asInteger()) : asReal();
}

std::string_view Value::asText() const {
    return std::get<std::shared_ptr<const SharedText>>(m_content)->view();
}

ByteView Value::asBytes() const {
    return std::get<RawBytes>(m_content).bytes->view();
}

const Value *Value::find(std::string_view name) const {
    for (const Member &member : asMap()) {
        if (member.first == name) {
            return &member.second;
        }
    }
    return nullptr;
}

bool Value::operator==(const Value &other) const {
    const auto numeric = [](const Value &value) { return value.isNumber() || value.kind() == Kind::Boolean; };
    if (numeric(*this) && numeric(other)) {
        const auto number = [](const Value &value) {
            return value.kind() == Kind::Boolean ? (value.asBoolean() ? 1.0 : 0.0) : value.asNumber();
        };
        if (kind() == Kind::Integer && other.kind() == Kind::Integer) {
            return asInteger() == other.asInteger();
        }
        return number(*this) == number(other);
    }
    if (kind() != other.kind()) {
        return false;
    }
    switch (kind()) {
    case Kind::Text:
        return asText() == other.asText();
    case Kind::Bytes:
        return equalConstantTime(asBytes(), other.asBytes());
    case Kind::List:
        return asList() == other.asList();
    case Kind::Map:
        return asMap().size() == other.asMap().size() &&
               std::all_of(asMap().begin(), asMap().end(), [&](const Member &member) {
                   const Value *same = other.find(member.first);
                   return same != nullptr && *same == member.second;
               });
    default:
        return true;
    }
}

void set(Value::Map &members, std::string_view name, Value value) {
    for (Value::Member &member : members) {
        if (member.first == name) {
            member.second = std::move(value);
            return;
        }
    }
    members.emplace_back(std::string(name), std::move(value));
}

std::string_view pythonType(const Value &value) {
    switch (value.kind()) {
    case Value::Kind::Null:
        return "<class 'NoneType'>";
    case Value::Kind::Boolean:
        return "<class 'bool'>";
    case Value::Kind::Integer:
        return "<class 'int'>";
    case Value::Kind::Real:
        return "<class 'float'>";
    case Value::Kind::Text:
        return "<class 'str'>";
    case Value::Kind::Bytes:
        return "<class 'bytes'>";
    case Value::Kind::List:
        return "<class 'list'>";
    case Value::Kind::Map:
        break;
    }
    return "<class 'dict'>";
}

std::string pythonRepr(std::string_view text) {
    const char quote =
        text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == quote || character == '\\') {
            out += '\\';
            out += character;
        } else if (character == '\n') {
            out += "\\n";
        } else if (character == '\r') {
            out += "\\r";
        } else if (character == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\x" + toHex(ByteView(&byte, 1));
        } else {
            out += character;
        }
    }
    return out + quote;
}

std::string pythonFloat(double value) {
    if (std::isnan(value)) {
        return "nan";
    }
    if (std::isinf(value)) {
        return value < 0 ? "-inf" : "inf";
    }
    char digits[64];
    const double magnitude = std::fabs(value);
    const bool scientific = value != 0 && (magnitude >= 1e16 || magnitude < 1e-4);
    const auto form = scientific ? std::chars_format::scientific : std::chars_format::fixed;
    const auto end = std::to_chars(digits, digits + sizeof digits, value, form).ptr;
    std::string text(digits, end);
    return scientific || text.find('.') != std::string::npos ? text : text + ".0";
}

namespace {

std::string pythonInner(const Value &value) {
    return value.isText() && !value.isSecret() ? pythonRepr(value.asText()) : pythonText(value);
}

} // namespace

std::string pythonText(const Value &value) {
    switch (value.kind()) {
    case Value::Kind::Null:
        return "None";
    case Value::Kind::Boolean:
        return value.asBoolean() ? "True" : "False";
    case Value::Kind::Integer:
        return std::to_string(value.asInteger());
    case Value::Kind::Real:
        return pythonFloat(value.asReal());
    case Value::Kind::Text:
        return value.isSecret() ? "(hidden)" : std::string(value.asText());
    case Value::Kind::Bytes:
        return "(" + std::to_string(value.asBytes().size()) + " bytes, hidden)";
    case Value::Kind::List: {
        std::vector<std::string> items;
        for (const Value &item : value.asList()) {
            items.push_back(pythonInner(item));
        }
        return "[" + join(items, ", ") + "]";
    }
    case Value::Kind::Map:
        break;
    }
    std::vector<std::string> members;
    for (const auto &[name, member] : value.asMap()) {
        members.push_back(pythonRepr(name) + ": " + pythonInner(member));
    }
    return "{" + join(members, ", ") + "}";
}

} // namespace keyturn::cli::aws
