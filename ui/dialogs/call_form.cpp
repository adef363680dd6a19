// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/call_form.h"

#include "ui/dialogs/call_field.h"
#include "ui/models/key_words.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/form.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace keyturn::ui {
namespace {

namespace metric = theme::metric;

/// What a validation message says of one member; empty: nothing.
QString faultIn(const QString &message, const QString &member) {
    QString lower = member;
    lower[0] = lower.at(0).toLower();
    const QString head = QStringLiteral(" at '") + lower;
    qsizetype at = message.indexOf(head + u'\'');
    at = at < 0 ? message.indexOf(head + u'.') : at;
    if (at < 0) {
        return {};
    }
    const QString colon = QStringLiteral("constraint: ");
    const qsizetype from = message.indexOf(colon, at);
    const qsizetype end = message.indexOf(QStringLiteral("; Value"), at);
    return from < 0 ? message.mid(at + 1)
                    : message.mid(from + colon.size(), end < 0 ? -1 : end - from - colon.size());
}

} // namespace

CallForm::CallForm(const DialogContext &context, const kms::OperationInfo &info, QWidget *parent)
    : QWidget(parent)
    , m_info(info)
    , m_form(new widgets::Form(this)) {
    setObjectName(QStringLiteral("call.form"));
    for (const kms::Field &field : info.request) {
        if (field.name == "DryRun") {
            continue;
        }
        CallField *editor = makeCallField(context, field, m_form);
        const QString label = field.required ? editor->name() + QStringLiteral(" *") : editor->name();
        if (field.kind == kms::FieldKind::Structure) {
            m_form->addSection(label);
            m_form->addWide(editor);
        } else {
            m_form->addRow(label, editor, hintOf(field));
        }
        connect(editor, &CallField::changed, this, [this, editor] {
            m_form->setFault(editor, {});
            Q_EMIT changed();
        });
        m_fields << editor;
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::unit, metric::unit, metric::group, metric::unit);
    column->setSpacing(metric::related);
    const bool needs = std::ranges::any_of(info.request, &kms::Field::required);
    auto *words = new QLabel(m_fields.isEmpty() ? tr("It takes nothing.")
                             : needs            ? tr("* has to be filled in. What is empty is left out.")
                                                : tr("What is empty is left out."),
                             this);
    theme::setTone(*words, theme::ColorRole::MutedText);
    column->addWidget(words);
    column->addWidget(m_form);
    column->addStretch(1);
}

Result<kms::AnyRequest> CallForm::request() {
    kms::AnyRequest request = m_info.makeRequest();
    for (CallField *field : m_fields) {
        if (auto filled = field->fill(request.object()); !filled) {
            m_form->setFault(field, fromUtf8(filled.error().detail));
            field->setFocus();
            return failFrom(filled);
        }
    }
    return request;
}

void CallForm::markFaults(const QString &validationMessage) {
    CallField *first = nullptr;
    for (CallField *field : m_fields) {
        const QString fault = faultIn(validationMessage, field->name());
        m_form->setFault(field, fault);
        first = first == nullptr && !fault.isEmpty() ? field : first;
    }
    if (first != nullptr) {
        first->setFocus();
    }
}

void CallForm::clearFaults() {
    for (CallField *field : m_fields) {
        m_form->setFault(field, {});
    }
}

void CallForm::suggestKey(const std::string &key) {
    for (CallField *field : m_fields) {
        if (field->name() == QStringLiteral("KeyId") || field->name() == QStringLiteral("TargetKeyId")) {
            field->suggestKey(key);
        }
    }
}

void CallForm::focusFirst() {
    if (!m_fields.isEmpty()) {
        m_fields.front()->setFocus();
    }
}

void CallForm::wipe() {
    for (CallField *field : m_fields) {
        field->wipe();
    }
}

} // namespace keyturn::ui
