// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include "aws/python_json.h"
#include "aws/text_output.h"
#include "console.h"

namespace keyturn::cli {

Outcome<std::monostate> printValue(const aws::Value &value, const OutputForm &form) {
    aws::Value shown = value;
    if (form.query) {
        auto result = form.query->search(value);
        if (!result) {
            return failure(exitGeneral, result.error().detail);
        }
        shown = std::move(*result);
    }
    SecretText text;
    if (form.asText) {
        aws::printText(shown, text);
    } else if (!shown.isMap() || !shown.asMap().empty()) {
        aws::printJson(shown, text);
        text.append('\n');
    }
    printOut(text.view());
    return std::monostate();
}

} // namespace keyturn::cli
