// SPDX-License-Identifier: Apache-2.0
// How a command ends: with a value, or with a Failure that says what is printed and which exit code is given,
// as the AWS CLI does (ecosystem.md 3.4). Plain values.
#pragma once

#include "base/error.h"
#include "base/result.h"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keyturn::cli {

enum ExitCode : int {
    exitOk = 0,
    exitFailed = 1,          ///< our own checks: a vault that does not verify, a self-test that fails
    exitItemsLeft = 3,       ///< a job is through, and items failed or are conflicts
    exitInterrupted = 130,   ///< Ctrl+C; a job can go on
    exitUsage = 252,         ///< bad option or value
    exitConfiguration = 253, ///< no vault, profile or endpoint; no credentials; no Region
    exitService = 254,       ///< the service answered with an error, a dry run's success too
    exitGeneral = 255        ///< anything else
};

struct Failure {
    int exitCode = exitGeneral;
    std::string text;                    ///< printed behind an empty line
    std::optional<Error> error = {};     ///< the error behind it, if there is one
    std::vector<std::string> hints = {}; ///< printed behind it, each on a line "Hint: ..."
};

template <class T>
class [[nodiscard]] Outcome : public tl::expected<T, Failure> {
public:
    using tl::expected<T, Failure>::expected;
};

[[nodiscard]] inline tl::unexpected<Failure> failure(int exitCode, std::string text) {
    return tl::unexpected<Failure>(Failure{exitCode, std::move(text)});
}
[[nodiscard]] inline tl::unexpected<Failure> usageFailure(std::string text) {
    return failure(exitUsage, std::move(text));
}
/// Passes the failure of one outcome on as the failure of another.
template <class T>
[[nodiscard]] tl::unexpected<Failure> failureFrom(Outcome<T> &outcome) {
    return tl::unexpected<Failure>(std::move(outcome.error()));
}
/// An error of core with the exit code and sentence that belong to it.
[[nodiscard]] Failure toFailure(Error error);
template <class T>
[[nodiscard]] tl::unexpected<Failure> failureFrom(Result<T> &result) {
    return tl::unexpected<Failure>(toFailure(std::move(result.error())));
}

} // namespace keyturn::cli
