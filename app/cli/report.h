// SPDX-License-Identifier: Apache-2.0
// What the commands besides kms print: a list of names and values, as text for people or JSON for scripts.
#pragma once

#include "aws/value.h"

#include <string>
#include <string_view>

namespace keyturn::cli {

/// JSON with 4 spaces, or "Name:  value" lines; lists as lines of their own. No secrets.
void printReport(const aws::Value &report, bool asJson);

} // namespace keyturn::cli
