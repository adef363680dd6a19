// SPDX-License-Identifier: Apache-2.0
// Parses values for test_values.py: each line of standard input is a JSON text; each line of output is
// {"value": ...} or {"error": "..."}. The argument says how: shorthand or json.
#include "aws/python_json.h"
#include "aws/shorthand.h"

#include <iostream>
#include <string>

using namespace keyturn;
using namespace keyturn::cli::aws;

int main(int argumentCount, char **arguments) {
    const bool shorthand = argumentCount > 1 && std::string_view(arguments[1]) == "shorthand";
    std::string text;
    while (std::getline(std::cin, text)) {
        const auto line = parsePythonJson(text);
        const std::string_view given = line && line->isText() ? line->asText() : std::string_view();
        const auto result = shorthand ? parseShorthand(given) : parsePythonJson(given);
        SecretText out;
        printCompactJson(result ? Value::map({{"value", *result}})
                                : Value::map({{"error", Value::text(result.error().detail)}}),
                         out);
        std::cout << out.view() << "\n";
    }
    return 0;
}
