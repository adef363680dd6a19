// SPDX-License-Identifier: Apache-2.0
// Partition: which AWS partition a Region belongs to, and what its host names end with. Pure, any thread.
// Follows ecosystem.md section 1.8.
#pragma once

#include "base/result.h"

#include <string_view>

namespace keyturn::credentials {

struct Partition {
    std::string_view name;         ///< "aws", "aws-cn", ...
    std::string_view regionPrefix; ///< what its Region names begin with; empty: every other Region
    std::string_view suffix;
    std::string_view dualStackSuffix;
};

/// The partition of a Region; an unknown Region falls into "aws".
const Partition &partitionOf(std::string_view region);
/// Letters, digits and dashes: so that a Region can never change which host is called.
bool isHostLabel(std::string_view text);

} // namespace keyturn::credentials
