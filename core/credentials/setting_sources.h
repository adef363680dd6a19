// SPDX-License-Identifier: Apache-2.0
// Where a setting can come from, each with its origin as text. Internal to this module; pure, any thread.
#pragma once

#include "credentials/settings.h"

#include "base/text.h"

#include <initializer_list>

namespace keyturn::credentials {

inline std::optional<Sourced> fromEnvironment(const Environment &environment,
                                              std::initializer_list<std::string> names,
                                              bool emptyCounts = false) {
    for (const std::string &name : names) {
        const auto value = environment(name);
        if (value && (emptyCounts || !value->empty())) {
            return Sourced{std::string(*value), name};
        }
    }
    return std::nullopt;
}

inline std::optional<Sourced> fromProfile(const AwsFiles &files, const std::string &profile,
                                          const std::string &name, bool emptyCounts = false) {
    std::string file;
    const std::string *value = files.setting(profile, name, &file);
    if (value == nullptr || (value->empty() && !emptyCounts)) {
        return std::nullopt;
    }
    return Sourced{*value, file + ", profile " + profile};
}

inline bool isTrue(const std::optional<Sourced> &value) {
    return value && toLowerAscii(value->value) == "true";
}

inline std::optional<Sourced> firstOf(std::optional<Sourced> a, std::optional<Sourced> b) {
    return a ? a : b;
}

} // namespace keyturn::credentials
