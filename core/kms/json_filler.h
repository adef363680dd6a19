// SPDX-License-Identifier: Apache-2.0
// JsonFiller: takes the events of a JSON parser and fills the members that a field table names. Knows no
// parser; keeps a stack of frames instead of recursing. One use, one thread; the table and the object stay
// the caller's. Errors: BadJson, naming the member path, never input. Private to json_read.cpp.
#pragma once

#include "base/result.h"
#include "kms/field.h"
#include "kms/json.h"

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::kms {

inline constexpr std::size_t jsonMaxDepth = 16;
inline constexpr std::size_t jsonMaxMembers = 1024;

/// What to do with a member whose value is of another kind than the table says.
enum class WrongKinds { Refuse, Skip };

class JsonFiller {
public:
    JsonFiller(std::span<const Field> fields, void *object, UnknownMembers unknown, WrongKinds wrongKinds);

    // Each returns false when the text must be read no further: error() says why.
    bool beginObject();
    bool endObject();
    bool beginArray();
    bool endArray();
    bool name(std::string_view text);
    bool text(std::string_view value);
    /// The text of a member for which expectsSecret() said true. `wellFormed`: it was a JSON string.
    bool secretText(std::string_view value, bool wellFormed);
    bool integer(std::int64_t value);
    bool fraction(double value);
    bool boolean(bool value);
    bool null();

    /// After name(): the value, if a text, is a secret or holds one in base64.
    bool expectsSecret() const;
    bool failed() const { return !m_error.empty(); }
    const std::string &error() const { return m_error; }

private:
    enum class Kind : std::uint8_t { Object, Map, List, Skipped };
    struct Frame {
        Kind kind = Kind::Skipped;
        bool isArray = false;
        std::span<const Field> fields; ///< Object
        const Field *field = nullptr; ///< Object: of the value that comes next, null: skip it. List: the list
        void *object = nullptr;       ///< Object: the struct. Map, List: the container
        std::size_t count = 0;        ///< names or items begun
        std::uint64_t seen = 0;       ///< Object: members of the table by index
        std::set<std::string, std::less<>> otherNames;
        std::string mapName; ///< Map: of the value that comes next
    };

    bool refuse(std::string_view what);
    bool wrongKind(std::string_view found);
    bool wrongContainer(bool isArray);
    bool push(Frame frame);
    bool pushSkipped(bool isArray) { return push(Frame{.isArray = isArray}); }
    bool isSkipping() const;
    void beginItem();
    bool noteName(Frame &frame, std::string_view text);
    bool setText(const Field &field, std::string_view value);
    bool setTime(const Field &field, double epochSeconds);
    void *slot(const Field &field) { return field.access->make(m_frames.back().object); }
    std::string path() const;

    std::span<const Field> m_fields;
    void *m_object;
    UnknownMembers m_unknown;
    WrongKinds m_wrongKinds;
    std::vector<Frame> m_frames;
    std::string m_error;
};

} // namespace keyturn::kms
