// SPDX-License-Identifier: Apache-2.0
// The commands, one function and one file each. Each prints its own answer; a Failure is printed by main.
#pragma once

#include "command_line.h"
#include "outcome.h"
#include "runtime.h"

namespace keyturn::cli {

using ExitOutcome = Outcome<int>; ///< the exit code

ExitOutcome runKms(const CommandLine &line, Runtime &runtime);
ExitOutcome runVault(const CommandLine &line, Runtime &runtime);
ExitOutcome runProfile(const CommandLine &line, Runtime &runtime);
ExitOutcome runServe(const CommandLine &line, Runtime &runtime);
ExitOutcome runAccessKey(const CommandLine &line, Runtime &runtime);
ExitOutcome runCredentials(const CommandLine &line, Runtime &runtime);
ExitOutcome runJob(const CommandLine &line, Runtime &runtime);
ExitOutcome runHistory(const CommandLine &line, Runtime &runtime);
ExitOutcome runSnapshot(const CommandLine &line, Runtime &runtime);
ExitOutcome runInspect(const CommandLine &line);
ExitOutcome runSelfTest(const CommandLine &line, Runtime &runtime);
ExitOutcome runDemo(const CommandLine &line);
ExitOutcome runHelp();

} // namespace keyturn::cli
