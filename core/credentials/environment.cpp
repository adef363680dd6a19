// SPDX-License-Identifier: Apache-2.0
#include "credentials/environment.h"

#include "base/platform/identity.h"

#include <cstdlib>

namespace keyturn::credentials {

Environment processEnvironment() {
    return [](const std::string &name) -> std::optional<std::string_view> {
        const char *value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string_view>(value) : std::nullopt;
    };
}

std::filesystem::path homeOf(const Environment &environment) {
    const auto home = environment("HOME");
    return home && !home->empty() ? std::filesystem::path(*home) : platform::homeDirectory();
}

} // namespace keyturn::credentials
