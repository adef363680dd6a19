// SPDX-License-Identifier: Apache-2.0
// KeyDirectory: the keys and aliases of an unlocked vault. Finding a key by id takes one shared lock of one
// of 64 shards for the copy of a pointer; a change replaces one entry. Thread rule: reading from any thread;
// changes only from the vault's writer thread. Owner: VaultKms. Makes no errors. Follows DESIGN.md section 3,
// Threads.
#pragma once

#include "vault/key_state.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace keyturn::vault {

class KeyDirectory {
public:
    /// Null: no such key.
    KeyPointer find(const KeyId &id) const;
    /// Whether this is what find() would give.
    bool isCurrent(const KeyPointer &key) const;
    std::optional<AliasState> findAlias(std::string_view name) const;
    /// The first error of `check`, which is asked about every key, in no order.
    Status checkEach(const std::function<Status(const KeyState &)> &check) const;
    std::size_t keyCount() const;
    std::size_t aliasCount(const KeyId &key) const;
    std::vector<std::string> aliasNames(const KeyId &key) const;

    /// At most `limit` keys in ascending order of their ids, after `after` (none: from the start).
    std::vector<KeyPointer> keysAfter(const std::optional<KeyId> &after, std::size_t limit) const;
    /// The same for aliases in order of their names; of one key only when `key` is given.
    std::vector<AliasState> aliasesAfter(std::string_view after, std::size_t limit,
                                         const std::optional<KeyId> &key) const;

    /// Counts changes of the set of keys and of aliases (not of a key's own state).
    std::uint64_t generation() const { return m_generation.load(std::memory_order_acquire); }

    void put(KeyPointer key);
    void erase(const KeyId &id);
    void putAlias(AliasState alias);
    void eraseAlias(std::string_view name);
    /// The keys of which something is due at `now`, and when the next thing will be.
    std::vector<KeyId> due(Timestamp now) const;
    std::optional<Timestamp> nextDue() const;
    void clear();

private:
    static constexpr std::size_t shardCount = 64;
    struct IdHash {
        std::size_t operator()(const KeyId &id) const;
    };
    struct alignas(64) Shard {
        mutable std::shared_mutex mutex;
        std::unordered_map<KeyId, KeyPointer, IdHash> keys;
    };
    Shard &shard(const KeyId &id) { return m_shards[id[0] % shardCount]; }
    const Shard &shard(const KeyId &id) const { return m_shards[id[0] % shardCount]; }

    std::array<Shard, shardCount> m_shards;
    std::atomic<std::uint64_t> m_generation = 0;

    mutable std::shared_mutex m_namesMutex; ///< of the two below
    std::set<KeyId> m_order;
    std::map<std::string, AliasState, std::less<>> m_aliases;
    std::map<KeyId, std::set<std::string>> m_aliasesOfKey;

    std::set<std::pair<Timestamp, KeyId>> m_due; ///< writer thread only
};

} // namespace keyturn::vault
