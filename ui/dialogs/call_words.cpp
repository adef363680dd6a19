// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/call_words.h"

#include "ui/models/key_words.h"

#include <QCoreApplication>
#include <QStringList>

namespace keyturn::ui {
namespace {

QString words(const char *text) {
    return QCoreApplication::translate("CallDialog", text);
}

} // namespace

theme::Icon effectIcon(kms::Effect effect) {
    switch (effect) {
    case kms::Effect::Reads:
        return theme::Icon::Search;
    case kms::Effect::UsesKey:
        return theme::Icon::Key;
    case kms::Effect::RevealsPlaintext:
        return theme::Icon::Reveal;
    case kms::Effect::Changes:
        return theme::Icon::Edit;
    case kms::Effect::Destroys:
        return theme::Icon::Delete;
    }
    return theme::Icon::Key;
}

QString effectWords(kms::Effect effect) {
    switch (effect) {
    case kms::Effect::Reads:
        return words("It only reads.");
    case kms::Effect::UsesKey:
        return words("It uses a key and changes nothing.");
    case kms::Effect::RevealsPlaintext:
        return words("It brings plaintext or key bytes out of the service.");
    case kms::Effect::Changes:
        return words("It changes something.");
    case kms::Effect::Destroys:
        return words("It destroys something.");
    }
    return {};
}

QString permissionWords(const kms::OperationInfo &info) {
    QStringList actions;
    for (const kms::PermissionNeed &need : info.permissions) {
        actions << fromUtf8(need.action);
    }
    actions.removeDuplicates();
    return actions.isEmpty() ? QString() : words("Needs %1.").arg(actions.join(words(" and ")));
}

/// The first thing that a request names, for the question.
QString targetOf(const kms::AnyRequest &request) {
    for (const kms::Field &field : kms::operationInfo(request.operation()).request) {
        const void *value = field.access->get(request.object());
        if (value != nullptr && field.kind == kms::FieldKind::Text && !field.secret &&
            (field.required || field.idForms != kms::IdForm::None)) {
            return fromUtf8(*static_cast<const std::string *>(value));
        }
    }
    return {};
}

} // namespace keyturn::ui
