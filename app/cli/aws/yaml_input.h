// SPDX-License-Identifier: Apache-2.0
// YAML of --cli-input-yaml, with the scalar rules of the AWS CLI's reader (yaml_scalar.h): one document, no
// name twice. Any thread. Errors: Usage, with no more than that, as the AWS CLI does. yaml-cpp keeps copies
// of what it reads in plain memory: a plaintext is better given with fileb://.
#pragma once

#include "aws/value.h"

#include "base/result.h"

#include <string_view>

namespace keyturn::cli::aws {

Result<Value> parseYaml(std::string_view text);

} // namespace keyturn::cli::aws
