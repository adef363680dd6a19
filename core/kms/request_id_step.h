// SPDX-License-Identifier: Apache-2.0
// The service's own id of an answered request, for reports: a reply has no place for it, so a service that
// knows one tells it as a step of the call's progress (CallContext::progress), just before the completion and
// on its thread. Errors carry theirs themselves. Pure functions.
#pragma once

#include "base/progress.h"

#include <optional>
#include <string>
#include <string_view>

namespace keyturn::kms {

inline constexpr std::string_view requestIdWords = "answered, request id ";

inline ProgressReport requestIdStep(std::string_view requestId) {
    return {1, 1, std::string(requestIdWords) + std::string(requestId)};
}

/// Nothing: another step.
inline std::optional<std::string> requestIdOf(const ProgressReport &report) {
    return report.step.starts_with(requestIdWords) ? std::optional(report.step.substr(requestIdWords.size()))
                                                   : std::nullopt;
}

} // namespace keyturn::kms
