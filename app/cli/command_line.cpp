// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include "base/text.h"
#include "output.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

const std::vector<std::string> &commands() {
    static const std::vector<std::string> names{"kms",         "vault", "profile", "serve",   "access-key",
                                                "credentials", "job",   "inspect", "history", "snapshot",
                                                "self-test",   "demo",  "help"};
    return names;
}

ArgumentSpec valueOption(std::string option, std::string valueName, std::string help) {
    return {.option = std::move(option), .help = std::move(help), .valueName = std::move(valueName)};
}
ArgumentSpec flag(std::string option, std::string help) {
    return {.option = std::move(option), .arity = Arity::Flag, .help = std::move(help)};
}
ArgumentSpec choice(std::string option, std::vector<std::string> choices, std::string help) {
    return {.option = std::move(option),
            .choices = choices,
            .help = std::move(help),
            .valueName = join(choices, "|")};
}
ArgumentSpec number(std::string option, std::string valueName, std::string help) {
    return {.option = std::move(option),
            .integer = true,
            .help = std::move(help),
            .valueName = std::move(valueName)};
}

std::vector<ArgumentSpec> makeGlobalOptions() {
    return {
        valueOption("--vault", "FILE", "work in this vault (or KEYTURN_VAULT)"),
        valueOption("--passphrase-file", "FILE",
                    "its first line unlocks the vault; - is standard input (or KEYTURN_PASSPHRASE_FILE)"),
        valueOption("--recovery-code-file", "FILE", "unlock with the recovery code in its first line"),
        number("--wait", "SECONDS", "wait for a vault that another program has open"),
        flag("--accept-older-vault",
             "a vault's file that is not as it was last seen here, such as a backup put back, "
             "counts from now on"),
        valueOption("--profile", "NAME", "a profile of Keyturn, else one of the AWS files"),
        valueOption("--endpoint-url", "URL", "the KMS endpoint to talk to"),
        valueOption("--snapshot", "NAME",
                    "an offline copy of an account (snapshot take), instead of a service"),
        valueOption("--region", "REGION", "the Region to sign for, or of a vault the one to work in"),
        valueOption("--ca-bundle", "FILE", "PEM file of the certificates to trust"),
        valueOption(
            "--confirm", "TEXT",
            "answers what a profile asks before it changes or destroys something: yes, or the key's own "
            "alias (or KEYTURN_CONFIRM)"),
        choice("--output", outputFormatNames(), "how to print the answer"),
        valueOption("--query", "JMESPATH", "what to print of it"),
        choice("--cli-binary-format", {"base64", "raw-in-base64-out"}, "how blobs are given as plain values"),
        choice("--cli-error-format", {"legacy", "json"}, "how errors are printed"),
        number("--cli-read-timeout", "SECONDS", "longest wait for an answer"),
        number("--cli-connect-timeout", "SECONDS", "longest wait for a connection"),
        flag("--no-paginate", "do not follow pages"),
        choice("--color", {"on", "off", "auto"}, "whether tables have colours; auto: on a terminal"),
        flag("--no-cli-pager", "accepted; there is no pager"),
        flag("--no-cli-auto-prompt", "accepted; there are no prompts for options"),
        flag("--debug", "print what an error says about itself, without secrets"),
        flag("--version", "print the version"),
        flag("--no-verify-ssl", "refused: certificates are always checked"),
        flag("--no-sign-request", "refused: requests are always signed"),
    };
}

} // namespace

std::span<const ArgumentSpec> globalOptions() {
    static const std::vector<ArgumentSpec> options = makeGlobalOptions();
    return options;
}

std::string usageText() {
    return "usage: keyturn-cli [options] <command> <subcommand> [parameters]\n"
           "To see help text, you can run:\n\n"
           "  keyturn-cli help\n"
           "  keyturn-cli <command> help\n"
           "  keyturn-cli kms <operation> help\n";
}

Outcome<CommandLine> parseCommandLine(std::span<const std::string> words) {
    const ArgumentParser parser(usageText(), globalOptions(), PositionalSpec{"command", false, commands()});
    auto parsed = parser.parse(words);
    if (!parsed) {
        return failureFrom(parsed);
    }
    if (parsed->has("no-verify-ssl")) {
        return usageFailure(
            "--no-verify-ssl is refused: Keyturn always checks certificates. Trust a certificate of "
            "your own with --ca-bundle FILE.");
    }
    if (parsed->has("no-sign-request")) {
        return usageFailure("--no-sign-request is refused: KMS takes signed requests only.");
    }
    CommandLine line;
    line.command = parsed->positional.value_or("");
    line.words = std::move(parsed->extras);
    line.globals = std::move(*parsed);
    const std::string_view output = line.globals.value("output");
    const bool printsLists = line.command == "kms" || line.command == "history";
    const bool printsReport = !printsLists && !line.command.empty();
    if (printsReport && !output.empty() && output != "json" && output != "text") {
        return usageFailure("--output " + std::string(output) + " is for the kms and history commands; " +
                            line.command + " prints text or json");
    }
    if (line.command.empty() && !line.globals.has("version")) {
        return parser.fault("the following arguments are required: command");
    }
    return line;
}

bool CommandLine::wantsJson() const {
    return globals.value("output") == "json";
}

Outcome<CommandWords> parseCommandWords(const CommandLine &line, std::span<const ArgumentSpec> options,
                                        std::size_t operandsMax) {
    const ArgumentParser parser(usageText(), options, std::nullopt);
    auto parsed = parser.parse(line.words);
    if (!parsed) {
        return failureFrom(parsed);
    }
    CommandWords result;
    std::vector<std::string> unknown;
    for (const std::string &word : parsed->extras) {
        const bool operand = word.empty() || word[0] != '-' || word == "-";
        (operand && result.operands.size() < operandsMax ? result.operands : unknown).push_back(word);
    }
    if (!unknown.empty()) {
        return usageFailure(usageText() + "\nUnknown options: " + join(unknown, ", ") + "\n");
    }
    result.options = std::move(*parsed);
    return result;
}

std::string optionHelp(std::span<const ArgumentSpec> options) {
    std::string text;
    for (const ArgumentSpec &spec : options) {
        std::string left = "  " + spec.option + (spec.arity == Arity::Flag ? "" : " " + spec.valueName);
        if (spec.help.empty()) {
            text += left + (spec.required ? "  (required)" : "") + "\n";
            continue;
        }
        left.resize(std::max<std::size_t>(left.size() + 2, 34), ' ');
        text += left + spec.help + "\n";
    }
    return text;
}

} // namespace keyturn::cli
