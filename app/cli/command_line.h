// SPDX-License-Identifier: Apache-2.0
// The command line, first pass: options that hold for every command, before or behind it, and the command's
// name. What belongs to the command itself stays in `words`. Plain value. Failures: 252.
#pragma once

#include "argument_parser.h"

#include <string>
#include <vector>

namespace keyturn::cli {

struct CommandLine {
    ParsedArguments globals;
    std::string command; ///< "kms", "vault", ...; empty: none was named
    std::vector<std::string> words;

    bool wantsJson() const; ///< of the commands besides kms
};

Outcome<CommandLine> parseCommandLine(std::span<const std::string> words);

/// Parses what belongs to a command whose own table is `options`; unknown options and words that do not
/// belong are refused. `operands` are the words without dashes, at most `operandsMax`.
struct CommandWords {
    ParsedArguments options;
    std::vector<std::string> operands;
};
Outcome<CommandWords> parseCommandWords(const CommandLine &line, std::span<const ArgumentSpec> options,
                                        std::size_t operandsMax);

std::span<const ArgumentSpec> globalOptions();
std::string usageText();
/// "  --vault FILE        help" lines.
std::string optionHelp(std::span<const ArgumentSpec> options);

} // namespace keyturn::cli
