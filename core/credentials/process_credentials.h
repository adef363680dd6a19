// SPDX-License-Identifier: Apache-2.0
// credential_process: the command taken apart as botocore takes it apart (a POSIX shell's quoting, no shell),
// run without standard input, with a time limit and bounded output, and its answer read (JSON, Version 1).
// Blocks; worker threads. Internal to this module. Errors: Configuration (a command that cannot be taken
// apart or started, that failed, an answer that is none; what the program said on standard error is told with
// long words cut, standard output never), TimedOut, ExpiredToken, Cancelled. Follows ecosystem.md
// section 1.6.
#pragma once

#include "credentials/credentials.h"

#include <chrono>
#include <vector>

namespace keyturn::credentials {

/// As Python's shlex.split().
Result<std::vector<std::string>> splitCommand(std::string_view command);

struct ProcessLimits {
    std::chrono::milliseconds timeout{60'000};
    std::size_t maxOutputBytes = 64 * 1024;
};

Result<Credentials> runCredentialProcess(const std::string &command, const ProcessLimits &limits,
                                         Timestamp now, const CancelToken &cancel);

} // namespace keyturn::credentials
