// SPDX-License-Identifier: Apache-2.0
// field<&Struct::member>("WireName"): makes a row of a field table, its kind taken from the member's type.
// Included by the .cpp files that hold tables, by nobody else.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "kms/field.h"
#include "kms/open_enum.h"

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace keyturn::kms {
namespace field_detail {

template <class T>
struct MemberPointer;
template <class Object, class Value>
struct MemberPointer<std::optional<Value> Object::*> {
    using Owner = Object;
    using Type = Value;
};

template <class T>
inline constexpr bool isOpenEnum = false;
template <class E>
inline constexpr bool isOpenEnum<Open<E>> = true;
template <class T>
inline constexpr bool isVector = false;
template <class T>
inline constexpr bool isVector<std::vector<T>> = true;
template <class E>
E enumOf(const Open<E> &);

template <class T>
constexpr FieldKind kindOf() {
    if constexpr (std::is_same_v<T, std::string>) {
        return FieldKind::Text;
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return FieldKind::Blob;
    } else if constexpr (std::is_same_v<T, SecretBytes>) {
        return FieldKind::SecretBlob;
    } else if constexpr (std::is_same_v<T, SecretText>) {
        return FieldKind::SecretText;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return FieldKind::Integer;
    } else if constexpr (std::is_same_v<T, bool>) {
        return FieldKind::Boolean;
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        return FieldKind::Time;
    } else if constexpr (isOpenEnum<T>) {
        return FieldKind::Enumeration;
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        return FieldKind::TextList;
    } else if constexpr (std::is_same_v<T, EncryptionContext>) {
        return FieldKind::TextMap;
    } else if constexpr (isVector<T>) {
        return isOpenEnum<typename T::value_type> ? FieldKind::EnumerationList : FieldKind::StructureList;
    } else {
        return FieldKind::Structure;
    }
}

/// What the interpreter casts to: enumerations are seen through their untyped base.
template <class T>
using Seen = std::conditional_t<isOpenEnum<T>, OpenEnum, T>;

template <class T>
const void *seen(const T &value) {
    return static_cast<const Seen<T> *>(&value);
}
template <class T>
void *seen(T &value) {
    return static_cast<Seen<T> *>(&value);
}

template <auto Member>
struct AccessOf {
    using Owner = typename MemberPointer<decltype(Member)>::Owner;
    using Type = typename MemberPointer<decltype(Member)>::Type;

    static const void *get(const void *object) {
        const auto &member = static_cast<const Owner *>(object)->*Member;
        return member ? seen(*member) : nullptr;
    }
    static void *make(void *object) {
        auto &member = static_cast<Owner *>(object)->*Member;
        if (!member) {
            member.emplace();
        }
        return seen(*member);
    }
    static void clear(void *object) { (static_cast<Owner *>(object)->*Member).reset(); }
};

template <class Vector>
struct ListAccess {
    static std::size_t count(const void *value) { return static_cast<const Vector *>(value)->size(); }
    static const void *item(const void *value, std::size_t index) {
        return seen((*static_cast<const Vector *>(value))[index]);
    }
    static void *append(void *value) { return seen(static_cast<Vector *>(value)->emplace_back()); }
};

template <auto Member>
constexpr Access makeAccess() {
    using A = AccessOf<Member>;
    Access access{.get = &A::get, .make = &A::make, .clear = &A::clear};
    constexpr FieldKind kind = kindOf<typename A::Type>();
    if constexpr (kind == FieldKind::EnumerationList || kind == FieldKind::StructureList) {
        using L = ListAccess<typename A::Type>;
        access.count = &L::count;
        access.item = &L::item;
        access.append = &L::append;
    }
    return access;
}

template <auto Member>
inline constexpr Access accessOf = makeAccess<Member>();

} // namespace field_detail

template <auto Member>
constexpr Field field(std::string_view name) {
    using Type = typename field_detail::AccessOf<Member>::Type;
    constexpr FieldKind kind = field_detail::kindOf<Type>();
    Field row{.name = name, .kind = kind, .access = &field_detail::accessOf<Member>};
    if constexpr (kind == FieldKind::Enumeration) {
        row.enumeration = &enumInfo<decltype(field_detail::enumOf(std::declval<Type>()))>;
    } else if constexpr (kind == FieldKind::EnumerationList) {
        row.enumeration =
            &enumInfo<decltype(field_detail::enumOf(std::declval<typename Type::value_type>()))>;
    } else if constexpr (kind == FieldKind::Structure) {
        row.structure = &structureInfo<Type>;
    } else if constexpr (kind == FieldKind::StructureList) {
        row.structure = &structureInfo<typename Type::value_type>;
    }
    row.secret = kind == FieldKind::SecretBlob || kind == FieldKind::SecretText;
    return row;
}

} // namespace keyturn::kms
