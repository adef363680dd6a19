// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/error_news.h"

#include "ui/models/key_words.h"

#include <QCoreApplication>

namespace keyturn::ui {
namespace {

QString verb(const char *text) {
    return QCoreApplication::translate("NextStep", text);
}

} // namespace

QString verbOf(kms::NextStep step) {
    using kms::NextStep;
    switch (step) {
    case NextStep::None:
    case NextStep::CompareContext:
    case NextStep::FixInput:
    case NextStep::FreeSpace:
    case NextStep::ChooseOtherKey:
        return {}; // done in the form that is there already
    case NextStep::Retry:
    case NextStep::WaitForVault:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Try again"));
    case NextStep::EnableKey:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Enable key"));
    case NextStep::CancelDeletionAndEnable:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Cancel deletion and enable"));
    case NextStep::ShowPolicyStatement:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Copy policy statement"));
    case NextStep::UnlockVault:
    case NextStep::UnlockKeyring:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Unlock"));
    case NextStep::EnterCredentials:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Enter credentials"));
    case NextStep::ChooseRegion:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Choose Region"));
    case NextStep::ChooseCaBundle:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Choose CA bundle"));
    case NextStep::OpenReadOnly:
        return verb(QT_TRANSLATE_NOOP("NextStep", "Open read-only"));
    }
    return {};
}

widgets::News newsFor(const Error &error, const kms::ErrorCircumstances &circumstances, bool offer) {
    const kms::ErrorText text = kms::describe(error, circumstances);
    QString words = fromUtf8(text.explanation);
    if (!text.nextStep.empty()) {
        words += u' ' + fromUtf8(text.nextStep);
    }
    const auto kind =
        error.code == ErrorCode::Cancelled ? widgets::NewsKind::Info : widgets::NewsKind::Danger;
    return {kind, fromUtf8(text.title), words, offer ? verbOf(text.act) : QString(),
            fromUtf8(kms::copyableDetails(error, circumstances))};
}

} // namespace keyturn::ui
