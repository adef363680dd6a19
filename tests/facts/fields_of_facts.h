// SPDX-License-Identifier: Apache-2.0
// Requests made from the facts about their members alone: the smallest good one, and one for every constraint
// at its bound and one beyond, with the message that the service gives (kms-semantics.md section 1). Plain
// functions.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace keyturn::test {

struct Trial {
    std::string what; ///< "tags.1.member.tagKey, 129 characters"
    nlohmann::json request;
    std::string message; ///< empty: it is good
};

/// An object with the required members only, each as small as it may be.
nlohmann::json smallestOf(const nlohmann::json &members);
/// Every value to try, each in a request that is `whole` beside it.
std::vector<Trial> trialsOf(const nlohmann::json &members, const nlohmann::json &whole);

} // namespace keyturn::test
