// SPDX-License-Identifier: Apache-2.0
#include "ui/presenters/command_text.h"

#include "base/clock.h"
#include "base/encoding.h"
#include "base/text.h"
#include "kms/encryption_context.h"
#include "kms/json.h"
#include "kms/open_enum.h"
#include "kms/option_name.h"
#include "ui/models/key_words.h"

#include <QStringList>

#include <algorithm>

namespace keyturn::ui {
namespace {

constexpr std::size_t longestInlineBlob = 512; ///< bytes; longer ones are better given as a file

QString jsonOf(const kms::EncryptionContext &context) {
    SecretText json;
    json.append('{');
    bool first = true;
    for (const auto &[name, value] : context) {
        json.append(first ? "" : ",");
        first = false;
        kms::appendJsonString(name, json);
        json.append(':');
        kms::appendJsonString(value, json);
    }
    json.append('}');
    return fromUtf8(json.view());
}

QString listOf(const kms::Field &field, const void *value) {
    QStringList parts;
    if (field.kind == kms::FieldKind::TextList) {
        for (const std::string &text : *static_cast<const std::vector<std::string> *>(value)) {
            parts += shellQuoted(fromUtf8(text));
        }
    } else {
        for (std::size_t i = 0; i < field.access->count(value); ++i) {
            const auto *item = static_cast<const kms::OpenEnum *>(field.access->item(value, i));
            parts += fromUtf8(item->text(field.enumeration()));
        }
    }
    return parts.join(u' ');
}

/// The value of an option, quoted; empty for a kind that is not put on a command line.
QString valueText(const kms::Field &field, const void *value) {
    switch (field.kind) {
    case kms::FieldKind::Text:
        return field.secret ? QStringLiteral("file://FILE")
                            : shellQuoted(fromUtf8(*static_cast<const std::string *>(value)));
    case kms::FieldKind::Blob: {
        const auto &bytes = *static_cast<const Bytes *>(value);
        return bytes.size() > longestInlineBlob ? QStringLiteral("fileb://FILE") : fromUtf8(toBase64(bytes));
    }
    case kms::FieldKind::SecretBlob:
        return QStringLiteral("fileb://FILE");
    case kms::FieldKind::Integer:
        return QString::number(*static_cast<const std::int64_t *>(value));
    case kms::FieldKind::Enumeration:
        return fromUtf8(static_cast<const kms::OpenEnum *>(value)->text(field.enumeration()));
    case kms::FieldKind::TextMap:
        return shellQuoted(jsonOf(*static_cast<const kms::EncryptionContext *>(value)));
    case kms::FieldKind::TextList:
    case kms::FieldKind::EnumerationList:
        return listOf(field, value);
    case kms::FieldKind::SecretText:
        return QStringLiteral("file://FILE");
    case kms::FieldKind::Time:
        return fromUtf8(formatIso8601(*static_cast<const Timestamp *>(value)));
    case kms::FieldKind::Boolean:
    case kms::FieldKind::Structure:
    case kms::FieldKind::StructureList:
        return {};
    }
    return {};
}

/// Structures go as JSON: the only form that needs no second quoting. One with a secret inside goes as a
/// file.
QString structureText(const kms::Field &field, const void *request) {
    if (kms::holdsSecret(field)) {
        return QStringLiteral("file://FILE");
    }
    const kms::Field fields[] = {field};
    const SecretText json = kms::writeJson(fields, request);
    const std::string_view text = json.view();
    const auto colon = text.find(':');
    return shellQuoted(fromUtf8(text.substr(colon + 1, text.size() - colon - 2)));
}

} // namespace

QString shellQuoted(const QString &text) {
    const bool plain = !text.isEmpty() && std::ranges::all_of(text, [](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || QStringLiteral("-_./:=@+,").contains(c);
    });
    return plain ? text : u'\'' + QString(text).replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

QStringList targetOptions(const workspace::Profile &profile) {
    if (profile.kind == workspace::ProfileKind::Vault) {
        return {QStringLiteral("--vault"), shellQuoted(fromUtf8(profile.vaultFile.string()))};
    }
    return {QStringLiteral("--profile"), shellQuoted(fromUtf8(profile.name))};
}

QString commandText(const kms::AnyRequest &request, const workspace::Profile &profile) {
    const kms::OperationInfo &info = kms::operationInfo(request.operation());
    QStringList words{QStringLiteral("keyturn-cli"), QStringLiteral("kms"),
                      fromUtf8(kms::optionName(info.name))};
    words += targetOptions(profile);
    for (const kms::Field &field : info.request) {
        const void *value = field.access->get(request.object());
        if (value == nullptr) {
            continue;
        }
        const QString option = QStringLiteral("--") + fromUtf8(kms::optionName(field.name));
        if (field.kind == kms::FieldKind::Boolean) {
            words += *static_cast<const bool *>(value) ? option : QStringLiteral("--no-") + option.mid(2);
        } else if (field.kind == kms::FieldKind::Structure || field.kind == kms::FieldKind::StructureList) {
            words += option + u' ' + structureText(field, request.object());
        } else if (const QString text = valueText(field, value); !text.isEmpty()) {
            words += option + u' ' + text;
        }
    }
    return words.join(u' ');
}

} // namespace keyturn::ui
