// SPDX-License-Identifier: Apache-2.0
// "Maybe you meant": words that are like another. Pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::cli {

/// At most three words at least 0.8 alike, the likest first (as Python's difflib counts).
std::vector<std::string> closeMatches(std::string_view word, const std::vector<std::string> &possibilities);

} // namespace keyturn::cli
