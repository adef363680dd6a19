// SPDX-License-Identifier: Apache-2.0
// keyturn-cli job password: a database's password in the OS keychain, where
// jobs find it by its name. It comes from a file or from the terminal, never
// from the command line, and is never shown again.
#include "console.h"
#include "job_verbs.h"
#include "runtime.h"
#include "terminal_prompts.h"
#include "workspace/database_passwords.h"

namespace keyturn::cli {
namespace {

Outcome<SecretBytes> passwordOf(const ParsedArguments &options) {
    const auto file = options.optional("password-file");
    if (!file && !canPrompt()) {
        return failure(exitConfiguration, "The password is needed, and there is no terminal to ask "
                                          "on: --password-file FILE");
    }
    if (!file) {
        return promptSecret("Database password: ");
    }
    auto lines = readSecretLines(*file, 1);
    if (!lines) {
        return failureFrom(lines);
    }
    return std::move(lines->front());
}

} // namespace

ExitOutcome runJobPassword(const JobCall &call) {
    if (call.words.operands.size() != 1 || call.words.operands.front().empty()) {
        return usageFailure("job password takes one name, the one that job files say in "
                            "source.password-in-keychain");
    }
    const std::string &name = call.words.operands.front();
    const keychain::ItemId item = workspace::databasePasswordItem(name);
    if (call.words.options.has("remove")) {
        auto gone = call.runtime.keychain().remove(item);
        return gone ? ExitOutcome(exitOk) : failureFrom(gone);
    }
    auto password = passwordOf(call.words.options);
    if (!password) {
        return failureFrom(password);
    }
    if (password->empty()) {
        return usageFailure("The password is empty");
    }
    auto stored = call.runtime.keychain().write(item, std::move(*password));
    if (!stored) {
        return failureFrom(stored);
    }
    printError("The password is in the keychain. In a job file: source: "
               "{password-in-keychain: " +
               name + "}\n");
    return exitOk;
}

} // namespace keyturn::cli
