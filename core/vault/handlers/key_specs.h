// SPDX-License-Identifier: Apache-2.0
// Which key specs and usages go together at AWS KMS, and which of them this vault makes. Pure functions.
#pragma once

#include "kms/enums.h"

#include <string_view>
#include <utility>
#include <vector>

namespace keyturn::vault {

/// kms-semantics.md section 7, "Usage per spec".
bool isCompatible(kms::KeySpec spec, kms::KeyUsageType usage);
/// Why CreateKey does not make such a key here; empty when it does.
std::string_view whyAbsent(kms::KeySpec spec, kms::KeyUsageType usage);
/// Those that CreateKey makes.
const std::vector<kms::KeySpec> &creatableSpecs();

} // namespace keyturn::vault
