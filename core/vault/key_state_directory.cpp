// SPDX-License-Identifier: Apache-2.0
#include "vault/key_state_directory.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace keyturn::vault {

std::size_t KeyDirectory::IdHash::operator()(const KeyId &id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data() + 1, sizeof hash); // ids are random: their bytes are the hash
    return hash;
}

KeyPointer KeyDirectory::find(const KeyId &id) const {
    const Shard &place = shard(id);
    const std::shared_lock lock(place.mutex);
    const auto found = place.keys.find(id);
    return found == place.keys.end() ? nullptr : found->second;
}

bool KeyDirectory::isCurrent(const KeyPointer &key) const {
    const Shard &place = shard(key->id);
    const std::shared_lock lock(place.mutex);
    const auto found = place.keys.find(key->id);
    return found != place.keys.end() && found->second == key;
}

std::optional<AliasState> KeyDirectory::findAlias(std::string_view name) const {
    const std::shared_lock lock(m_namesMutex);
    const auto found = m_aliases.find(name);
    return found == m_aliases.end() ? std::nullopt : std::optional(found->second);
}

Status KeyDirectory::checkEach(const std::function<Status(const KeyState &)> &check) const {
    for (const Shard &place : m_shards) {
        const std::shared_lock lock(place.mutex);
        for (const auto &[id, key] : place.keys) {
            if (auto checked = check(*key); !checked) {
                return checked;
            }
        }
    }
    return {};
}

std::size_t KeyDirectory::keyCount() const {
    const std::shared_lock lock(m_namesMutex);
    return m_order.size();
}

std::size_t KeyDirectory::aliasCount(const KeyId &key) const {
    const std::shared_lock lock(m_namesMutex);
    const auto found = m_aliasesOfKey.find(key);
    return found == m_aliasesOfKey.end() ? 0 : found->second.size();
}

std::vector<std::string> KeyDirectory::aliasNames(const KeyId &key) const {
    const std::shared_lock lock(m_namesMutex);
    const auto found = m_aliasesOfKey.find(key);
    return found == m_aliasesOfKey.end() ? std::vector<std::string>()
                                         : std::vector(found->second.begin(), found->second.end());
}

std::vector<KeyPointer> KeyDirectory::keysAfter(const std::optional<KeyId> &after, std::size_t limit) const {
    std::vector<KeyId> ids;
    {
        const std::shared_lock lock(m_namesMutex);
        auto position = after ? m_order.upper_bound(*after) : m_order.begin();
        for (; position != m_order.end() && ids.size() < limit; ++position) {
            ids.push_back(*position);
        }
    }
    std::vector<KeyPointer> keys;
    keys.reserve(ids.size());
    for (const KeyId &id : ids) {
        if (auto key = find(id)) { // erased in between: the writer makes the caller list again
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

std::vector<AliasState> KeyDirectory::aliasesAfter(std::string_view after, std::size_t limit,
                                                   const std::optional<KeyId> &key) const {
    std::vector<AliasState> aliases;
    const std::shared_lock lock(m_namesMutex);
    if (key) {
        const auto names = m_aliasesOfKey.find(*key);
        if (names == m_aliasesOfKey.end()) {
            return aliases;
        }
        auto position = names->second.upper_bound(std::string(after));
        for (; position != names->second.end() && aliases.size() < limit; ++position) {
            aliases.push_back(m_aliases.find(*position)->second);
        }
        return aliases;
    }
    auto position = m_aliases.upper_bound(after);
    for (; position != m_aliases.end() && aliases.size() < limit; ++position) {
        aliases.push_back(position->second);
    }
    return aliases;
}

void KeyDirectory::put(KeyPointer key) {
    const KeyId id = key->id;
    KeyPointer old;
    {
        Shard &place = shard(id);
        const std::lock_guard lock(place.mutex);
        KeyPointer &entry = place.keys[id];
        old = std::exchange(entry, key);
    }
    if (old) {
        if (const auto due = old->due()) {
            m_due.erase({*due, id});
        }
    } else {
        const std::lock_guard lock(m_namesMutex);
        m_order.insert(id);
        m_generation.fetch_add(1, std::memory_order_acq_rel);
    }
    if (const auto due = key->due()) {
        m_due.insert({*due, id});
    }
}

void KeyDirectory::erase(const KeyId &id) {
    {
        Shard &place = shard(id);
        const std::lock_guard lock(place.mutex);
        const auto found = place.keys.find(id);
        if (found == place.keys.end()) {
            return;
        }
        if (const auto due = found->second->due()) {
            m_due.erase({*due, id});
        }
        place.keys.erase(found);
    }
    const std::lock_guard lock(m_namesMutex);
    m_order.erase(id);
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

void KeyDirectory::putAlias(AliasState alias) {
    const std::lock_guard lock(m_namesMutex);
    const auto [entry, isNew] = m_aliases.try_emplace(alias.name);
    if (!isNew) {
        const auto names = m_aliasesOfKey.find(entry->second.target);
        names->second.erase(alias.name);
        if (names->second.empty()) {
            m_aliasesOfKey.erase(names);
        }
    }
    m_aliasesOfKey[alias.target].insert(alias.name);
    entry->second = std::move(alias);
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

void KeyDirectory::eraseAlias(std::string_view name) {
    const std::lock_guard lock(m_namesMutex);
    const auto entry = m_aliases.find(name);
    if (entry == m_aliases.end()) {
        return;
    }
    const auto names = m_aliasesOfKey.find(entry->second.target);
    names->second.erase(entry->first);
    if (names->second.empty()) {
        m_aliasesOfKey.erase(names);
    }
    m_aliases.erase(entry);
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

std::vector<KeyId> KeyDirectory::due(Timestamp now) const {
    std::vector<KeyId> ids;
    for (const auto &[time, id] : m_due) {
        if (time > now) {
            break;
        }
        ids.push_back(id);
    }
    return ids;
}

std::optional<Timestamp> KeyDirectory::nextDue() const {
    return m_due.empty() ? std::nullopt : std::optional(m_due.begin()->first);
}

void KeyDirectory::clear() {
    for (Shard &place : m_shards) {
        const std::lock_guard lock(place.mutex);
        place.keys.clear();
    }
    const std::lock_guard lock(m_namesMutex);
    m_order.clear();
    m_aliases.clear();
    m_aliasesOfKey.clear();
    m_due.clear();
    m_generation.fetch_add(1, std::memory_order_acq_rel);
}

} // namespace keyturn::vault
