// SPDX-License-Identifier: Apache-2.0
#include "kms/json.h"

#include "kms/field_table.h"
#include "kms/json_filler.h"
#include "kms/json_source.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <iterator>
#include <limits>

namespace keyturn::kms {
namespace {

/// Input iterator over a JsonSource; one without source is the end.
class SourceIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char *;
    using reference = char;

    SourceIterator() = default;
    explicit SourceIterator(JsonSource *source)
        : m_source(source) {}
    char operator*() const { return m_source->current(); }
    SourceIterator &operator++() {
        m_source->advance();
        return *this;
    }
    bool operator==(const SourceIterator &other) const { return isEnd() == other.isEnd(); }

private:
    bool isEnd() const { return m_source == nullptr || m_source->atEnd(); }
    JsonSource *m_source = nullptr;
};

/// nlohmann's SAX interface; names are the library's.
class SaxEvents {
public:
    SaxEvents(JsonSource &source, JsonFiller &filler)
        : m_source(source)
        , m_filler(filler) {}

    bool null() { return noSecret().null(); }
    bool boolean(bool value) { return noSecret().boolean(value); }
    bool number_integer(std::int64_t value) { return noSecret().integer(value); }
    bool number_unsigned(std::uint64_t value) {
        return value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                   ? noSecret().integer(static_cast<std::int64_t>(value))
                   : noSecret().fraction(static_cast<double>(value));
    }
    bool number_float(double value, const std::string &) { return noSecret().fraction(value); }
    bool string(std::string &value) {
        if (!m_secretExpected) {
            return m_filler.text(value);
        }
        const JsonSource::Diverted secret = m_source.takeDiverted();
        return noSecret().secretText(secret.text.view(), secret.wellFormed);
    }
    bool binary(std::vector<std::uint8_t> &) { return false; }
    bool start_object(std::size_t) { return noSecret().beginObject(); }
    bool end_object() { return m_filler.endObject(); }
    bool start_array(std::size_t) { return noSecret().beginArray(); }
    bool end_array() { return m_filler.endArray(); }
    bool key(std::string &name) {
        if (!m_filler.name(name)) {
            return false;
        }
        m_secretExpected = m_filler.expectsSecret();
        if (m_secretExpected) {
            m_source.divertNextText();
        }
        return true;
    }
    bool parse_error(std::size_t, const std::string &, const nlohmann::json::exception &) { return false; }

private:
    JsonFiller &noSecret() {
        m_secretExpected = false;
        return m_filler;
    }

    JsonSource &m_source;
    JsonFiller &m_filler;
    bool m_secretExpected = false;
};

Status read(std::string_view text, std::span<const Field> fields, void *object, UnknownMembers unknown,
            WrongKinds wrongKinds) {
    if (text.empty()) {
        return {};
    }
    JsonSource source(text);
    JsonFiller filler(fields, object, unknown, wrongKinds);
    SaxEvents events(source, filler);
    if (nlohmann::json::sax_parse(SourceIterator(&source), SourceIterator(), &events)) {
        return {};
    }
    return fail(ErrorCode::BadJson, filler.failed()
                                        ? filler.error()
                                        : "no valid JSON at byte " + std::to_string(source.position()));
}

struct ErrorMembers {
    std::optional<std::string> code;
    std::optional<std::string> type;
    std::optional<std::string> lowerMessage;
    std::optional<std::string> upperMessage;
};

constexpr Field errorFields[] = {
    field<&ErrorMembers::code>("code"),
    field<&ErrorMembers::type>("__type"),
    field<&ErrorMembers::lowerMessage>("message"),
    field<&ErrorMembers::upperMessage>("Message"),
};

} // namespace

Status readJson(std::string_view text, std::span<const Field> fields, void *object, UnknownMembers unknown) {
    return read(text, fields, object, unknown, WrongKinds::Refuse);
}

Result<ErrorBody> readErrorBody(std::string_view text) {
    ErrorMembers members;
    if (auto done = read(text, errorFields, &members, UnknownMembers::Skip, WrongKinds::Skip); !done) {
        return failFrom(done);
    }
    ErrorBody body;
    body.code = bareErrorCode(members.code ? *members.code : members.type.value_or(""));
    body.message = members.lowerMessage ? *members.lowerMessage : members.upperMessage.value_or("");
    return body;
}

std::string_view bareErrorCode(std::string_view code) {
    code = code.substr(0, code.find(':'));
    const auto hash = code.rfind('#');
    return hash == std::string_view::npos ? code : code.substr(hash + 1);
}

} // namespace keyturn::kms
