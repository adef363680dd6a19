// SPDX-License-Identifier: Apache-2.0
#include "vault/table.h"

namespace keyturn::vault {

std::string tableName(std::uint16_t table) {
    switch (static_cast<Table>(table)) {
    case Table::State:
        return "root";
    case Table::Identity:
        return "identity";
    case Table::Slots:
        return "slots";
    case Table::LogPages:
        return "log pages";
    case Table::Rotation:
        return "rotation";
    case Table::JournalKeys:
        return "journal keys";
    case Table::Keys:
        return "keys";
    case Table::Materials:
        return "materials";
    case Table::Aliases:
        return "aliases";
    case Table::Tags:
        return "tags";
    case Table::Settings:
        return "settings";
    case Table::Usage:
        return "usage";
    case Table::Grants:
        return "grants";
    case Table::AccessKeys:
        return "access keys";
    case Table::ImportTokens:
        return "import tokens";
    }
    return "table " + std::to_string(table);
}

} // namespace keyturn::vault
