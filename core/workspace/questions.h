// SPDX-License-Identifier: Apache-2.0
// Questions: everything that a session may have to ask a person, for a window to implement. Every member is
// called on the session's (the GUI) thread; an answer may come later, on any thread, exactly once; dropping
// it unanswered counts as no. Lent to Session::setQuestions, whose owner keeps it alive as long as it is set.
#pragma once

#include "credentials/prompts.h"
#include "workspace/confirmation.h"

namespace keyturn::workspace {

using credentials::CommandQuestion;
using credentials::DeviceLogin;
using credentials::MfaQuestion;

class Questions {
public:
    using CodeDone = UniqueFunction<void(Result<SecretText>)>;
    using ApprovalDone = UniqueFunction<void(Result<bool>)>;

    virtual ~Questions() = default;
    /// The safety level asks: a plain yes, or one of the question's words typed.
    virtual void confirm(ConfirmationQuestion question, CancelToken cancel,
                         ConfirmationPort::Answer answer) = 0;
    virtual void askMfaCode(MfaQuestion question, CancelToken cancel, CodeDone done) = 0;
    /// Shows the login and returns; `giveUp` is for the person to stop it.
    virtual void deviceLoginStarted(DeviceLogin login, CancelSource giveUp) = 0;
    virtual void deviceLoginEnded(Status outcome) = 0;
    /// May this program of a shared or imported profile be run? A yes is kept for the exact command.
    virtual void askCommandApproval(CommandQuestion question, CancelToken cancel, ApprovalDone done) = 0;
};

} // namespace keyturn::workspace
