// SPDX-License-Identifier: Apache-2.0
// A JSON object of plain members, read inside secure memory: nlohmann would leave copies of the secrets in
// unwiped strings. Takes one object of at most 64 members whose values are texts, numbers, true, false or
// null; anything else (a repeated name, bytes after the end) is refused. What other programs and services
// write may nest: then members of inner objects are named "outer.inner", to a depth of 8, and arrays are
// checked and left out. Internal to this module.
#pragma once

#include "base/result.h"
#include "base/secret_text.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::credentials {

enum class Nested { Refuse, Join };

using JsonMembers = std::map<std::string, SecretText>;

/// The members' texts; a number or literal as it stands. Errors: BadJson (position, never content).
Result<JsonMembers> readFlatJson(std::string_view text, Nested nested = Nested::Refuse);

/// A member's text; empty when it is absent or null.
std::string_view memberText(const JsonMembers &members, const std::string &name);
/// A whole number that is not negative; nothing when it is absent, no number, or too large.
std::optional<std::int64_t> memberNumber(const JsonMembers &members, const std::string &name);

} // namespace keyturn::credentials
