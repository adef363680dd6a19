// SPDX-License-Identifier: Apache-2.0
#include "kms/option_name.h"

namespace keyturn::kms {
namespace {

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

} // namespace

std::string optionName(std::string_view modelName) {
    std::string out;
    for (std::size_t i = 0; i < modelName.size(); ++i) {
        const char c = modelName[i];
        const bool wordBegins =
            isUpper(c) && i > 0 &&
            (!isUpper(modelName[i - 1]) || (i + 1 < modelName.size() && !isUpper(modelName[i + 1])));
        out += wordBegins ? "-" : "";
        out += isUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

} // namespace keyturn::kms
