// SPDX-License-Identifier: Apache-2.0
// What each function of the query language does with arguments that were checked. Private to the folder.
#pragma once

#include "aws/jmespath/evaluate.h"

namespace keyturn::cli::aws::jmespath {

using Arguments = std::vector<Argument>;

/// "string", "array", ... for Python's name of a type.
std::string_view jmespathType(std::string_view pythonName);
/// Throws what a wrong type says.
[[noreturn]] void typeFault(std::string_view function, const Argument &actual, std::string_view received,
                            const std::vector<std::string_view> &types);

namespace functions {

Value absolute(const Arguments &a);
Value average(const Arguments &a);
Value ceiling(const Arguments &a);
Value contains(const Arguments &a);
Value endsWith(const Arguments &a);
Value floored(const Arguments &a);
Value joined(const Arguments &a);
Value keys(const Arguments &a);
Value length(const Arguments &a);
Value mapped(const Arguments &a);
Value maximum(const Arguments &a);
Value maximumBy(const Arguments &a);
Value merged(const Arguments &a);
Value minimum(const Arguments &a);
Value minimumBy(const Arguments &a);
Value notNull(const Arguments &a);
Value reversed(const Arguments &a);
Value sorted(const Arguments &a);
Value sortedBy(const Arguments &a);
Value startsWith(const Arguments &a);
Value summed(const Arguments &a);
Value toArray(const Arguments &a);
Value toNumber(const Arguments &a);
Value toText(const Arguments &a);
Value typeOf(const Arguments &a);
Value values(const Arguments &a);

} // namespace functions
} // namespace keyturn::cli::aws::jmespath
