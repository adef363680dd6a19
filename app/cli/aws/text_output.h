// SPDX-License-Identifier: Apache-2.0
// --output text: tab-separated scalars sorted by name, lists under their upper-case name. Pure function.
#pragma once

#include "aws/value.h"

namespace keyturn::cli::aws {

void printText(const Value &value, SecretText &out);

} // namespace keyturn::cli::aws
