// SPDX-License-Identifier: Apache-2.0
#include "credentials/environment.h"

#include <cstdlib>

namespace keyturn::credentials {

Environment processEnvironment() {
    return [](const std::string &name) -> std::optional<std::string_view> {
        const char *value = std::getenv(name.c_str());
        return value != nullptr ? std::optional<std::string_view>(value) : std::nullopt;
    };
}

} // namespace keyturn::credentials
