// SPDX-License-Identifier: Apache-2.0
#include "kms/json_filler.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/secret_text.h"
#include "base/text.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"

#include <cmath>

namespace keyturn::kms {
namespace {

std::string_view wanted(FieldKind kind) {
    switch (kind) {
    case FieldKind::Text:
    case FieldKind::SecretText:
    case FieldKind::Enumeration:
        return "a text";
    case FieldKind::Blob:
    case FieldKind::SecretBlob:
        return "a base64 text";
    case FieldKind::Integer:
        return "a whole number";
    case FieldKind::Boolean:
        return "true or false";
    case FieldKind::Time:
        return "a time in epoch seconds";
    case FieldKind::TextList:
    case FieldKind::EnumerationList:
    case FieldKind::StructureList:
        return "a list";
    case FieldKind::TextMap:
    case FieldKind::Structure:
        return "an object";
    }
    return "another value";
}

bool isList(FieldKind kind) {
    return kind == FieldKind::TextList || kind == FieldKind::EnumerationList ||
           kind == FieldKind::StructureList;
}

} // namespace

JsonFiller::JsonFiller(std::span<const Field> fields, void *object, UnknownMembers unknown,
                       WrongKinds wrongKinds)
    : m_fields(fields)
    , m_object(object)
    , m_unknown(unknown)
    , m_wrongKinds(wrongKinds) {
    m_frames.reserve(jsonMaxDepth);
}

bool JsonFiller::isSkipping() const {
    if (m_frames.empty()) {
        return false;
    }
    const Frame &top = m_frames.back();
    return top.kind == Kind::Skipped || (top.kind == Kind::Object && top.field == nullptr);
}

bool JsonFiller::push(Frame frame) {
    if (m_frames.size() == jsonMaxDepth) {
        return refuse("nested deeper than " + std::to_string(jsonMaxDepth) + " levels");
    }
    m_frames.push_back(std::move(frame));
    return true;
}

/// Counts an item of a list; members of objects are counted by their names.
void JsonFiller::beginItem() {
    if (!m_frames.empty() && m_frames.back().isArray) {
        ++m_frames.back().count;
    }
}

bool JsonFiller::beginObject() {
    beginItem();
    if (m_frames.empty()) {
        return push(Frame{.kind = Kind::Object, .fields = m_fields, .object = m_object});
    }
    if (isSkipping()) {
        return pushSkipped(false);
    }
    Frame &top = m_frames.back();
    if (top.kind == Kind::List && top.field->kind == FieldKind::StructureList) {
        return push(Frame{.kind = Kind::Object,
                          .fields = top.field->structure().fields,
                          .object = top.field->access->append(top.object)});
    }
    if (top.kind == Kind::Object && top.field->kind == FieldKind::Structure) {
        return push(
            Frame{.kind = Kind::Object, .fields = top.field->structure().fields, .object = slot(*top.field)});
    }
    if (top.kind == Kind::Object && top.field->kind == FieldKind::TextMap) {
        return push(Frame{.kind = Kind::Map, .object = slot(*top.field)});
    }
    return wrongContainer(false);
}

bool JsonFiller::beginArray() {
    beginItem();
    if (m_frames.empty()) {
        return wrongKind("a list");
    }
    if (isSkipping()) {
        return pushSkipped(true);
    }
    Frame &top = m_frames.back();
    if (top.kind == Kind::Object && isList(top.field->kind)) {
        return push(
            Frame{.kind = Kind::List, .isArray = true, .field = top.field, .object = slot(*top.field)});
    }
    return wrongContainer(true);
}

bool JsonFiller::endObject() {
    m_frames.pop_back();
    return true;
}

bool JsonFiller::endArray() {
    m_frames.pop_back();
    return true;
}

bool JsonFiller::noteName(Frame &frame, std::string_view text) {
    if (++frame.count > jsonMaxMembers) {
        return refuse("more than " + std::to_string(jsonMaxMembers) + " members in one object");
    }
    frame.field = nullptr;
    if (frame.kind == Kind::Object) {
        for (std::size_t i = 0; i < frame.fields.size(); ++i) {
            if (frame.fields[i].name == text) {
                frame.field = &frame.fields[i];
                const std::uint64_t bit = std::uint64_t{1} << i;
                const bool repeated = (frame.seen & bit) != 0;
                frame.seen |= bit;
                return !repeated || refuse("given twice");
            }
        }
    }
    if (!frame.otherNames.emplace(text).second) {
        return refuse("a name given twice");
    }
    if (frame.kind == Kind::Object && m_unknown == UnknownMembers::Refuse) {
        return refuse("no member of that name (number " + std::to_string(frame.count) + " in the object)");
    }
    return true;
}

bool JsonFiller::name(std::string_view text) {
    Frame &top = m_frames.back();
    if (top.kind == Kind::Map) {
        top.mapName = text;
    }
    return noteName(top, text);
}

bool JsonFiller::expectsSecret() const {
    const Frame &top = m_frames.back();
    return top.kind == Kind::Object && top.field != nullptr &&
           (top.field->kind == FieldKind::SecretBlob || top.field->kind == FieldKind::SecretText);
}

bool JsonFiller::setText(const Field &field, std::string_view value) {
    switch (field.kind) {
    case FieldKind::Text:
        *static_cast<std::string *>(slot(field)) = value;
        return true;
    case FieldKind::Enumeration:
        static_cast<OpenEnum *>(slot(field))->setText(field.enumeration(), value);
        return true;
    case FieldKind::Blob: {
        auto bytes = fromBase64(value);
        if (!bytes) {
            return refuse(bytes.error().detail);
        }
        *static_cast<Bytes *>(slot(field)) = std::move(*bytes);
        return true;
    }
    case FieldKind::Time: { // some services write their times as ISO 8601 (kms-semantics.md section 13)
        const auto time = parseIso8601(value);
        if (!time) {
            return refuse("a text that is no ISO 8601 time");
        }
        *static_cast<Timestamp *>(slot(field)) = *time;
        return true;
    }
    default:
        return wrongKind("a text");
    }
}

bool JsonFiller::secretText(std::string_view value, bool wellFormed) {
    const Field &field = *m_frames.back().field;
    if (field.kind == FieldKind::SecretText) {
        if (!wellFormed || !isValidUtf8(value)) {
            return refuse("no valid JSON text");
        }
        SecretText copy(value.size());
        copy.append(value);
        *static_cast<SecretText *>(slot(field)) = std::move(copy);
        return true;
    }
    auto bytes = secretFromBase64(value); // what is not well-formed is no base64 either
    if (!bytes) {
        return refuse(bytes.error().detail);
    }
    *static_cast<SecretBytes *>(slot(field)) = std::move(*bytes);
    return true;
}

bool JsonFiller::text(std::string_view value) {
    beginItem();
    if (m_frames.empty()) {
        return wrongKind("a text");
    }
    if (isSkipping()) {
        return true;
    }
    Frame &top = m_frames.back();
    switch (top.kind) {
    case Kind::Map:
        return static_cast<EncryptionContext *>(top.object)
                   ->insert(std::move(top.mapName), std::string(value)) ||
               refuse("a name given twice");
    case Kind::List:
        if (top.field->kind == FieldKind::TextList) {
            static_cast<std::vector<std::string> *>(top.object)->emplace_back(value);
            return true;
        }
        if (top.field->kind == FieldKind::EnumerationList) {
            static_cast<OpenEnum *>(top.field->access->append(top.object))
                ->setText(top.field->enumeration(), value);
            return true;
        }
        return wrongKind("a text");
    case Kind::Object:
        return setText(*top.field, value);
    case Kind::Skipped:
        break;
    }
    return true;
}

bool JsonFiller::integer(std::int64_t value) {
    beginItem();
    if (isSkipping()) {
        return true;
    }
    if (!m_frames.empty() && m_frames.back().kind == Kind::Object) {
        const Field &field = *m_frames.back().field;
        if (field.kind == FieldKind::Integer) {
            *static_cast<std::int64_t *>(slot(field)) = value;
            return true;
        }
        if (field.kind == FieldKind::Time) {
            return setTime(field, static_cast<double>(value));
        }
    }
    return wrongKind("a number");
}

bool JsonFiller::setTime(const Field &field, double epochSeconds) {
    constexpr double endOfYear9999 = 253'402'300'800.0;
    if (!(std::abs(epochSeconds) < endOfYear9999)) {
        return refuse("a time beyond the year 9999");
    }
    const auto microseconds = std::llround(epochSeconds * 1e6);
    *static_cast<Timestamp *>(slot(field)) = Timestamp(std::chrono::microseconds(microseconds));
    return true;
}

bool JsonFiller::fraction(double value) {
    beginItem();
    if (isSkipping()) {
        return true;
    }
    if (!m_frames.empty() && m_frames.back().kind == Kind::Object &&
        m_frames.back().field->kind == FieldKind::Time) {
        return setTime(*m_frames.back().field, value);
    }
    return wrongKind("a number with a fraction, an exponent or too many digits");
}

bool JsonFiller::boolean(bool value) {
    beginItem();
    if (isSkipping()) {
        return true;
    }
    if (!m_frames.empty() && m_frames.back().kind == Kind::Object &&
        m_frames.back().field->kind == FieldKind::Boolean) {
        *static_cast<bool *>(slot(*m_frames.back().field)) = value;
        return true;
    }
    return wrongKind("true or false");
}

bool JsonFiller::null() {
    beginItem();
    if (m_frames.empty() || isSkipping() || m_frames.back().kind == Kind::Object) {
        return true; // null is absent
    }
    return wrongKind("null");
}

bool JsonFiller::wrongKind(std::string_view found) {
    if (m_wrongKinds == WrongKinds::Skip && !m_frames.empty()) {
        return true;
    }
    std::string want = "an object";
    if (!m_frames.empty()) {
        const Frame &top = m_frames.back();
        const bool textItem =
            top.kind == Kind::Map || (top.kind == Kind::List && top.field->kind != FieldKind::StructureList);
        want = textItem                 ? "a text"
               : top.kind == Kind::List ? "an object"
                                        : std::string(wanted(top.field->kind));
    }
    return refuse(want + " is wanted, not " + std::string(found));
}

bool JsonFiller::wrongContainer(bool isArray) {
    return wrongKind(isArray ? "a list" : "an object") && pushSkipped(isArray);
}

bool JsonFiller::refuse(std::string_view what) {
    if (m_error.empty()) {
        m_error = path();
        m_error += m_error.empty() ? "" : ": ";
        m_error += what;
    }
    return false;
}

/// "Tags[1].TagKey"; names that are not of a table are input, so they are not told.
std::string JsonFiller::path() const {
    std::string text;
    for (const Frame &frame : m_frames) {
        if (frame.kind == Kind::Skipped) {
            break;
        }
        if (frame.kind == Kind::Object && frame.field != nullptr) {
            text += text.empty() ? "" : ".";
            text += frame.field->name;
        } else if (frame.isArray) {
            text += '[' + std::to_string(frame.count == 0 ? 0 : frame.count - 1) + ']';
        } else if (frame.kind == Kind::Map) {
            text += " pair " + std::to_string(frame.count);
        }
    }
    return text;
}

} // namespace keyturn::kms
