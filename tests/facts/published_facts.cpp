// SPDX-License-Identifier: Apache-2.0
#include "published_facts.h"

#include "base/atomic_file.h"
#include "base/text.h"

namespace keyturn::test {

std::filesystem::path factsPath() {
    return std::filesystem::path(KEYTURN_SOURCE_DIR) / ".." / "shared" / "reference" / "kms-api.json";
}

const nlohmann::json &facts() {
    static const nlohmann::json read = [] {
        constexpr std::size_t maxBytes = 1 << 20;
        const auto text = readFile(factsPath().string(), maxBytes);
        return text ? nlohmann::json::parse(text->begin(), text->end()) : nlohmann::json();
    }();
    return read;
}

std::string whyNoFacts() {
    return "no facts: " + factsPath().string() + " is not there";
}

std::string lowerCamel(const std::string &member) {
    return toLowerAscii(member.substr(0, 1)) + member.substr(1);
}

} // namespace keyturn::test
