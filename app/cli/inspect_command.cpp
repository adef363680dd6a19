// SPDX-License-Identifier: Apache-2.0
// keyturn-cli inspect: what a file or a pasted text holds, offline.
#include "commands.h"
#include "console.h"
#include "inspect/inspect.h"
#include "inspect/render.h"

#include <cerrno>
#include <unistd.h>

namespace keyturn::cli {
namespace {

constexpr std::string_view help =
    "keyturn-cli inspect FILE|TEXT|-\n\n"
    "Says what a ciphertext, a pasted text (base64, hex, ...) or a file holds. - reads "
    "standard input.\nNothing is sent anywhere. --output json is for scripts.\n";

Bytes readStandardInput() {
    Bytes content(inspect::inspectedBytesMax);
    std::size_t used = 0;
    while (used < content.size()) {
        const ssize_t got = ::read(STDIN_FILENO, content.data() + used, content.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        used += static_cast<std::size_t>(got);
    }
    content.resize(used);
    return content;
}

std::filesystem::path pathOf(const std::string &operand) {
    for (const std::string_view prefix : {"fileb://", "file://"}) {
        if (operand.starts_with(prefix)) {
            return operand.substr(prefix.size());
        }
    }
    return operand;
}

Outcome<inspect::Inspection> look(const std::string &operand) {
    if (operand == "-") {
        return inspect::inspect(readStandardInput());
    }
    const auto path = pathOf(operand);
    std::error_code ignored;
    const bool named = path != operand;
    if (named || std::filesystem::exists(path, ignored)) {
        auto found = inspect::inspectFile(path);
        return found ? Outcome<inspect::Inspection>(std::move(*found)) : failureFrom(found);
    }
    inspect::Inspection found = inspect::inspect(asBytes(operand));
    if (found.kind == inspect::Kind::Text) {
        return failure(exitGeneral,
                       "There is no file of that name, and as a text it is nothing that is known here: " +
                           found.summary);
    }
    return found;
}

} // namespace

ExitOutcome runInspect(const CommandLine &line) {
    auto words = parseCommandWords(line, {}, 1);
    if (!words) {
        return failureFrom(words);
    }
    if (words->operands.empty()) {
        return usageFailure("inspect needs a file, a text or - for standard input.\n\n" + std::string(help));
    }
    if (words->operands.front() == "help") {
        printOut(help);
        return exitOk;
    }
    auto found = look(words->operands.front());
    if (!found) {
        return failureFrom(found);
    }
    printOut(line.wantsJson() ? inspect::renderJson(*found) : inspect::renderText(*found));
    return exitOk;
}

} // namespace keyturn::cli
