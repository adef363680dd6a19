// SPDX-License-Identifier: Apache-2.0
// What `vault verify` found. Plain value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace keyturn::vault {

struct VerifyReport {
    struct Finding {
        std::string where; ///< "materials", "log page 12", "slot 3f…", "root", "file"
        std::string what;
    };
    std::map<std::string, std::uint64_t> rows; ///< rows that opened, by table name
    std::uint64_t slots = 0;
    std::uint64_t logPages = 0;
    std::uint64_t logRecords = 0;
    std::uint64_t generation = 0;
    std::vector<Finding> findings;

    bool holds() const { return findings.empty(); }
};

} // namespace keyturn::vault
