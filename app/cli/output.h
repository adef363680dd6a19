// SPDX-License-Identifier: Apache-2.0
// How an answer is printed: query, then JSON or text, as the AWS CLI does it. Plain value.
#pragma once

#include "aws/jmespath/interpreter.h"
#include "outcome.h"

#include <optional>
#include <string_view>
#include <variant>

namespace keyturn::cli {

struct OutputForm {
    bool asText = false;
    std::optional<aws::jmespath::Query> query;
};

/// Applies the query and prints. An empty answer prints nothing.
Outcome<std::monostate> printValue(const aws::Value &value, const OutputForm &form);

} // namespace keyturn::cli
