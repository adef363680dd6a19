// SPDX-License-Identifier: Apache-2.0
// The options of `profile add` and `profile edit`, and what they make of a profile. Pure but for the clock of
// ids. Failures: 252.
#pragma once

#include "aws/value.h"
#include "command_line.h"
#include "workspace/profile.h"

#include <span>
#include <string>

namespace keyturn::cli {

std::span<const ArgumentSpec> profileOptions();
/// Changes what the options name and nothing else. "none" takes an optional rule away.
Outcome<workspace::Profile> applyProfileOptions(workspace::Profile profile, const CommandLine &line,
                                                const ParsedArguments &options);
/// A profile as `profile show` prints it.
aws::Value profileValue(const workspace::Profile &profile);

} // namespace keyturn::cli
