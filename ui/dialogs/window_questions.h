// SPDX-License-Identifier: Apache-2.0
// WindowQuestions: asks a person what a session has to ask, in dialogs over a window: the safety level's
// confirmations, MFA codes, logins, programs of shared profiles. A question whose asker gave up goes away;
// one that is closed counts as no. GUI thread (Questions' rule). Owner: the window; lent to its session.
#pragma once

#include "base/clock.h"
#include "workspace/questions.h"

#include <QObject>
#include <QPointer>

class QDialog;
class QWidget;

namespace keyturn::ui {

class WindowQuestions final : public QObject, public workspace::Questions {
    Q_OBJECT

public:
    explicit WindowQuestions(QWidget *window, std::shared_ptr<const Clock> clock = systemClock());

    void confirm(workspace::ConfirmationQuestion question, CancelToken cancel,
                 workspace::ConfirmationPort::Answer answer) override;
    void askMfaCode(workspace::MfaQuestion question, CancelToken cancel, CodeDone done) override;
    void deviceLoginStarted(workspace::DeviceLogin login, CancelSource giveUp) override;
    void deviceLoginEnded(Status outcome) override;
    void askCommandApproval(workspace::CommandQuestion question, CancelToken cancel,
                            ApprovalDone done) override;

Q_SIGNALS:
    /// A page to open in the person's browser; https only.
    void browserRequested(const QString &url);
    /// A login has ended: what to say above the content. Empty error: it went well.
    void loginEnded(bool succeeded, const QString &why);

private:
    /// The dialog that is open over the window, else the window.
    QWidget *over() const;
    void closeOnCancel(QDialog *dialog, const CancelToken &cancel);

    QWidget *m_window;
    std::shared_ptr<const Clock> m_clock;
    QPointer<QDialog> m_login;
};

} // namespace keyturn::ui
