// SPDX-License-Identifier: Apache-2.0
#include "kms/json.h"

#include "base/encoding.h"
#include "kms/field_table.h"
#include "kms/json_filler.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <iterator>
#include <limits>

namespace keyturn::kms {
namespace {

/// The text as the parser reads it. A parser keeps copies of what it has read (the current token, the text of
/// its errors) in memory that nobody wipes, so the value of a secret member never gets there: the source
/// diverts it into a wiping text and the parser sees "".
class Source {
public:
    explicit Source(std::string_view text)
        : m_text(text) {}

    bool atEnd() const { return m_position == m_text.size(); }
    char current() const { return m_text[m_position]; }
    std::size_t position() const { return m_position; }

    void advance() {
        const char passed = m_text[m_position++];
        if (!m_secretNext) {
            return;
        }
        if (passed == '"') {
            divert();
            m_secretNext = false;
        } else if (passed != ':' && passed != ' ' && passed != '\t' && passed != '\n' && passed != '\r') {
            m_secretNext = false; // no text: the filler refuses it
        }
    }

    /// The text that comes next, if one does, is a secret.
    void divertNextText() { m_secretNext = true; }
    SecretText takeDiverted() { return std::exchange(m_diverted, SecretText()); }

private:
    /// Leaves the position at the closing quote.
    void divert() {
        m_diverted = SecretText(m_text.size() - m_position);
        while (!atEnd() && current() != '"') {
            if (current() == '\\') {
                m_diverted.append(unescaped());
            } else {
                m_diverted.append(m_text[m_position++]);
            }
        }
    }

    /// "\/" and "\u002b" are what encoders write for characters of base64; whatever else is escaped is none,
    /// and a backslash makes the decoding fail.
    char unescaped() {
        constexpr char notBase64 = '\\';
        const std::string_view rest = m_text.substr(m_position);
        if (rest.starts_with("\\/")) {
            m_position += 2;
            return '/';
        }
        if (rest.size() >= 6 && rest.starts_with("\\u00")) {
            if (const auto byte = fromHex(rest.substr(4, 2)); byte && (*byte)[0] < 0x80) {
                m_position += 6;
                return static_cast<char>((*byte)[0]);
            }
        }
        m_position += rest.size() >= 2 ? 2 : 1;
        return notBase64;
    }

    std::string_view m_text;
    std::size_t m_position = 0;
    bool m_secretNext = false;
    SecretText m_diverted;
};

/// Input iterator over a Source; one without source is the end.
class SourceIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char *;
    using reference = char;

    SourceIterator() = default;
    explicit SourceIterator(Source *source)
        : m_source(source) {}
    char operator*() const { return m_source->current(); }
    SourceIterator &operator++() {
        m_source->advance();
        return *this;
    }
    bool operator==(const SourceIterator &other) const { return isEnd() == other.isEnd(); }

private:
    bool isEnd() const { return m_source == nullptr || m_source->atEnd(); }
    Source *m_source = nullptr;
};

/// nlohmann's SAX interface; names are the library's.
class SaxEvents {
public:
    SaxEvents(Source &source, JsonFiller &filler)
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
        return noSecret().secretText(m_source.takeDiverted().view());
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

    Source &m_source;
    JsonFiller &m_filler;
    bool m_secretExpected = false;
};

Status read(std::string_view text, std::span<const Field> fields, void *object, UnknownMembers unknown,
            WrongKinds wrongKinds) {
    if (text.empty()) {
        return {};
    }
    Source source(text);
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
