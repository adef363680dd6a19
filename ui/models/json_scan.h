// SPDX-License-Identifier: Apache-2.0
// Where a JSON text that a person edits breaks, and the same text indented. Nothing is decoded: numbers and
// escapes stay as they were typed. Pure functions; any thread. Follows RFC 8259.
#pragma once

#include <QString>

#include <optional>
#include <string>
#include <string_view>

namespace keyturn::ui {

struct JsonBreak {
    int line = 1;
    int column = 1; ///< in characters
    QString sentence;
};

/// The first place that no JSON has; nothing: it is JSON. Repeated names in one object are a break as well.
std::optional<JsonBreak> scanJson(std::string_view text);

/// With two blanks a level. The text must be JSON.
std::string reindentedJson(std::string_view text);

} // namespace keyturn::ui
