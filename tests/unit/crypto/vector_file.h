// SPDX-License-Identifier: Apache-2.0
// Reads a file of outside vectors and counts what became of each.
#pragma once

#include "fakes/vectors.h"

#include "base/atomic_file.h"
#include "base/encoding.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <optional>
#include <string>

namespace keyturn::test {

/// Nothing when the file is missing.
inline std::optional<nlohmann::json> readVectors(const std::string &relative) {
    constexpr std::size_t maxBytes = 16 << 20;
    const auto text = readFile(vectorPath(relative), maxBytes);
    if (!text) {
        return std::nullopt;
    }
    return nlohmann::json::parse(text->begin(), text->end());
}

inline Bytes hexField(const nlohmann::json &test, const char *name) {
    return fromHex(test.at(name).get<std::string>()).value();
}

struct VectorCounts {
    int validAccepted = 0;
    int invalidRefused = 0;
    int otherMode = 0; ///< a mode that our types do not offer, and refuse

    void print(const std::string &file) const {
        std::printf("vectors %s: %d valid accepted, %d invalid refused, %d of other modes refused\n",
                    file.c_str(), validAccepted, invalidRefused, otherMode);
        std::fflush(stdout);
    }
};

} // namespace keyturn::test
