// SPDX-License-Identifier: Apache-2.0
#include "aws/request_builder.h"

#include "base/encoding.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"

#include <charconv>
#include <cmath>

namespace keyturn::cli::aws {
namespace {

using kms::Field;
using kms::FieldKind;

bool isBlob(const Field &field) {
    return field.kind == FieldKind::Blob || field.kind == FieldKind::SecretBlob;
}

/// Strict base64, but for blanks and line ends: the `base64` program breaks its lines.
Result<SecretBytes> decoded(std::string_view text) {
    SecretText compact(text.size());
    for (const char c : text) {
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
            compact.append(c);
        }
    }
    return secretFromBase64(compact.view());
}

std::optional<Failure> decodeBlob(const Field &field, Value &value) {
    auto bytes = decoded(value.asText());
    if (!bytes) {
        const bool hidden = field.secret || value.isSecret();
        return Failure{
            exitGeneral,
            "Invalid base64: \"" + (hidden ? "(hidden)" : std::string(value.asText())) + "\"",
            std::nullopt,
            {"A plain value is base64. For the raw bytes of a file use fileb://, for base64 text in a file "
             "file://, for plain text --cli-binary-format raw-in-base64-out."}};
    }
    value = Value::bytes(std::move(*bytes));
    return std::nullopt;
}

/// Turns every text that is a blob into bytes, in structures too.
std::optional<Failure> decodeBlobs(std::span<const Field> fields, Value::Map &members) {
    for (auto &[name, value] : members) {
        const Field *field = kms::findField(fields, name);
        if (field == nullptr) {
            continue;
        }
        std::optional<Failure> fault;
        if (isBlob(*field) && value.isText()) {
            fault = decodeBlob(*field, value);
        } else if (field->kind == FieldKind::Structure && value.isMap()) {
            Value::Map inner = value.asMap();
            fault = decodeBlobs(field->structure().fields, inner);
            value = Value::map(std::move(inner));
        }
        if (fault) {
            return fault;
        }
    }
    return std::nullopt;
}

ByteView blobBytes(const Value &value) {
    return value.kind() == Value::Kind::Bytes ? value.asBytes() : asBytes(value.asText());
}

std::optional<Timestamp> timeOfSeconds(double seconds) {
    constexpr double endOfYear9999 = 253'402'300'800.0;
    if (!(std::abs(seconds) < endOfYear9999)) {
        return std::nullopt;
    }
    return Timestamp(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

/// Epoch seconds, or ISO 8601 with the parts that the AWS CLI lets out: zone (UTC then), time of day, "T".
std::optional<Timestamp> timeOfText(std::string_view given) {
    double seconds = 0;
    const auto [end, fault] = std::from_chars(given.data(), given.data() + given.size(), seconds);
    if (fault == std::errc() && end == given.data() + given.size()) {
        return timeOfSeconds(seconds);
    }
    std::string text(given);
    if (const auto blank = text.find(' '); blank == std::string("2026-11-22").size()) {
        text[blank] = 'T';
    }
    for (const char *missing : {"", "Z", "T00:00:00Z"}) {
        if (const auto time = parseIso8601(text + missing)) {
            return *time;
        }
    }
    return std::nullopt;
}

void fill(std::span<const Field> fields, const Value::Map &members, void *object);

void fillContext(const Value &value, kms::EncryptionContext &context) {
    for (const auto &[name, content] : value.asMap()) {
        context.set(name, std::string(content.asText()));
    }
}

void fillMember(const Field &field, const Value &value, void *slot) {
    switch (field.kind) {
    case FieldKind::Text:
        *static_cast<std::string *>(slot) = std::string(value.asText());
        return;
    case FieldKind::SecretText: {
        SecretText text(value.asText().size());
        text.append(value.asText());
        *static_cast<SecretText *>(slot) = std::move(text);
        return;
    }
    case FieldKind::Blob:
        *static_cast<Bytes *>(slot) = toBytes(blobBytes(value));
        return;
    case FieldKind::SecretBlob:
        *static_cast<SecretBytes *>(slot) = SecretBytes::copyOf(blobBytes(value));
        return;
    case FieldKind::Integer:
        *static_cast<std::int64_t *>(slot) =
            value.kind() == Value::Kind::Boolean ? value.asBoolean() : value.asInteger();
        return;
    case FieldKind::Boolean:
        *static_cast<bool *>(slot) = value.asBoolean();
        return;
    case FieldKind::Time:
        *static_cast<Timestamp *>(slot) = timeOf(value).value_or(Timestamp());
        return;
    case FieldKind::Enumeration:
        static_cast<kms::OpenEnum *>(slot)->setText(field.enumeration(), value.asText());
        return;
    case FieldKind::TextList:
        for (const Value &item : value.asList()) {
            static_cast<std::vector<std::string> *>(slot)->emplace_back(item.asText());
        }
        return;
    case FieldKind::EnumerationList:
        for (const Value &item : value.asList()) {
            static_cast<kms::OpenEnum *>(field.access->append(slot))
                ->setText(field.enumeration(), item.asText());
        }
        return;
    case FieldKind::TextMap:
        return fillContext(value, *static_cast<kms::EncryptionContext *>(slot));
    case FieldKind::Structure:
        return fill(field.structure().fields, value.asMap(), slot);
    case FieldKind::StructureList:
        for (const Value &item : value.asList()) {
            fill(field.structure().fields, item.asMap(), field.access->append(slot));
        }
        return;
    }
}

void fill(std::span<const Field> fields, const Value::Map &members, void *object) {
    for (const auto &[name, value] : members) {
        const Field *field = kms::findField(fields, name);
        fillMember(*field, value, field->access->make(object));
    }
}

} // namespace

std::optional<Timestamp> timeOf(const Value &value) {
    return value.isText()     ? timeOfText(value.asText())
           : value.isNumber() ? timeOfSeconds(value.asNumber())
                              : std::nullopt;
}

Outcome<kms::AnyRequest> buildRequest(const kms::OperationInfo &operation, Value::Map parameters,
                                      BinaryFormat format) {
    if (format == BinaryFormat::Base64) {
        if (auto fault = decodeBlobs(operation.request, parameters)) {
            return tl::unexpected<Failure>(std::move(*fault));
        }
    }
    const std::string report = parameterReport(operation.request, parameters);
    if (!report.empty()) {
        return usageFailure("Parameter validation failed:\n" + report);
    }
    kms::AnyRequest request = operation.makeRequest();
    fill(operation.request, parameters, request.object());
    return request;
}

} // namespace keyturn::cli::aws
