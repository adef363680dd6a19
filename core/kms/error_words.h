// SPDX-License-Identifier: Apache-2.0
// The table of words that error_text builds on: one row per error code. Constant data; any thread. Private to
// the kms module.
#pragma once

#include "kms/error_text.h"

namespace keyturn::kms {

struct ErrorWords {
    ErrorCode code;
    std::string_view title;
    std::string_view explanation;
    std::string_view nextStep;
    NextStep act = NextStep::None;
};

/// The row of a code; that of Unknown for a value that is no code.
const ErrorWords &errorWords(ErrorCode code);

// The two files of rows: what a service answers, and what we find ourselves.
std::span<const ErrorWords> serviceErrorWords();
std::span<const ErrorWords> ownErrorWords();

} // namespace keyturn::kms
