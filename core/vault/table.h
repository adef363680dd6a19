// SPDX-License-Identifier: Apache-2.0
// The tables of a vault (FORMAT.md section 4). Numbers are part of the format. Plain value.
#pragma once

#include <cstdint>
#include <string>

namespace keyturn::vault {

enum class Table : std::uint16_t {
    State = 0, // 0 to 15 are the container's
    Identity = 1,
    Slots = 2,
    LogPages = 3,
    Rotation = 4,
    JournalKeys = 5,
    Keys = 16, // from 16 on the handlers'
    Materials = 17,
    Aliases = 18,
    Tags = 19,
    Settings = 20,
    Usage = 21,
    Grants = 22,
    AccessKeys = 23,
    ImportTokens = 32, // sealed as rows are, never stored
};

inline constexpr std::uint16_t firstHandlerTable = 16;

/// "keys", "materials", ...; "table 99" for one without a name.
std::string tableName(std::uint16_t table);
inline std::string tableName(Table table) {
    return tableName(static_cast<std::uint16_t>(table));
}

} // namespace keyturn::vault
