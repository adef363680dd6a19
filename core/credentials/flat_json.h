// SPDX-License-Identifier: Apache-2.0
// A JSON object of plain members, read inside secure memory: nlohmann would leave copies of the secrets in
// unwiped strings. Takes one object of at most 16 members whose values are texts, numbers, true, false or
// null; anything else (a nested value, a repeated name, bytes after the end) is refused. Internal to this
// module.
#pragma once

#include "base/result.h"
#include "base/secret_text.h"

#include <map>
#include <string>
#include <string_view>

namespace keyturn::credentials {

/// The members' texts; a number or literal as it stands. Errors: BadJson (position, never content).
Result<std::map<std::string, SecretText>> readFlatJson(std::string_view text);

} // namespace keyturn::credentials
