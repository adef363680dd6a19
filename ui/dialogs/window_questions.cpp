// SPDX-License-Identifier: Apache-2.0
#include "ui/dialogs/window_questions.h"

#include "kms/call.h"
#include "kms/error_text.h"
#include "ui/dialogs/credential_dialogs.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_words.h"

#include <QApplication>
#include <QLineEdit>
#include <QUrl>
#include <QWidget>

namespace keyturn::ui {
namespace {

Error refused() {
    return clientError(ErrorCode::Cancelled, "The question was closed.");
}

/// The operation's own name in words, "Schedule key deletion": what is asked for may come from anywhere in
/// the program.
QString verbOf(const workspace::ConfirmationQuestion &question) {
    const QString name = fromUtf8(kms::operationInfo(question.operation).name);
    if (question.operation == kms::OperationId::ReEncrypt) {
        return QStringLiteral("Re-encrypt");
    }
    QString words;
    for (const QChar each : name) {
        const bool begins = each.isUpper() && !words.isEmpty();
        words += begins ? QString(u' ' + each.toLower()) : QString(each);
    }
    return words;
}

} // namespace

WindowQuestions::WindowQuestions(QWidget *window, std::shared_ptr<const Clock> clock)
    : QObject(window)
    , m_window(window)
    , m_clock(std::move(clock)) {}

QWidget *WindowQuestions::over() const {
    QWidget *modal = QApplication::activeModalWidget();
    for (QObject *each = modal; each != nullptr; each = each->parent()) {
        if (each == m_window) {
            return modal;
        }
    }
    return m_window;
}

void WindowQuestions::closeOnCancel(QDialog *dialog, const CancelToken &cancel) {
    // The subscription lives as long as the dialog; the cancel may come on any thread.
    auto subscription = std::make_shared<CancelToken::Subscription>(
        cancel.onCancel([delivery = kms::Delivery(dialog), dialog = QPointer<QDialog>(dialog)] {
            delivery.post([dialog] {
                if (dialog) {
                    dialog->reject();
                }
            });
        }));
    connect(dialog, &QObject::destroyed, this, [subscription]() mutable { subscription.reset(); });
}

void WindowQuestions::confirm(workspace::ConfirmationQuestion question, CancelToken cancel,
                              workspace::ConfirmationPort::Answer answer) {
    const auto kept = std::make_shared<workspace::ConfirmationPort::Answer>(std::move(answer));
    const bool mustType = !question.words.empty();
    Question asked{.title =
                       question.target.empty()
                           ? tr("%1?").arg(verbOf(question))
                           : tr("%1 on \u201c%2\u201d?").arg(verbOf(question), fromUtf8(question.target)),
                   .text = tr("Profile \u201c%1\u201d, %2, asks before anything is changed.")
                               .arg(fromUtf8(question.profileName), fromUtf8(question.environmentText)),
                   .verb = verbOf(question),
                   .destroys = question.effect == kms::Effect::Destroys,
                   .typed = mustType ? fromUtf8(question.words.front()) : QString()};
    for (const std::string &word : question.words) {
        asked.alsoTyped += fromUtf8(word);
    }
    asked.environment = static_cast<theme::Environment>(question.environment);
    QDialog *dialog = ask(over(), asked, [] {});
    closeOnCancel(dialog, cancel);
    connect(dialog, &QDialog::finished, this, [kept, dialog](int result) {
        const auto *typed = dialog->findChild<QLineEdit *>(QStringLiteral("question.typed"));
        (*kept)({.confirmed = result == QDialog::Accepted, .typed = typed->text().toStdString()});
    });
}

void WindowQuestions::askMfaCode(workspace::MfaQuestion question, CancelToken cancel, CodeDone done) {
    const auto kept = std::make_shared<CodeDone>(std::move(done));
    auto *dialog = new MfaDialog(question, over());
    closeOnCancel(dialog, cancel);
    connect(dialog, &QDialog::finished, this, [kept, dialog](int result) {
        result == QDialog::Accepted ? (*kept)(dialog->takeCode())
                                    : (*kept)(Result<SecretText>(tl::unexpected<Error>(refused())));
    });
    dialog->open();
}

void WindowQuestions::deviceLoginStarted(workspace::DeviceLogin login, CancelSource giveUp) {
    delete m_login.data();
    auto *dialog = new DeviceLoginDialog(login, m_clock, over());
    m_login = dialog;
    connect(dialog, &QDialog::rejected, this, [giveUp]() mutable { giveUp.cancel(); });
    connect(dialog, &DeviceLoginDialog::browserRequested, this, [this](const QString &url) {
        // What a server names is opened only if it is a web page, with transport security.
        if (QUrl(url, QUrl::StrictMode).scheme() == u"https") {
            Q_EMIT browserRequested(url);
        }
    });
    dialog->open();
}

void WindowQuestions::deviceLoginEnded(Status outcome) {
    if (m_login) {
        m_login->accept(); // ended, not given up
    }
    const bool cancelled = !outcome && outcome.error().code == ErrorCode::Cancelled;
    if (!cancelled) {
        Q_EMIT loginEnded(outcome.has_value(),
                          outcome ? QString() : fromUtf8(kms::describe(outcome.error()).explanation));
    }
}

void WindowQuestions::askCommandApproval(workspace::CommandQuestion question, CancelToken cancel,
                                         ApprovalDone done) {
    const auto kept = std::make_shared<ApprovalDone>(std::move(done));
    auto *dialog = new CommandApprovalDialog(question, over());
    closeOnCancel(dialog, cancel);
    connect(dialog, &QDialog::finished, this, [kept](int result) { (*kept)(result == QDialog::Accepted); });
    dialog->open();
}

} // namespace keyturn::ui
