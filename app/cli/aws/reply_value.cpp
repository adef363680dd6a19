// SPDX-License-Identifier: Apache-2.0
#include "aws/reply_value.h"

#include "aws/python_json.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "kms/encryption_context.h"
#include "kms/json.h"
#include "kms/open_enum.h"

#include <vector>

namespace keyturn::cli::aws {
namespace {

using kms::FieldKind;

Value base64Value(ByteView bytes, bool secret) {
    SecretText text;
    appendBase64(bytes, text);
    return secret ? Value::secretText(text.take()) : Value::text(text.view());
}

/// kms/json knows how the AWS CLI writes times.
Value timeValue(const kms::Field &field, const void *object) {
    const kms::JsonWriteOptions options{.indent = 0, .timestamps = kms::TimestampForm::Iso8601Local};
    const SecretText json = kms::writeJson({&field, 1}, object, options);
    const auto member = parsePythonJson(json.view());
    return member && member->isMap() && !member->asMap().empty() ? member->asMap().front().second : Value();
}

Value memberValue(const kms::Field &field, const void *value, const void *object) {
    switch (field.kind) {
    case FieldKind::Text:
        return Value::textLike(field.secret, *static_cast<const std::string *>(value));
    case FieldKind::SecretText: {
        const auto &text = *static_cast<const SecretText *>(value);
        return Value::secretText(SecretBytes::copyOf(text.view()));
    }
    case FieldKind::Blob:
        return base64Value(*static_cast<const Bytes *>(value), field.secret);
    case FieldKind::SecretBlob:
        return base64Value(static_cast<const SecretBytes *>(value)->view(), true);
    case FieldKind::Integer:
        return Value::integer(*static_cast<const std::int64_t *>(value));
    case FieldKind::Boolean:
        return Value::boolean(*static_cast<const bool *>(value));
    case FieldKind::Time:
        return timeValue(field, object);
    case FieldKind::Enumeration:
        return Value::text(static_cast<const kms::OpenEnum *>(value)->text(field.enumeration()));
    case FieldKind::TextList: {
        Value::List items;
        for (const std::string &item : *static_cast<const std::vector<std::string> *>(value)) {
            items.push_back(Value::text(item));
        }
        return Value::list(std::move(items));
    }
    case FieldKind::EnumerationList: {
        Value::List items;
        for (std::size_t i = 0; i < field.access->count(value); ++i) {
            const auto *item = static_cast<const kms::OpenEnum *>(field.access->item(value, i));
            items.push_back(Value::text(item->text(field.enumeration())));
        }
        return Value::list(std::move(items));
    }
    case FieldKind::TextMap: {
        Value::Map members;
        for (const auto &[name, text] : *static_cast<const kms::EncryptionContext *>(value)) {
            members.emplace_back(name, Value::text(text));
        }
        return Value::map(std::move(members));
    }
    case FieldKind::Structure:
        return replyValue(field.structure().fields, value);
    case FieldKind::StructureList:
        break;
    }
    Value::List items;
    for (std::size_t i = 0; i < field.access->count(value); ++i) {
        items.push_back(replyValue(field.structure().fields, field.access->item(value, i)));
    }
    return Value::list(std::move(items));
}

} // namespace

Value replyValue(std::span<const kms::Field> fields, const void *object) {
    Value::Map members;
    for (const kms::Field &field : fields) {
        if (const void *value = field.access->get(object)) {
            members.emplace_back(std::string(field.name), memberValue(field, value, object));
        }
    }
    return Value::map(std::move(members));
}

} // namespace keyturn::cli::aws
