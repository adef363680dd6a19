// SPDX-License-Identifier: Apache-2.0
#include "vault/row_places.h"

#include "vault/key_state.h"
#include "vault/table.h"
#include "vault/vault_access_keys.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

Result<Bytes> placeOfName(const MovingRow &row, Table table, std::string_view name) {
    const LookupKey before = row.before.lookupKey(table, asBytes(name));
    if (!std::ranges::equal(before, row.primaryKey)) {
        return fail(ErrorCode::VaultDamaged, tableName(table) + ": a row is not where its name says",
                    ErrorOrigin::Vault);
    }
    return toBytes(ByteView(row.after.lookupKey(table, asBytes(name))));
}

} // namespace

Result<Bytes> placeUnderNewKey(const MovingRow &row) {
    // No default: whoever adds a table decides here whether its rows move.
    switch (static_cast<Table>(row.table)) {
    case Table::Aliases: {
        auto alias = decodeAlias(row.payload);
        return alias ? placeOfName(row, Table::Aliases, alias->placeName()) : failFrom(alias);
    }
    case Table::AccessKeys: {
        auto entry = decodeAccessKey(row.payload);
        return entry ? placeOfName(row, Table::AccessKeys, (*entry)->facts.id) : failFrom(entry);
    }
    case Table::State:
    case Table::Identity:
    case Table::Slots:
    case Table::LogPages:
    case Table::Rotation:
    case Table::JournalKeys:
    case Table::Keys:
    case Table::Materials:
    case Table::Tags:
    case Table::Settings:
    case Table::Usage:
    case Table::Grants:
        return toBytes(row.primaryKey);
    case Table::ImportTokens:
        return fail(ErrorCode::VaultDamaged, tableName(row.table) + ": rows where none are ever kept",
                    ErrorOrigin::Vault);
    }
    return fail(ErrorCode::VaultNewer,
                tableName(row.table) + " is of a newer Keyturn: rotate the vault's key with that one",
                ErrorOrigin::Vault);
}

} // namespace keyturn::vault
