// SPDX-License-Identifier: Apache-2.0
// --output yaml: block style as libyaml's emitter writes it for the AWS CLI, names sorted, a value that
// appears twice as an alias. Pure function.
#pragma once

#include "aws/value.h"

namespace keyturn::cli::aws {

/// One document, with its last line feed. A lone scalar is printed as JSON, as the AWS CLI does.
void printYaml(const Value &value, SecretText &out);

} // namespace keyturn::cli::aws
