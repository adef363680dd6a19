// SPDX-License-Identifier: Apache-2.0
// MaterialCache: opened key material, at most `capacity` of it, the longest unused one leaving first. A
// symmetric material is its keyed derivation (64 bytes of the secure heap), that of an asymmetric key its
// decoded key pair, that of an HMAC key the key. Thread rule: any thread. Finding takes one shared lock of
// one of 16 shards. Owner: VaultKms; what was handed out lives until its last user lets go, so that clear()
// wipes once nobody computes any more. Follows reliability-security.md 3.8. Makes no errors.
#pragma once

#include "crypto/committing_aead.h"
#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/hash.h"
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
    using Content = std::variant<crypto::CommittingAead, crypto::RsaKeyPair, crypto::EcKeyPair,
                                 crypto::Ed25519KeyPair, crypto::HmacKey>;
    explicit OpenMaterial(Content content)
        : m_content(std::move(content)) {}

    /// From a material's secret bytes. Errors: BadEncoding, VaultDamaged (of another kind or size than the
    /// spec's).
    static Result<std::shared_ptr<const OpenMaterial>> open(kms::KeySpec spec, ByteView secret);

    /// Null: of the other kind.
    const crypto::CommittingAead *symmetric() const {
        return std::get_if<crypto::CommittingAead>(&m_content);
    }
    const crypto::RsaKeyPair *rsa() const { return std::get_if<crypto::RsaKeyPair>(&m_content); }
    const crypto::EcKeyPair *ec() const { return std::get_if<crypto::EcKeyPair>(&m_content); }
    const crypto::Ed25519KeyPair *ed25519() const { return std::get_if<crypto::Ed25519KeyPair>(&m_content); }
    const crypto::HmacKey *hmac() const { return std::get_if<crypto::HmacKey>(&m_content); }

private:
    Content m_content;
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
