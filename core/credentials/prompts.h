// SPDX-License-Identifier: Apache-2.0
// CredentialPrompts: the port through which credentials ask a person: an MFA code, a login in the browser,
// the permission to run a program. The window and the terminal implement it. Every member may be called from
// any thread (the implementation hops to its own); an answer may come on any thread, exactly once, and never
// waits for the caller. Dropping `done` unanswered counts as Cancelled. Owner: the composition root; the
// credentials share it. Errors that an implementation answers with: Cancelled (the person said no), Usage.
#pragma once

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_text.h"
#include "base/unique_function.h"

#include <string>
#include <vector>

namespace keyturn::credentials {

struct MfaQuestion {
    std::string profile;    ///< whose credentials need it
    std::string mfaSerial;  ///< "arn:aws:iam::111122223333:mfa/me"
    std::string roleArn;    ///< the role that is being assumed
    int attempt = 1;        ///< 2 and 3: the code before was not accepted
    std::string lastAnswer; ///< what was wrong with it, for people; empty at the first attempt
};

/// A login at IAM Identity Center that waits for a person. The user code is short-lived and meant to be seen.
struct DeviceLogin {
    std::string profile;
    std::string startUrl;
    std::string userCode;                ///< "ABCD-EFGH", to compare with the page
    std::string verificationUrl;         ///< https; where the code is typed
    std::string verificationUrlComplete; ///< the same with the code in it; may be empty
    Timestamp expires;
};

/// A program that a shared or imported profile wants to run for its credentials.
struct CommandQuestion {
    std::string profile;
    std::string command;                ///< exactly as written
    std::vector<std::string> arguments; ///< as it would be run, the program first
    std::string digest;                 ///< what an approval is recorded under
};

class CredentialPrompts {
public:
    using CodeDone = UniqueFunction<void(Result<SecretText>)>;
    using ApprovalDone = UniqueFunction<void(Result<bool>)>;

    virtual ~CredentialPrompts() = default;
    /// False: nobody is there, so no login is started that would wait for a person.
    virtual bool isSomebodyThere() const { return true; }
    /// `cancel` fires when nobody waits for the code any more: the question goes away.
    virtual void askMfaCode(MfaQuestion question, CancelToken cancel, CodeDone done) = 0;
    /// Shows the login and returns; `giveUp` is for the person to stop it.
    virtual void deviceLoginStarted(DeviceLogin login, CancelSource giveUp) = 0;
    /// The login has ended, well or not: take it down. Called once for each deviceLoginStarted.
    virtual void deviceLoginEnded(Status outcome) = 0;
    /// May this program be run? Asked only for profiles that somebody else wrote.
    virtual void askCommandApproval(CommandQuestion question, CancelToken cancel, ApprovalDone done) = 0;
};

} // namespace keyturn::credentials
