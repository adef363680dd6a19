// SPDX-License-Identifier: Apache-2.0
// JSON as the AWS CLI reads and prints it: Python's json module, its leniencies and error messages included
// (duplicate names: the last wins). For command-line values and output only; what goes over the wire is read
// by kms/json. Nesting is bounded. Any thread.
#pragma once

#include "aws/value.h"

#include "base/result.h"

#include <string_view>

namespace keyturn::cli::aws {

/// Errors: BadJson; the detail is Python's message ("Expecting value: line 1 column 1 (char 0)").
Result<Value> parsePythonJson(std::string_view text);

/// json.dump(indent=4, ensure_ascii=False); a bare line feed is not added.
void printJson(const Value &value, SecretText &out);
/// json.dumps(separators=(',', ':')), ASCII only: what the query function to_string() gives.
void printCompactJson(const Value &value, SecretText &out);

} // namespace keyturn::cli::aws
