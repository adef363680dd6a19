// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include "aws/python_json.h"
#include "console.h"

#include <algorithm>

namespace keyturn::cli {
namespace {

using aws::Value;

std::string scalarText(const Value &value) {
    if (value.kind() == Value::Kind::Boolean) {
        return value.asBoolean() ? "yes" : "no";
    }
    return value.isNull() ? std::string("-") : aws::pythonText(value);
}

void appendMap(const Value &report, const std::string &indent, std::string &out) {
    std::size_t width = 0;
    for (const auto &[name, value] : report.asMap()) {
        width = std::max(width, name.size());
    }
    for (const auto &[name, value] : report.asMap()) {
        if (!value.isList()) {
            out += indent + name + std::string(width - name.size() + 2, ' ') + scalarText(value) + "\n";
            continue;
        }
        out += indent + name + (value.asList().empty() ? "  none\n" : "\n");
        for (const Value &item : value.asList()) {
            if (item.isMap()) {
                appendMap(item, indent + "    ", out);
                out += "\n";
            } else {
                out += indent + "    " + scalarText(item) + "\n";
            }
        }
    }
}

} // namespace

void printReport(const Value &report, bool asJson) {
    if (asJson) {
        SecretText json;
        aws::printJson(report, json);
        json.append('\n');
        return printOut(json.view());
    }
    std::string text;
    appendMap(report, "", text);
    printOut(text);
}

} // namespace keyturn::cli
