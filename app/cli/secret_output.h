// SPDX-License-Identifier: Apache-2.0
// Ways out for a secret that is shown once: a new file of mode 0600, or the terminal; never standard output.
#pragma once

#include "outcome.h"

#include <filesystem>
#include <string_view>
#include <variant>

namespace keyturn::cli {

/// A file that exists is refused.
Outcome<std::monostate> writeNewSecretFile(const std::filesystem::path &path, std::string_view text);
Outcome<std::monostate> showOnTerminal(std::string_view text);

} // namespace keyturn::cli
