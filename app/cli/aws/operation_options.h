// SPDX-License-Identifier: Apache-2.0
// The options of an operation, made from its field table: names, which are required, lists, flags with
// "--no-", paging, skeleton, JSON input. Any thread.
#pragma once

#include "argument_parser.h"
#include "kms/operation.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyturn::cli::aws {

/// By the name on the command line; nullptr for one that is not listed.
const kms::OperationInfo *findOperationByCliName(std::string_view name);
/// All names on the command line, sorted, with "help".
std::vector<std::string> operationCliNames();

/// The result is cut into pages that the command line follows by itself.
bool isPaged(const kms::OperationInfo &operation);

/// Nothing is required when JSON input or a skeleton is asked for in `words`.
std::vector<ArgumentSpec> operationOptions(const kms::OperationInfo &operation,
                                           std::span<const std::string> words);

} // namespace keyturn::cli::aws
