// SPDX-License-Identifier: Apache-2.0
#include "kms/json.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace keyturn::kms {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

/// "1700000000", "1700000000.25": seconds with as many places as there are.
std::string epochSeconds(Timestamp time) {
    const auto count = time.time_since_epoch().count();
    const bool negative = count < 0;
    const auto magnitude =
        negative ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    std::string text = (negative ? "-" : "") + std::to_string(magnitude / 1'000'000);
    if (std::string places = std::to_string(magnitude % 1'000'000); places != "0") {
        places.insert(0, 6 - places.size(), '0');
        places.erase(places.find_last_not_of('0') + 1);
        text += '.' + places;
    }
    return text;
}

/// "2026-11-22T05:17:00.250000+01:00", the machine's time zone, as the AWS CLI prints.
std::string localIso8601(Timestamp time) {
    const auto whole = std::chrono::floor<seconds>(time);
    const auto second = static_cast<std::time_t>(whole.time_since_epoch().count());
    std::tm local{};
    localtime_r(&second, &local);
    std::array<char, 80> buffer{};
    auto used = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &local);
    std::string text(buffer.data(), used);
    if (const auto fraction = (time - whole).count(); fraction != 0) {
        used = static_cast<std::size_t>(
            std::snprintf(buffer.data(), buffer.size(), ".%06lld", static_cast<long long>(fraction)));
        text.append(buffer.data(), used);
    }
    const long offsetMinutes = std::abs(local.tm_gmtoff) / 60;
    used = static_cast<std::size_t>(std::snprintf(buffer.data(), buffer.size(), "%c%02ld:%02ld",
                                                  local.tm_gmtoff < 0 ? '-' : '+', offsetMinutes / 60,
                                                  offsetMinutes % 60));
    text.append(buffer.data(), used);
    return text;
}

class Writer {
public:
    explicit Writer(const JsonWriteOptions &options)
        : m_options(options) {}

    void object(std::span<const Field> fields, const void *object) {
        open('{');
        for (const Field &field : fields) {
            if (const void *present = field.access->get(object)) {
                name(field.name);
                value(field, present);
            }
        }
        close('}');
    }
    SecretText take() { return std::move(m_out); }

private:
    void open(char bracket) {
        m_out.append(bracket);
        ++m_depth;
        m_first = true;
    }
    void close(char bracket) {
        --m_depth;
        if (!m_first) {
            newLine();
        }
        m_out.append(bracket);
        m_first = false;
    }
    void newLine() {
        if (m_options.indent > 0) {
            m_out.append('\n');
            m_out.append(std::string(m_depth * static_cast<std::size_t>(m_options.indent), ' '));
        }
    }
    void next() {
        if (!m_first) {
            m_out.append(',');
        }
        m_first = false;
        newLine();
    }
    void name(std::string_view text) {
        next();
        appendJsonString(text, m_out);
        m_out.append(m_options.indent > 0 ? ": " : ":");
    }
    void base64(ByteView bytes) {
        m_out.append('"');
        appendBase64(bytes, m_out);
        m_out.append('"');
    }
    void time(Timestamp time) {
        m_out.append(m_options.timestamps == TimestampForm::EpochSeconds ? epochSeconds(time)
                                                                         : '"' + localIso8601(time) + '"');
    }
    void map(const EncryptionContext &context) {
        open('{');
        for (const auto &[key, text] : context) {
            name(key);
            appendJsonString(text, m_out);
        }
        close('}');
    }
    void list(const Field &field, const void *value);
    void value(const Field &field, const void *value);

    const JsonWriteOptions &m_options;
    SecretText m_out;
    std::size_t m_depth = 0;
    bool m_first = true;
};

void Writer::list(const Field &field, const void *value) {
    open('[');
    if (field.kind == FieldKind::TextList) {
        for (const std::string &text : *static_cast<const std::vector<std::string> *>(value)) {
            next();
            appendJsonString(text, m_out);
        }
    } else {
        for (std::size_t i = 0; i < field.access->count(value); ++i) {
            next();
            const void *item = field.access->item(value, i);
            if (field.kind == FieldKind::EnumerationList) {
                appendJsonString(static_cast<const OpenEnum *>(item)->text(field.enumeration()), m_out);
            } else {
                object(field.structure().fields, item);
            }
        }
    }
    close(']');
}

void Writer::value(const Field &field, const void *value) {
    switch (field.kind) {
    case FieldKind::Text:
        return appendJsonString(*static_cast<const std::string *>(value), m_out);
    case FieldKind::Blob:
        return base64(*static_cast<const Bytes *>(value));
    case FieldKind::SecretText:
        return appendJsonString(static_cast<const SecretText *>(value)->view(), m_out);
    case FieldKind::SecretBlob:
        return base64(static_cast<const SecretBytes *>(value)->view());
    case FieldKind::Integer:
        return m_out.append(std::to_string(*static_cast<const std::int64_t *>(value)));
    case FieldKind::Boolean:
        return m_out.append(*static_cast<const bool *>(value) ? "true" : "false");
    case FieldKind::Time:
        return time(*static_cast<const Timestamp *>(value));
    case FieldKind::Enumeration:
        return appendJsonString(static_cast<const OpenEnum *>(value)->text(field.enumeration()), m_out);
    case FieldKind::TextMap:
        return map(*static_cast<const EncryptionContext *>(value));
    case FieldKind::Structure:
        return object(field.structure().fields, value);
    case FieldKind::TextList:
    case FieldKind::EnumerationList:
    case FieldKind::StructureList:
        return list(field, value);
    }
}

/// The escape of a character that must not stand in a string as it is; empty for the others.
std::string escapeOf(char c) {
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    default:
        break;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    return byte < 0x20 ? "\\u00" + toHex(ByteView(&byte, 1)) : std::string();
}

} // namespace

void appendJsonString(std::string_view text, SecretText &out) {
    out.append('"');
    std::size_t plainFrom = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (const std::string escape = escapeOf(text[i]); !escape.empty()) {
            out.append(text.substr(plainFrom, i - plainFrom));
            out.append(escape);
            plainFrom = i + 1;
        }
    }
    out.append(text.substr(plainFrom));
    out.append('"');
}

SecretText writeJson(std::span<const Field> fields, const void *object, JsonWriteOptions options) {
    Writer writer(options);
    writer.object(fields, object);
    return writer.take();
}

} // namespace keyturn::kms
