// SPDX-License-Identifier: Apache-2.0
// Runs queries for test_query.py: each line of standard input is ["expression", document]; each line of
// output is
// {"value": ...} or {"error": "..."}.
#include "aws/jmespath/interpreter.h"
#include "aws/python_json.h"

#include <iostream>
#include <string>

using namespace keyturn;
using namespace keyturn::cli::aws;

namespace {

Value outcome(const Value &line) {
    const auto query = jmespath::Query::compile(line.asList()[0].asText());
    if (!query) {
        return Value::map({{"error", Value::text(query.error().detail)}});
    }
    const auto result = query->search(line.asList()[1]);
    return result ? Value::map({{"value", *result}})
                  : Value::map({{"error", Value::text(result.error().detail)}});
}

} // namespace

int main() {
    std::string text;
    while (std::getline(std::cin, text)) {
        const auto line = parsePythonJson(text);
        SecretText out;
        printCompactJson(line ? outcome(*line) : Value::map({{"error", Value::text("bad line")}}), out);
        std::cout << out.view() << "\n";
    }
    return 0;
}
