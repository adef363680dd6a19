// SPDX-License-Identifier: Apache-2.0
// The verbs of `keyturn-cli profile` that have files of their own, and what they share.
#pragma once

#include "commands.h"
#include "workspace/profile_store.h"

namespace keyturn::cli {

Outcome<workspace::ProfileStore> profileStore();
/// The profile that the first operand, or --profile, names.
Outcome<workspace::Profile> namedProfile(const CommandLine &line, std::span<const ArgumentSpec> options = {});

ExitOutcome addProfile(const CommandLine &line, Runtime &runtime);
ExitOutcome editProfile(const CommandLine &line, Runtime &runtime);
ExitOutcome testProfile(const CommandLine &line, Runtime &runtime);
ExitOutcome importProfiles(const CommandLine &line);
ExitOutcome exportProfiles(const CommandLine &line);

} // namespace keyturn::cli
