// SPDX-License-Identifier: Apache-2.0
// --generate-cli-skeleton: a sample of an operation's input or output, from its table. Pure functions.
#pragma once

#include "aws/value.h"
#include "kms/field.h"

#include <span>

namespace keyturn::cli::aws {

enum class SkeletonOf : std::uint8_t { Input, Output };
Value skeleton(std::span<const kms::Field> fields, SkeletonOf side);
/// The input as YAML, with comments that say what is required and which values are known.
void printYamlSkeleton(std::span<const kms::Field> fields, SecretText &out);

} // namespace keyturn::cli::aws
