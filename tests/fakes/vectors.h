// SPDX-License-Identifier: Apache-2.0
// Where the outside test vectors lie: $KEYTURN_VECTORS, else beside the source tree.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace keyturn::test {

inline std::filesystem::path vectorPath(const std::string &relative) {
    const char *given = std::getenv("KEYTURN_VECTORS");
    const std::filesystem::path folder =
        given != nullptr ? std::filesystem::path(given)
                         : std::filesystem::path(KEYTURN_SOURCE_DIR).parent_path() / "shared" / "vectors";
    return folder / relative;
}

/// For QSKIP: names both places that were tried.
inline std::string vectorsMissing(const std::string &relative) {
    return "no test vectors: neither $KEYTURN_VECTORS/" + relative + " nor " +
           (std::filesystem::path(KEYTURN_SOURCE_DIR).parent_path() / "shared" / "vectors" / relative)
               .string() +
           " is there";
}

} // namespace keyturn::test
