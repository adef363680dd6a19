// SPDX-License-Identifier: Apache-2.0
// The published facts of the API (shared/reference/kms-api.json), for tests that take their rows from them.
// They are read once; main thread. Where the file is not there, facts() is null and the test is skipped.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace keyturn::test {

std::filesystem::path factsPath();
const nlohmann::json &facts();
/// What a skipped test says.
std::string whyNoFacts();
/// "plaintext" for "Plaintext", as messages write members.
std::string lowerCamel(const std::string &member);

} // namespace keyturn::test
