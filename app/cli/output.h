// SPDX-License-Identifier: Apache-2.0
// How an answer is printed: query, then JSON, text, table or YAML, as the AWS CLI does it. Plain value.
#pragma once

#include "aws/jmespath/interpreter.h"
#include "outcome.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace keyturn::cli {

enum class OutputFormat : std::uint8_t { Json, Text, Table, Yaml, YamlStream };

/// Their names, in the order of the enumeration.
const std::vector<std::string> &outputFormatNames();
std::optional<OutputFormat> outputFormatFromName(std::string_view name);

struct OutputForm {
    OutputFormat format = OutputFormat::Json;
    std::optional<aws::jmespath::Query> query = {};
    std::string title = {};  ///< above a table
    std::string colour = {}; ///< of a table: on, off, or where there is a terminal

    /// Pages are printed as they come; the others wait for all.
    bool isStreamed() const { return format == OutputFormat::Text || format == OutputFormat::YamlStream; }
};

/// Applies the query and prints. An empty answer prints nothing.
Outcome<std::monostate> printValue(const aws::Value &value, const OutputForm &form);
/// A page of a list whose stream goes on: in YAML it is printed also when it is empty.
Outcome<std::monostate> printPage(const aws::Value &page, const OutputForm &form);

} // namespace keyturn::cli
