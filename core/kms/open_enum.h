// SPDX-License-Identifier: Apache-2.0
// Open enumerations: a known value, or the text that a service sent and this program does not know yet. Such
// a value is shown, compared and sent on as it came. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace keyturn::kms {

/// The names of an enumeration on the wire, in the order of its enumerators.
struct EnumInfo {
    std::string_view name; ///< e.g. "KeyState"
    std::span<const std::string_view> names;
};

/// Specialised for every enumeration in kms/enums.h.
template <class E>
const EnumInfo &enumInfo();

/// The untyped part, which the table interpreter works on.
class OpenEnum {
public:
    /// The index of a known value, or nothing.
    std::optional<std::uint8_t> index() const { return m_index; }
    std::string_view text(const EnumInfo &info) const {
        return m_index ? info.names[*m_index] : std::string_view(m_text);
    }
    void setText(const EnumInfo &info, std::string_view text);
    bool operator==(const OpenEnum &) const = default;

protected:
    OpenEnum() = default;
    explicit OpenEnum(std::uint8_t index)
        : m_index(index) {}

private:
    std::optional<std::uint8_t> m_index;
    std::string m_text; ///< only for values outside the list
};

template <class E>
class Open : public OpenEnum {
public:
    Open() = default;
    Open(E value)
        : OpenEnum(static_cast<std::uint8_t>(value)) {} // NOLINT: a value is one form of it
    static Open fromText(std::string_view text) {
        Open value;
        value.setText(enumInfo<E>(), text);
        return value;
    }

    bool isKnown() const { return index().has_value(); }
    std::optional<E> known() const {
        return index() ? std::optional<E>(static_cast<E>(*index())) : std::nullopt;
    }
    std::string_view text() const { return OpenEnum::text(enumInfo<E>()); }
    bool operator==(E value) const { return index() == static_cast<std::uint8_t>(value); }
    bool operator==(const Open &) const = default;
};

} // namespace keyturn::kms
