// SPDX-License-Identifier: Apache-2.0
// Progress of a long act: called from the working thread, must return fast.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace keyturn::inline base {

struct ProgressReport {
    std::uint64_t done = 0;
    std::uint64_t total = 0; ///< 0: not known
    std::string step;        ///< what is being done, for people
};

using Progress = std::function<void(const ProgressReport &)>;

} // namespace keyturn::inline base
