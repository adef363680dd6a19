// SPDX-License-Identifier: Apache-2.0
// Reads and prints values for test_values.py: each line of standard input is a JSON text; each line of output
// is
// {"value": ...} or {"error": "..."}. The argument says how: shorthand or json read the text, yaml and table
// print the value that the text is as JSON.
#include "aws/python_json.h"
#include "aws/shorthand.h"
#include "aws/table_output.h"
#include "aws/yaml_output.h"

#include <iostream>
#include <string>

using namespace keyturn;
using namespace keyturn::cli::aws;

namespace {

Result<Value> printed(std::string_view kind, std::string_view json) {
    const auto value = parsePythonJson(json);
    if (!value) {
        return value;
    }
    SecretText out;
    if (kind == "yaml") {
        printYaml(*value, out);
    } else if (auto done = printTable("Title", *value, {.widthColumns = 80, .inColour = false}, out); !done) {
        return tl::unexpected<Error>(done.error());
    }
    return Value::text(out.view());
}

} // namespace

int main(int argumentCount, char **arguments) {
    const std::string_view kind = argumentCount > 1 ? arguments[1] : "json";
    std::string text;
    while (std::getline(std::cin, text)) {
        const auto line = parsePythonJson(text);
        const std::string_view given = line && line->isText() ? line->asText() : std::string_view();
        const auto result = kind == "shorthand" ? parseShorthand(given)
                            : kind == "json"    ? parsePythonJson(given)
                                                : printed(kind, given);
        SecretText out;
        printCompactJson(result ? Value::map({{"value", *result}})
                                : Value::map({{"error", Value::text(result.error().detail)}}),
                         out);
        std::cout << out.view() << "\n";
    }
    return 0;
}
