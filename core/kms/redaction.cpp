// SPDX-License-Identifier: Apache-2.0
#include "kms/redaction.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "kms/open_enum.h"

#include <vector>

namespace keyturn::kms {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

/// One line stays one line, whatever a service or a person put into a text.
std::string oneLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        line += control ? ' ' : c;
    }
    return line;
}

std::string hiddenSize(const Field &field, const void *value) {
    switch (field.kind) {
    case FieldKind::SecretBlob:
        return counted(static_cast<const SecretBytes *>(value)->size(), "byte", "bytes");
    case FieldKind::Blob:
        return counted(static_cast<const Bytes *>(value)->size(), "byte", "bytes");
    case FieldKind::SecretText:
        return counted(static_cast<const SecretText *>(value)->size(), "byte", "bytes");
    case FieldKind::Text:
        return counted(static_cast<const std::string *>(value)->size(), "byte", "bytes");
    default:
        return "a value";
    }
}

std::string valueText(const Field &field, const void *value);

std::string listText(const Field &field, const void *value) {
    std::string text = "[";
    for (std::size_t i = 0; i < field.access->count(value); ++i) {
        const void *item = field.access->item(value, i);
        text += i == 0 ? "" : ", ";
        text += field.kind == FieldKind::StructureList
                    ? redacted(field.structure().fields, item)
                    : oneLine(static_cast<const OpenEnum *>(item)->text(field.enumeration()));
    }
    return text + ']';
}

std::string valueText(const Field &field, const void *value) {
    switch (field.kind) {
    case FieldKind::Text:
        return oneLine(*static_cast<const std::string *>(value));
    case FieldKind::Blob:
    case FieldKind::SecretBlob:
    case FieldKind::SecretText:
        return '(' + hiddenSize(field, value) + ')';
    case FieldKind::Integer:
        return std::to_string(*static_cast<const std::int64_t *>(value));
    case FieldKind::Boolean:
        return *static_cast<const bool *>(value) ? "true" : "false";
    case FieldKind::Time:
        return formatIso8601(*static_cast<const Timestamp *>(value));
    case FieldKind::Enumeration:
        return oneLine(static_cast<const OpenEnum *>(value)->text(field.enumeration()));
    case FieldKind::TextList: // grant tokens are bearer tokens: their number is enough
        return '(' + counted(static_cast<const std::vector<std::string> *>(value)->size(), "item", "items") +
               ')';
    case FieldKind::TextMap:
        return '(' + counted(static_cast<const EncryptionContext *>(value)->size(), "pair", "pairs") + ')';
    case FieldKind::Structure:
        return redacted(field.structure().fields, value);
    case FieldKind::EnumerationList:
    case FieldKind::StructureList:
        return listText(field, value);
    }
    return {};
}

} // namespace

std::string redacted(std::span<const Field> fields, const void *object) {
    std::string line = "{";
    for (const Field &field : fields) {
        const void *value = field.access->get(object);
        if (value == nullptr) {
            continue;
        }
        line += line.size() == 1 ? "" : ", ";
        line += field.name;
        line += '=';
        line += field.secret ? '(' + hiddenSize(field, value) + ", hidden)" : valueText(field, value);
    }
    return line + '}';
}

} // namespace keyturn::kms
