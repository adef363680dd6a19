// SPDX-License-Identifier: Apache-2.0
#include "vault/material_cache.h"

#include "vault/handlers/key_specs.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace keyturn::vault {

namespace {
constexpr std::size_t symmetricSizeBytes = 32;

auto otherSize() {
    return fail(ErrorCode::VaultDamaged, "a key material has another size than its key's spec",
                ErrorOrigin::Vault);
}

template <class Pair>
Result<MaterialPointer> opened(Result<Pair> pair) {
    if (!pair) {
        return failFrom(pair);
    }
    return std::make_shared<const OpenMaterial>(OpenMaterial::Content(std::move(*pair)));
}

Result<MaterialPointer> openEc(crypto::Curve curve, ByteView secret) {
    auto pair = crypto::EcKeyPair::fromPkcs8(secret);
    if (pair && pair->curve() != curve) {
        return fail(ErrorCode::VaultDamaged, "a key material is on another curve than its key",
                    ErrorOrigin::Vault);
    }
    return opened(std::move(pair));
}

Result<MaterialPointer> openHmac(crypto::Hash hash, ByteView secret) {
    if (!macKeySizeBytes(hash).has(secret.size())) {
        return otherSize();
    }
    return opened(Result<crypto::HmacKey>(crypto::HmacKey(hash, SecretBytes::copyOf(secret))));
}

Result<MaterialPointer> openSymmetric(ByteView secret) {
    if (secret.size() != symmetricSizeBytes) {
        return otherSize();
    }
    return std::make_shared<const OpenMaterial>(
        OpenMaterial::Content(crypto::CommittingAead(secret, blob::sealingLabel)));
}
} // namespace

Result<MaterialPointer> OpenMaterial::open(kms::KeySpec spec, ByteView secret) {
    if (spec == kms::KeySpec::SYMMETRIC_DEFAULT) {
        return openSymmetric(secret);
    }
    if (const auto hash = macHashOf(spec)) {
        return openHmac(*hash, secret);
    }
    if (const auto curve = curveOf(spec)) {
        return openEc(*curve, secret);
    }
    if (spec == kms::KeySpec::ECC_NIST_EDWARDS25519) {
        return opened(crypto::Ed25519KeyPair::fromPkcs8(secret));
    }
    return opened(crypto::RsaKeyPair::fromPkcs8(secret));
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
