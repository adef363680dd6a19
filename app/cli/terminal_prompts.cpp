// SPDX-License-Identifier: Apache-2.0
#include "terminal_prompts.h"

#include "base/text.h"
#include "command_line.h"
#include "console.h"
#include "runtime.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace keyturn::cli {
namespace {

constexpr std::size_t maxLine = 512;

/// What comes from services and files must not steer the terminal.
std::string printable(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        safe += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
    return safe;
}

class Terminal {
public:
    Terminal()
        : m_descriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {}
    ~Terminal() {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    bool isThere() const { return m_descriptor >= 0; }
    void write(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t written = ::write(m_descriptor, text.data(), text.size());
            if (written < 0 && errno == EINTR) {
                continue;
            }
            if (written <= 0) {
                return;
            }
            text.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    std::optional<std::string> readLine() const {
        std::string line;
        while (line.size() < maxLine) {
            char c = 0;
            const ssize_t got = ::read(m_descriptor, &c, 1);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return std::nullopt;
            }
            if (c == '\n') {
                return line;
            }
            line += c;
        }
        return std::nullopt;
    }

private:
    int m_descriptor;
};

std::optional<std::string> givenAnswer(const CommandLine &line) {
    if (auto given = line.globals.optional("confirm")) {
        return given;
    }
    const char *preset = std::getenv("KEYTURN_CONFIRM");
    return preset == nullptr || *preset == '\0' ? std::nullopt : std::optional<std::string>(preset);
}

Error noTerminal(std::string_view what) {
    return clientError(ErrorCode::NoCredentials,
                       std::string(what) + " is needed, and there is no terminal to ask on.");
}

bool saysYes(std::string_view text) {
    const std::string word = toLowerAscii(trimmed(text));
    return word == "y" || word == "yes";
}

} // namespace

std::optional<std::string> askLine(const std::string &question) {
    const Terminal terminal;
    if (!terminal.isThere() || !canPrompt()) {
        return std::nullopt;
    }
    terminal.write(question);
    return terminal.readLine();
}

void TerminalPrompts::ask(workspace::ConfirmationQuestion question, CancelToken cancel, Answer answer) {
    m_terminal.run([given = m_given, question = std::move(question), cancel = std::move(cancel),
                    answer = std::move(answer)]() mutable {
        const bool typed = !question.words.empty();
        if (given) {
            return answer({.confirmed = typed || saysYes(*given), .typed = *given});
        }
        const std::string ask = printable(question.sentence) + "\n" +
                                (typed ? "Type " + printable(question.words.front()) + " to go on: "
                                       : std::string("Go on? [yes/no] "));
        const auto line = cancel.isCancelled() ? std::nullopt : askLine(ask);
        if (!line) {
            return answer({.nobodyToAsk = true});
        }
        answer({.confirmed = typed ? !trimmed(*line).empty() : saysYes(*line), .typed = *line});
    });
}

bool TerminalPrompts::isSomebodyThere() const {
    return canPrompt();
}

void TerminalPrompts::askMfaCode(credentials::MfaQuestion question, CancelToken cancel, CodeDone done) {
    m_terminal.run(
        [question = std::move(question), cancel = std::move(cancel), done = std::move(done)]() mutable {
            if (cancel.isCancelled() || !canPrompt()) {
                return done(fail(noTerminal("An MFA code for " + question.mfaSerial)));
            }
            const std::string again =
                question.lastAnswer.empty() ? "" : "Not accepted: " + printable(question.lastAnswer) + "\n";
            auto typed = promptSecret(again + "MFA code for " + printable(question.mfaSerial) + ": ");
            if (!typed) {
                return done(fail(noTerminal("An MFA code")));
            }
            if (typed->empty()) {
                return done(fail(ErrorCode::Cancelled, "no code was typed"));
            }
            SecretText code;
            code.append(trimmed(typed->text()));
            done(std::move(code));
        });
}

void TerminalPrompts::deviceLoginStarted(credentials::DeviceLogin login, CancelSource) {
    const std::string &page =
        login.verificationUrlComplete.empty() ? login.verificationUrl : login.verificationUrlComplete;
    printError("Log in for the profile " + printable(login.profile) + " in a browser:\n  " + printable(page) +
               "\nand compare the code " + printable(login.userCode) + ". Waiting; Ctrl-C stops.\n");
}

void TerminalPrompts::deviceLoginEnded(Status outcome) {
    printError(outcome ? "Logged in.\n" : "The login ended without success.\n");
}

void TerminalPrompts::askCommandApproval(credentials::CommandQuestion question, CancelToken cancel,
                                         ApprovalDone done) {
    m_terminal.run(
        [question = std::move(question), cancel = std::move(cancel), done = std::move(done)]() mutable {
            const auto line =
                cancel.isCancelled()
                    ? std::nullopt
                    : askLine("The imported profile " + printable(question.profile) +
                              " wants to run this program for its credentials:\n  " +
                              printable(question.command) + "\nRun it, now and from now on? [yes/no] ");
            if (!line) {
                return done(fail(noTerminal("The permission to run the program of an imported profile")));
            }
            done(saysYes(*line));
        });
}

std::shared_ptr<TerminalPrompts> terminalPrompts(const CommandLine &line, Runtime &runtime) {
    return std::make_shared<TerminalPrompts>(givenAnswer(line), runtime.terminalThread());
}

bool confirmedByWord(const CommandLine &line, const std::string &sentence, const std::string &word) {
    if (const auto given = givenAnswer(line)) {
        return *given == word;
    }
    const auto typed = askLine(sentence + "\nType " + word + " to go on: ");
    return typed && trimmed(*typed) == word;
}

} // namespace keyturn::cli
