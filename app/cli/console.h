// SPDX-License-Identifier: Apache-2.0
// The terminal: output that may hold secrets, prompts without echo, passphrase files. One thread.
#pragma once

#include "base/secret_bytes.h"
#include "base/secret_text.h"
#include "outcome.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::cli {

/// To standard output or standard error, whole; a closed pipe is no error.
void printOut(std::string_view text);
void printError(std::string_view text);
/// As the AWS CLI prints an error, and behind it our hints, each on a line "Hint: ...".
void printFailure(const Failure &failure, bool asJson);

bool stdinIsTerminal();
bool stdoutIsTerminal();
bool stderrIsTerminal();
/// Of the terminal that standard output is; 80 when it is none.
std::size_t outputWidthColumns();
/// Of the terminal that standard error is; 80 when it is none, or does not know.
std::size_t errorWidthColumns();
/// A prompt can be shown and answered: there is a controlling terminal.
bool canPrompt();

/// Asks on the terminal, not on standard input; nothing is echoed. Interrupting ends the program with 130.
Outcome<SecretBytes> promptSecret(std::string_view question);

/// The first line of a file, or of standard input for "-"; its line end does not count.
Outcome<SecretBytes> readSecretLine(const std::string &path);
/// The first `count` lines; what is not there is empty.
Outcome<std::vector<SecretBytes>> readSecretLines(const std::string &path, std::size_t count);

} // namespace keyturn::cli
