// SPDX-License-Identifier: Apache-2.0
// GrantState: one grant of one key as an immutable value, and GrantDirectory: those of an unlocked vault.
// Thread rule: reading from any thread; changes only from the vault's writer thread. Owner: VaultCore.
// Errors: VaultDamaged (bytes of no grant). Follows handlers/ROWS.md (table 22).
#pragma once

#include "kms/structures.h"
#include "vault/key_state.h"

#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <shared_mutex>

namespace keyturn::vault {

using GrantId = std::array<std::uint8_t, 32>;

struct GrantState {
    GrantId id{};
    std::string idText; ///< 64 hex digits; made from `id`, not stored
    std::string region; ///< as rows say it: empty for the vault's own
    KeyId key{};
    Timestamp created{};
    std::string name; ///< empty: none; as the principals and services below
    std::string granteePrincipal;
    std::string retiringPrincipal;
    std::string granteeService;
    std::string retiringService;
    std::string issuingAccount;                  ///< ARN of an account's root
    std::vector<kms::GrantOperation> operations; ///< ascending, each once
    std::optional<kms::GrantConstraints> constraints;

    bool allows(kms::GrantOperation operation) const;
    /// All that a caller chose is the same: what makes a second CreateGrant with a name find the first one.
    bool isSameWish(const GrantState &other) const;
};

using GrantPointer = std::shared_ptr<const GrantState>;

/// Payload of a row, and back.
Bytes encodeGrant(const GrantState &grant);
Result<GrantState> decodeGrant(const GrantId &id, ByteView payload);
/// 64 hex digits only.
std::optional<GrantId> parseGrantId(std::string_view text);

/// Where a list of grants of many keys goes on.
using GrantPlace = std::pair<KeyId, GrantId>;

class GrantDirectory {
public:
    /// Null: no such grant of that key.
    GrantPointer find(const KeyId &key, const GrantId &id) const;
    std::size_t count(const KeyId &key) const;
    /// Grants of a key whose name is `name`.
    std::vector<GrantPointer> named(const KeyId &key, std::string_view name) const;
    /// Grants of a key whose grantee is `principal`.
    std::vector<GrantPointer> ofGrantee(const KeyId &key, std::string_view principal) const;
    std::vector<GrantPointer> all(const KeyId &key) const;
    /// In ascending order of their ids, after `after` (none: from the start), of those that `accept` takes.
    std::vector<GrantPointer> after(const KeyId &key, const std::optional<GrantId> &after, std::size_t limit,
                                    const std::function<bool(const GrantState &)> &accept) const;
    /// Those that a principal or a service may retire, of all keys.
    std::vector<GrantPointer> retirableAfter(std::string_view retiring,
                                             const std::optional<GrantPlace> &after, std::size_t limit) const;

    /// Counts changes.
    std::uint64_t generation() const { return m_generation.load(std::memory_order_acquire); }
    std::vector<KeyId> keys() const;

    void put(GrantPointer grant);
    void erase(const KeyId &key, const GrantId &id);
    void clear();

private:
    using Names = std::map<std::string, std::set<GrantId>, std::less<>>;
    struct OfKey {
        std::map<GrantId, GrantPointer> grants;
        Names byName;
        Names byGrantee;
    };
    static std::vector<GrantPointer> pick(const OfKey &of, const Names &names, std::string_view name);

    mutable std::shared_mutex m_mutex;
    std::map<KeyId, OfKey> m_keys;
    std::map<std::string, std::set<GrantPlace>, std::less<>> m_retirable;
    std::atomic<std::uint64_t> m_generation = 0;
};

} // namespace keyturn::vault
