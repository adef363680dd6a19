// SPDX-License-Identifier: Apache-2.0
// TerminalPrompts: asks on the terminal what a profile's safety level or its credentials need: confirmations,
// MFA codes, a login in the browser, the permission to run a program. Questions and logins go to the
// terminal, never to standard output. Without a terminal, --confirm (or KEYTURN_CONFIRM) answers
// confirmations, and everything else is refused. Any thread; one question at a time, on the Runtime's thread
// for them, which outlives it.
#pragma once

#include "credentials/prompts.h"
#include "workspace/confirmation.h"
#include "workspace/worker.h"

#include <memory>
#include <optional>
#include <string>

namespace keyturn::cli {

class Runtime;
struct CommandLine;

class TerminalPrompts final : public workspace::ConfirmationPort, public credentials::CredentialPrompts {
public:
    /// `given` is what --confirm says.
    TerminalPrompts(std::optional<std::string> given, workspace::Worker &terminal)
        : m_given(std::move(given))
        , m_terminal(terminal) {}

    void ask(workspace::ConfirmationQuestion question, CancelToken cancel, Answer answer) override;
    bool isSomebodyThere() const override;
    void askMfaCode(credentials::MfaQuestion question, CancelToken cancel, CodeDone done) override;
    void deviceLoginStarted(credentials::DeviceLogin login, CancelSource giveUp) override;
    void deviceLoginEnded(Status outcome) override;
    void askCommandApproval(credentials::CommandQuestion question, CancelToken cancel,
                            ApprovalDone done) override;

private:
    const std::optional<std::string> m_given;
    workspace::Worker &m_terminal;
};

/// With the answer that the command line or KEYTURN_CONFIRM gives.
std::shared_ptr<TerminalPrompts> terminalPrompts(const CommandLine &line, Runtime &runtime);

/// A line typed on the terminal, seen while it is typed; nothing when there is no terminal.
std::optional<std::string> askLine(const std::string &question);

/// For commands of our own: --confirm or the terminal must say `word`.
bool confirmedByWord(const CommandLine &line, const std::string &sentence, const std::string &word);

} // namespace keyturn::cli
