// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/call_field.h"

#include "ui/dialogs/call_field_kinds.h"
#include "ui/models/key_words.h"

#include <QStringList>
#include <QVBoxLayout>

namespace keyturn::ui {
namespace {

QString bounds(std::int64_t min, std::int64_t max, const QString &between, const QString &atMost) {
    return max < 0      ? QString()
           : min <= 0   ? atMost.arg(max)
           : min == max ? CallField::tr("Exactly %1").arg(max)
                        : between.arg(min).arg(max);
}

} // namespace

QString idHintOf(kms::IdForm forms) {
    using kms::IdForm;
    QStringList words;
    const std::pair<IdForm, QString> all[] = {{IdForm::KeyId, CallField::tr("a key id")},
                                              {IdForm::KeyArn, CallField::tr("a key ARN")},
                                              {IdForm::AliasName, CallField::tr("an alias")},
                                              {IdForm::AliasArn, CallField::tr("an alias ARN")}};
    for (const auto &[form, word] : all) {
        words << (includes(forms, form) ? word : QString());
    }
    words.removeAll(QString());
    if (words.isEmpty()) {
        return {};
    }
    const QString last = words.takeLast();
    return words.isEmpty() ? CallField::tr("Takes %1.").arg(last)
                           : CallField::tr("Takes %1 or %2.").arg(words.join(QStringLiteral(", ")), last);
}

CallField::CallField(const kms::Field &field, QWidget *parent)
    : QWidget(parent)
    , m_field(field) {
    setObjectName(QStringLiteral("call.") + name());
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAccessibleName(spokenName());
}

QString CallField::name() const {
    return fromUtf8(m_field.name);
}

QString CallField::spokenName() const {
    return m_field.required ? tr("%1, required").arg(name()) : name();
}

void CallField::setEditor(QWidget *editor) {
    layout()->addWidget(editor);
    if (editor->accessibleName().isEmpty()) {
        editor->setAccessibleName(spokenName());
    }
    setFocusProxy(editor);
}

QString hintOf(const kms::Field &field) {
    QStringList parts;
    if (field.deprecated) {
        parts << CallField::tr("Deprecated.");
    }
    parts << (includes(field.idForms, kms::IdForm::KeyId) ? QString() : idHintOf(field.idForms));
    const bool isBlob = field.kind == kms::FieldKind::Blob || field.kind == kms::FieldKind::SecretBlob;
    const bool isText = field.kind == kms::FieldKind::Text || field.kind == kms::FieldKind::SecretText;
    if (isBlob) {
        parts << bounds(field.minLength, field.maxLength, CallField::tr("%1 to %2 bytes."),
                        CallField::tr("At most %1 bytes."));
    } else if (isText && field.idForms == kms::IdForm::None) {
        parts << bounds(field.minLength, field.maxLength, CallField::tr("%1 to %2 characters."),
                        CallField::tr("At most %1 characters."));
    } else if (field.kind == kms::FieldKind::Integer) {
        parts << bounds(field.minValue, field.maxValue, CallField::tr("%1 to %2."),
                        CallField::tr("At most %1."));
    } else if (field.kind == kms::FieldKind::TextList) {
        parts << CallField::tr("One a line.")
              << bounds(field.minItems, field.maxItems, CallField::tr("%1 to %2 of them."),
                        CallField::tr("At most %1 of them."));
    }
    parts.removeAll(QString());
    return parts.join(u' ');
}

CallField *makeCallField(const DialogContext &context, const kms::Field &field, QWidget *parent) {
    using kms::FieldKind;
    switch (field.kind) {
    case FieldKind::Text:
        if (field.secret) {
            return new SecretPadField(field, parent);
        }
        return includes(field.idForms, kms::IdForm::KeyId)
                   ? static_cast<CallField *>(new KeyField(context, field, parent))
                   : new TextField(field, parent);
    case FieldKind::SecretText:
        return new SecretTextField(field, parent);
    case FieldKind::Blob:
        return new BlobField(field, parent);
    case FieldKind::SecretBlob:
        return new SecretPadField(field, parent);
    case FieldKind::Integer:
    case FieldKind::Time:
        return new WordField(field, parent);
    case FieldKind::Boolean:
    case FieldKind::Enumeration:
        return new ChoiceField(field, parent);
    case FieldKind::TextList:
        return new LinesField(field, parent);
    case FieldKind::EnumerationList:
        return new TicksField(field, parent);
    case FieldKind::TextMap:
    case FieldKind::StructureList:
        return new PairsField(field, parent);
    case FieldKind::Structure:
        return new StructureField(context, field, parent);
    }
    return nullptr;
}

} // namespace keyturn::ui
