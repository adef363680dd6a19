// SPDX-License-Identifier: Apache-2.0
// The command line of Keyturn. Hardens the process before anything else, then runs one command.
#include "base/platform/process.h"
#include "base/text.h"
#include "commands.h"
#include "console.h"
#include "kms/error_text.h"

#include <clocale>
#include <csignal>
#include <cstdlib>

namespace keyturn::cli {
namespace {

ExitOutcome run(const CommandLine &line, Runtime &runtime) {
    if (line.globals.has("version")) {
        printOut("keyturn-cli " KEYTURN_VERSION "\n");
        return exitOk;
    }
    if (line.command == "kms") {
        return runKms(line, runtime);
    }
    if (line.command == "vault") {
        return runVault(line, runtime);
    }
    if (line.command == "profile") {
        return runProfile(line, runtime);
    }
    if (line.command == "serve") {
        return runServe(line, runtime);
    }
    if (line.command == "access-key") {
        return runAccessKey(line, runtime);
    }
    if (line.command == "credentials") {
        return runCredentials(line, runtime);
    }
    if (line.command == "job") {
        return runJob(line, runtime);
    }
    if (line.command == "history") {
        return runHistory(line, runtime);
    }
    if (line.command == "snapshot") {
        return runSnapshot(line, runtime);
    }
    if (line.command == "inspect") {
        return runInspect(line);
    }
    if (line.command == "self-test") {
        return runSelfTest(line, runtime);
    }
    if (line.command == "demo") {
        return runDemo(line);
    }
    return runHelp();
}

int fail(const Failure &failure, const CommandLine *line) {
    printFailure(failure, line != nullptr && line->globals.value("cli-error-format") == "json");
    if (line != nullptr && line->globals.has("debug") && failure.error) {
        printError(kms::copyableDetails(*failure.error));
    }
    return failure.exitCode;
}

int runMain(int argumentCount, char **arguments) {
    std::vector<std::string> words;
    for (int i = 1; i < argumentCount; ++i) {
        words.emplace_back(arguments[i]);
        if (!isValidUtf8(words.back())) {
            return fail(Failure{exitUsage, "Argument " + std::to_string(i) + " is not UTF-8"}, nullptr);
        }
    }
    const auto line = parseCommandLine(words);
    if (!line) {
        return fail(line.error(), nullptr);
    }
    Runtime runtime(argumentCount, arguments);
    const auto done = run(*line, runtime);
    runtime.finishSaving();
    if (const auto recorded = runtime.finishHistory(); !recorded) {
        printError("Warning: not everything is recorded: " + recorded.error().detail + ".\n");
    }
    return done ? *done : fail(done.error(), &*line);
}

} // namespace
} // namespace keyturn::cli

int main(int argumentCount, char **arguments) {
    // Debuggers and memory scans need it readable; tests and developers say so.
    const bool debuggable = std::getenv("KEYTURN_ALLOW_DEBUGGER") != nullptr;
    keyturn::platform::hardenProcess({.allowDebugger = debuggable});
    std::signal(SIGPIPE, SIG_IGN);
    return keyturn::cli::runMain(argumentCount, arguments);
}
