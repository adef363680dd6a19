// SPDX-License-Identifier: Apache-2.0
// MaterialCache: opened key material, at most `capacity` of it, the longest unused one leaving first. A
// symmetric material is its keyed derivation (64 bytes of the secure heap), an RSA one its decoded EVP_PKEY.
// Thread rule: any thread. Finding takes one shared lock of one of 16 shards. Owner: VaultKms; what was
// handed out lives until its last user lets go, so that clear() wipes once nobody computes any more. Follows
// reliability-security.md 3.8. Makes no errors.
#pragma once

#include "crypto/committing_aead.h"
#include "crypto/rsa_key.h"
#include "vault/key_state.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <variant>

namespace keyturn::vault {

class OpenMaterial {
public:
    explicit OpenMaterial(crypto::CommittingAead aead)
        : m_content(std::move(aead)) {}
    explicit OpenMaterial(crypto::RsaKeyPair pair)
        : m_content(std::move(pair)) {}

    /// From a material's secret bytes. Errors: BadEncoding, Usage (a symmetric material of another size).
    static Result<std::shared_ptr<const OpenMaterial>> open(kms::KeySpec spec, ByteView secret);

    /// Null: of the other kind.
    const crypto::CommittingAead *symmetric() const {
        return std::get_if<crypto::CommittingAead>(&m_content);
    }
    const crypto::RsaKeyPair *rsa() const { return std::get_if<crypto::RsaKeyPair>(&m_content); }

private:
    std::variant<crypto::CommittingAead, crypto::RsaKeyPair> m_content;
};

using MaterialPointer = std::shared_ptr<const OpenMaterial>;

class MaterialCache {
public:
    explicit MaterialCache(std::size_t capacity = 4096);

    /// Null: not here.
    MaterialPointer find(const MaterialId &id);
    void insert(const MaterialId &id, MaterialPointer material);
    void erase(const MaterialId &id);
    void clear();
    std::size_t size() const;

private:
    static constexpr std::size_t shardCount = 16;
    struct IdHash {
        std::size_t operator()(const MaterialId &id) const;
    };
    struct Entry {
        MaterialPointer material;
        std::atomic<std::uint64_t> lastUse{0};
    };
    struct alignas(64) Shard {
        mutable std::shared_mutex mutex;
        std::atomic<std::uint64_t> clock{0};
        std::unordered_map<MaterialId, Entry, IdHash> entries;
    };
    Shard &shard(const MaterialId &id) { return m_shards[id[0] % shardCount]; }

    std::size_t m_shardCapacity;
    std::array<Shard, shardCount> m_shards;
};

} // namespace keyturn::vault
