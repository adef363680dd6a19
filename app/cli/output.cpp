// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include "aws/python_json.h"
#include "aws/table_output.h"
#include "aws/text_output.h"
#include "aws/yaml_output.h"
#include "console.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;

bool isEmptyMap(const Value &value) {
    return value.isMap() && value.asMap().empty();
}

Outcome<Value> queried(const Value &value, const OutputForm &form) {
    if (!form.query) {
        return value;
    }
    auto result = form.query->search(value);
    if (!result) {
        return failure(exitGeneral, result.error().detail);
    }
    return std::move(*result);
}

Outcome<std::monostate> appendTable(const Value &value, const OutputForm &form, SecretText &text) {
    aws::TableForm table;
    table.widthColumns = outputWidthColumns();
    table.inColour = form.colour == "on" || (form.colour != "off" && stdoutIsTerminal());
    if (auto done = aws::printTable(form.title, value, table, text); !done) {
        return failure(exitGeneral, done.error().detail);
    }
    return std::monostate();
}

} // namespace

const std::vector<std::string> &outputFormatNames() {
    static const std::vector<std::string> names{"json", "text", "table", "yaml", "yaml-stream"};
    return names;
}

std::optional<OutputFormat> outputFormatFromName(std::string_view name) {
    const auto &names = outputFormatNames();
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<OutputFormat>(found - names.begin()));
}

Outcome<std::monostate> printValue(const Value &value, const OutputForm &form) {
    const auto shown = queried(value, form);
    if (!shown) {
        return tl::unexpected<Failure>(shown.error());
    }
    SecretText text;
    Outcome<std::monostate> done = std::monostate();
    switch (form.format) {
    case OutputFormat::Text:
        aws::printText(*shown, text);
        break;
    case OutputFormat::Table:
        done = appendTable(*shown, form, text);
        break;
    case OutputFormat::Yaml:
        if (!isEmptyMap(*shown)) {
            aws::printYaml(*shown, text);
        }
        break;
    case OutputFormat::YamlStream:
        if (!isEmptyMap(*shown)) {
            aws::printYaml(Value::list({*shown}), text);
        }
        break;
    case OutputFormat::Json:
        if (!isEmptyMap(*shown)) {
            aws::printJson(*shown, text);
            text.append('\n');
        }
        break;
    }
    printOut(text.view());
    return done;
}

Outcome<std::monostate> printPage(const Value &page, const OutputForm &form) {
    if (form.format != OutputFormat::YamlStream) {
        return printValue(page, form);
    }
    const auto shown = queried(page, form);
    if (!shown) {
        return tl::unexpected<Failure>(shown.error());
    }
    SecretText text;
    aws::printYaml(Value::list({*shown}), text);
    printOut(text.view());
    return std::monostate();
}

} // namespace keyturn::cli
