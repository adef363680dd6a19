// SPDX-License-Identifier: Apache-2.0
// The export form of a log: one JSON object per record and line (FORMAT.md "Export"). Plain function.
#pragma once

#include "chainlog/chain.h"

#include <string>

namespace keyturn::chainlog {

/// Appends one line, its line feed included.
void appendJsonLine(const StoredRecord &stored, std::string &out);

} // namespace keyturn::chainlog
