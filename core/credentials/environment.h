// SPDX-License-Identifier: Apache-2.0
// Environment: the process's variables, injected so that tests choose them. Values are views of memory that
// the environment owns: a secret is copied from there straight into SecretBytes. One thread at a time
// (getenv).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::credentials {

/// A variable's value, or nothing when it is not set. An empty value is a value, as for the AWS CLI.
using Environment = std::function<std::optional<std::string_view>(const std::string &name)>;

Environment processEnvironment();
/// $HOME, else the account's home folder.
std::filesystem::path homeOf(const Environment &environment);

} // namespace keyturn::credentials
