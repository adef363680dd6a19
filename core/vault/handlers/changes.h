// SPDX-License-Identifier: Apache-2.0
// Changes: what one transaction of the writer does to keys, materials, aliases and grants: rows in the file
// and, at once, entries in the directory, so that what comes after in the same batch sees it. undo() takes
// the directory back when the commit fails; nobody has had an answer by then. Thread rule: writer thread.
// Owner: the writer, for one transaction. Errors: those of WriteTransaction; after one the whole transaction
// must be given up.
#pragma once

#include "vault/vault_regions.h"
#include "vault/write_transaction.h"

#include <functional>
#include <string>
#include <vector>

namespace keyturn::vault {

class Changes {
public:
    Changes(VaultRegions &regions, WriteTransaction &transaction)
        : m_regions(regions)
        , m_core(regions.home())
        , m_transaction(transaction) {}

    // Each of these in the Region that the state names.
    Status putKey(KeyState key);
    Status putMaterial(const KeyId &key, const MaterialId &id, ByteView secret);
    /// Its bytes are gone from the file and, once committed, from memory, unless a related key in another
    /// Region has them too.
    Status deleteMaterial(const KeyState &key, const MaterialId &id);
    /// The key, its materials, its aliases and its grants.
    Status deleteKey(const KeyPointer &key);
    Status putAlias(const AliasState &alias);
    Status deleteAlias(const AliasState &alias);
    Status putGrant(GrantState grant);
    Status deleteGrant(const GrantPointer &grant);

    /// A row could not be written or removed: the transaction must be given up.
    bool failed() const { return m_failed; }
    void undo();
    /// After the commit: lets go of material that is gone.
    void settle();

private:
    Status putRow(Table table, ByteView primaryKey, ByteView payload);
    Status removeRow(Table table, ByteView primaryKey);

    VaultRegions &m_regions;
    VaultCore &m_core; ///< the vault's own Region: for what all have in common
    WriteTransaction &m_transaction;
    std::vector<std::function<void()>> m_undo;
    std::vector<MaterialId> m_gone;
    std::vector<KeyId> m_goneKeys;
    bool m_failed = false;
};

} // namespace keyturn::vault
