// SPDX-License-Identifier: Apache-2.0
// SessionAsker: hands questions of any thread to the window on the session's thread. Without a window that
// answers, everything is refused. Internal to this module. setQuestions() on the session's thread only.
#pragma once

#include "kms/call.h"
#include "workspace/questions.h"

#include <memory>

class QObject;

namespace keyturn::workspace {

class SessionAsker final : public ConfirmationPort,
                           public credentials::CredentialPrompts,
                           public std::enable_shared_from_this<SessionAsker> {
public:
    explicit SessionAsker(QObject *session)
        : m_delivery(session) {}
    void setQuestions(Questions *questions) { m_questions = questions; }

    void ask(ConfirmationQuestion question, CancelToken cancel, Answer answer) override;
    void askMfaCode(MfaQuestion question, CancelToken cancel, CodeDone done) override;
    void deviceLoginStarted(DeviceLogin login, CancelSource giveUp) override;
    void deviceLoginEnded(Status outcome) override;
    void askCommandApproval(CommandQuestion question, CancelToken cancel, ApprovalDone done) override;

private:
    kms::Delivery m_delivery;
    Questions *m_questions = nullptr; ///< read and written on the session's thread
};

} // namespace keyturn::workspace
