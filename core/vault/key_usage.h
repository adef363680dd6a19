// SPDX-License-Identifier: Apache-2.0
// KeyUsage: when each key was last used for cryptography, and for what. Derived from the vault's log: kept in
// memory while the vault is open, saved as rows now and then at locking, and brought up to date from the
// records that came after (a kill loses nothing that the log has). Thread rule: find() from any thread;
// everything else on the writer's, or before it starts. Owner: VaultCore. Errors: those of the container,
// VaultDamaged. Keys are known by the ids of their rows. Follows handlers/ROWS.md (table 21).
#pragma once

#include "chainlog/record.h"
#include "kms/enums.h"
#include "vault/key_state_directory.h"

#include <set>
#include <shared_mutex>
#include <unordered_map>

namespace keyturn::vault {

class Container;
class VaultRegions;

struct KeyUse {
    kms::KeyLastUsageTrackingOperation operation = kms::KeyLastUsageTrackingOperation::Decrypt;
    Timestamp time{};
    std::string requestId;

    bool operator==(const KeyUse &) const = default;
};

class KeyUsage {
public:
    std::optional<KeyUse> find(const KeyId &rowId) const;
    /// What a record of the log says: an operation that uses keys, done; of a ReEncrypt both keys.
    void note(VaultRegions &regions, const chainlog::Record &record);
    void forget(const KeyId &rowId);
    void clear();

    /// From the rows and what the log has beyond them, of keys that are there.
    Status load(Container &container, VaultRegions &regions);
    /// Rows, if the log has grown so far that reading it again would take time.
    Status save(Container &container);

private:
    Status noteNewest(Container &container, VaultRegions &regions, std::uint64_t count);
    void noteKey(VaultRegions &regions, std::string_view logName, const KeyUse &use);
    /// With m_mutex held.
    void update(const KeyId &rowId, KeyUse &last, const KeyUse &use);

    struct IdHash {
        std::size_t operator()(const KeyId &id) const;
    };
    mutable std::shared_mutex m_mutex;
    std::unordered_map<KeyId, KeyUse, IdHash> m_uses;
    std::set<KeyId> m_unsaved;
    std::uint64_t m_savedRecords = 0; ///< of the log, as of the rows
};

} // namespace keyturn::vault
