// SPDX-License-Identifier: Apache-2.0
// Field: one member of a request, reply or structure as plain data. One interpreter reads these tables for
// JSON, validation, command line, redaction and forms (DESIGN.md section 3). Tables are constant; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keyturn::kms {

struct EnumInfo;
struct StructureInfo;

enum class FieldKind : std::uint8_t {
    Text,            ///< std::string
    Blob,            ///< Bytes
    SecretBlob,      ///< SecretBytes
    SecretText,      ///< keyturn::SecretText
    Integer,         ///< std::int64_t
    Boolean,         ///< bool
    Time,            ///< Timestamp
    Enumeration,     ///< Open<E>, seen as OpenEnum
    TextList,        ///< std::vector<std::string>
    EnumerationList, ///< std::vector<Open<E>>, items seen as OpenEnum
    TextMap,         ///< EncryptionContext
    Structure,       ///< a struct with a table of its own
    StructureList    ///< std::vector of such
};

/// Which forms of a key identifier a member takes (kms-semantics.md section 3).
enum class IdForm : std::uint8_t { None = 0, KeyId = 1, KeyArn = 2, AliasName = 4, AliasArn = 8 };
constexpr IdForm operator|(IdForm a, IdForm b) {
    return static_cast<IdForm>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr bool includes(IdForm forms, IdForm form) {
    return (static_cast<std::uint8_t>(forms) & static_cast<std::uint8_t>(form)) != 0;
}
inline constexpr IdForm keyIdOrArn = IdForm::KeyId | IdForm::KeyArn;
inline constexpr IdForm anyKeyIdentifier = keyIdOrArn | IdForm::AliasName | IdForm::AliasArn;

/// How the interpreter reaches a member, whose C++ type is std::optional of the type that FieldKind names.
struct Access {
    const void *(*get)(const void *object); ///< the value, or nullptr when absent
    void *(*make)(void *object);            ///< the value, default-made when absent
    void (*clear)(void *object);            ///< makes it absent
    // Lists of enumerations and structures only; otherwise nullptr.
    std::size_t (*count)(const void *value) = nullptr;
    const void *(*item)(const void *value, std::size_t index) = nullptr;
    void *(*append)(void *value) = nullptr;
};

struct Field {
    std::string_view name; ///< on the wire, e.g. "CiphertextBlob"
    FieldKind kind;
    const Access *access;
    const EnumInfo &(*enumeration)() = nullptr;
    const StructureInfo &(*structure)() = nullptr;

    bool required = false;
    bool secret = false; ///< never shown, logged or echoed in messages
    bool deprecated = false;
    IdForm idForms = IdForm::None;
    std::int64_t minLength = -1; ///< characters of a text (or of each item), bytes of a blob; -1: no bound
    std::int64_t maxLength = -1;
    std::int64_t minValue = -1; ///< of an integer
    std::int64_t maxValue = -1;
    std::int64_t minItems = -1;
    std::int64_t maxItems = -1;
    std::string_view pattern = {}; ///< as published; for texts and items of lists

private:
    // Stands above its callers: clang 14 does not evaluate a template that comes later.
    template <class Change>
    constexpr Field with(Change change) const {
        Field copy = *this;
        change(copy);
        return copy;
    }

public:
    // For tables: each returns the field with one fact more.
    constexpr Field require() const {
        return with([](Field &f) { f.required = true; });
    }
    constexpr Field hide() const {
        return with([](Field &f) { f.secret = true; });
    }
    constexpr Field deprecate() const {
        return with([](Field &f) { f.deprecated = true; });
    }
    constexpr Field ids(IdForm forms) const {
        return with([=](Field &f) { f.idForms = forms; });
    }
    constexpr Field matching(std::string_view published) const {
        return with([=](Field &f) { f.pattern = published; });
    }
    constexpr Field length(std::int64_t min, std::int64_t max) const {
        return with([=](Field &f) { f.minLength = min, f.maxLength = max; });
    }
    constexpr Field range(std::int64_t min, std::int64_t max) const {
        return with([=](Field &f) { f.minValue = min, f.maxValue = max; });
    }
    constexpr Field items(std::int64_t min, std::int64_t max) const {
        return with([=](Field &f) { f.minItems = min, f.maxItems = max; });
    }
};

struct StructureInfo {
    std::string_view name;
    std::span<const Field> fields;
};

/// Specialised for every structure in kms/structures.h.
template <class S>
const StructureInfo &structureInfo();

/// The member is a secret, or a structure (or a list of them) with a secret somewhere inside.
bool holdsSecret(const Field &field);

} // namespace keyturn::kms
