// SPDX-License-Identifier: Apache-2.0
// Value: what JSON, shorthand, queries and replies have in common in the AWS CLI's language. Immutable and
// cheap to copy (lists, maps and texts are shared). A text that is a secret lives in SecretBytes and stays
// marked as one through every query. Plain value, any thread.
#pragma once

#include "base/bytes.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace keyturn::cli::aws {

class Value {
public:
    enum class Kind : std::uint8_t { Null, Boolean, Integer, Real, Text, Bytes, List, Map };
    using List = std::vector<Value>;
    using Member = std::pair<std::string, Value>;
    using Map = std::vector<Member>; ///< in order; names unique (see set())

    Value() = default;
    static Value boolean(bool value) { return Value(Content(value)); }
    static Value integer(std::int64_t value) { return Value(Content(value)); }
    static Value real(double value) { return Value(Content(value)); }
    static Value text(std::string_view value);
    static Value secretText(SecretBytes value);
    /// A secret text if `secret`, else a plain one.
    static Value textLike(bool secret, std::string_view value);
    static Value bytes(SecretBytes value); ///< raw bytes from fileb://
    static Value list(List items);
    static Value map(Map members);

    Kind kind() const { return static_cast<Kind>(m_content.index()); }
    bool isNull() const { return kind() == Kind::Null; }
    bool isText() const { return kind() == Kind::Text; }
    bool isNumber() const { return kind() == Kind::Integer || kind() == Kind::Real; }
    bool isList() const { return kind() == Kind::List; }
    bool isMap() const { return kind() == Kind::Map; }
    bool isSecret() const;    ///< of a text or bytes
    bool holdsSecret() const; ///< itself or anything inside

    bool asBoolean() const { return std::get<bool>(m_content); }
    std::int64_t asInteger() const { return std::get<std::int64_t>(m_content); }
    double asReal() const { return std::get<double>(m_content); }
    double asNumber() const; ///< of an integer or a real
    std::string_view asText() const;
    ByteView asBytes() const;
    const List &asList() const { return *std::get<std::shared_ptr<const List>>(m_content); }
    const Map &asMap() const { return *std::get<std::shared_ptr<const Map>>(m_content); }

    /// A member of a map, or nullptr.
    const Value *find(std::string_view name) const;
    /// Equal as Python compares (true equals 1).
    bool operator==(const Value &other) const;

private:
    struct SharedText {
        SharedText() = default;
        SharedText(SharedText &&) = default;
        ~SharedText() { wipe(plain); } ///< nobody knows yet whether JSON from a command line holds a secret
        std::string plain;
        SecretBytes secret;
        bool isSecret = false;
        std::string_view view() const { return isSecret ? secret.text() : std::string_view(plain); }
    };
    struct RawBytes {
        std::shared_ptr<const SecretBytes> bytes;
    };
    using Content =
        std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<const SharedText>, RawBytes,
                     std::shared_ptr<const List>, std::shared_ptr<const Map>>;
    explicit Value(Content content)
        : m_content(std::move(content)) {}
    Content m_content;
};

/// Sets a member; a name that is there already keeps its place.
void set(Value::Map &members, std::string_view name, Value value);

/// "<class 'str'>", as Python calls the kind.
std::string_view pythonType(const Value &value);
/// What Python's str() prints; a secret is "(hidden)".
std::string pythonText(const Value &value);
/// Python's repr() of a text.
std::string pythonRepr(std::string_view text);
/// Python's repr() of a float: shortest form that reads back, with ".0" or exponent.
std::string pythonFloat(double value);

} // namespace keyturn::cli::aws
