// SPDX-License-Identifier: Apache-2.0
#include "vault/material_cache.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace keyturn::vault {

namespace {
constexpr std::size_t symmetricSizeBytes = 32;
}

Result<MaterialPointer> OpenMaterial::open(kms::KeySpec spec, ByteView secret) {
    if (spec != kms::KeySpec::SYMMETRIC_DEFAULT) {
        auto pair = crypto::RsaKeyPair::fromPkcs8(secret);
        if (!pair) {
            return failFrom(pair);
        }
        return std::make_shared<const OpenMaterial>(std::move(*pair));
    }
    if (secret.size() != symmetricSizeBytes) {
        return fail(ErrorCode::VaultDamaged, "a key material is not 32 bytes long", ErrorOrigin::Vault);
    }
    return std::make_shared<const OpenMaterial>(crypto::CommittingAead(secret, blob::sealingLabel));
}

MaterialCache::MaterialCache(std::size_t capacity)
    : m_shardCapacity(std::max<std::size_t>(1, capacity / shardCount)) {}

std::size_t MaterialCache::IdHash::operator()(const MaterialId &id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data() + 1, sizeof hash); // ids are random: their bytes are the hash
    return hash;
}

MaterialPointer MaterialCache::find(const MaterialId &id) {
    Shard &place = shard(id);
    const std::shared_lock lock(place.mutex);
    const auto found = place.entries.find(id);
    if (found == place.entries.end()) {
        return nullptr;
    }
    // The clock moves only when something enters: a hit writes only when something entered since its last.
    const auto now = place.clock.load(std::memory_order_relaxed);
    if (found->second.lastUse.load(std::memory_order_relaxed) != now) {
        found->second.lastUse.store(now, std::memory_order_relaxed);
    }
    return found->second.material;
}

void MaterialCache::insert(const MaterialId &id, MaterialPointer material) {
    MaterialPointer leaving; // wiped outside the lock
    Shard &place = shard(id);
    const std::lock_guard lock(place.mutex);
    if (place.entries.size() >= m_shardCapacity && !place.entries.contains(id)) {
        const auto oldest =
            std::min_element(place.entries.begin(), place.entries.end(), [](const auto &a, const auto &b) {
                return a.second.lastUse.load(std::memory_order_relaxed) <
                       b.second.lastUse.load(std::memory_order_relaxed);
            });
        leaving = std::move(oldest->second.material);
        place.entries.erase(oldest);
    }
    Entry &entry = place.entries[id];
    entry.material = std::move(material);
    entry.lastUse.store(place.clock.fetch_add(1, std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void MaterialCache::erase(const MaterialId &id) {
    Shard &place = shard(id);
    const std::lock_guard lock(place.mutex);
    place.entries.erase(id);
}

void MaterialCache::clear() {
    for (Shard &place : m_shards) {
        const std::lock_guard lock(place.mutex);
        place.entries.clear();
    }
}

std::size_t MaterialCache::size() const {
    std::size_t count = 0;
    for (const Shard &place : m_shards) {
        const std::shared_lock lock(place.mutex);
        count += place.entries.size();
    }
    return count;
}

} // namespace keyturn::vault
