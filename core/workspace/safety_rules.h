// SPDX-License-Identifier: Apache-2.0
// What SafetyKms decides by, as pure functions: sentences of refusals, what a request names, what has to be
// typed. Internal to this module; any thread.
#pragma once

#include "workspace/safety_kms.h"

#include <string>
#include <vector>

namespace keyturn::workspace {

std::string levelRefusal(const SafetyRules &rules, const kms::OperationInfo &info);
std::string noOneToAsk(const SafetyRules &rules, const kms::OperationInfo &info);
std::string wrongWord(const SafetyRules &rules, const kms::OperationInfo &info);

/// Keys, aliases and other things that a request names, in the order of its members.
std::vector<std::string> namedTargets(const kms::OperationInfo &info, const void *request);
/// What must be typed where no alias can be looked up: the thing's own name or id.
std::vector<std::string> wordsWithoutLookup(const SafetyRules &rules,
                                            const std::vector<std::string> &targets);

} // namespace keyturn::workspace
