// SPDX-License-Identifier: Apache-2.0
// Which plain YAML texts are no text: what the AWS CLI's YAML library (ruamel.yaml, YAML 1.2 rules) takes for
// null, a truth value, a number, a time. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace keyturn::cli::aws {

enum class YamlScalar : std::uint8_t { Text, Null, Boolean, Integer, Real, Time, Merge, Default };

/// What a scalar without quotes is.
YamlScalar yamlScalarKind(std::string_view plain);

} // namespace keyturn::cli::aws
