// SPDX-License-Identifier: Apache-2.0
// Who and where we are. Any thread.
#pragma once

#include <filesystem>
#include <string>

namespace keyturn::inline base::platform {

std::string programName();
long processId();
std::string userName();
/// XDG base directories with "keyturn" appended; not created.
std::filesystem::path configDirectory();
std::filesystem::path dataDirectory();
std::filesystem::path stateDirectory();
std::filesystem::path cacheDirectory();
std::filesystem::path homeDirectory();

} // namespace keyturn::inline base::platform
