// SPDX-License-Identifier: Apache-2.0
// VaultCore: what the handlers of an unlocked vault share: who it is, its keys and aliases, its material. It
// holds no SQLite handle: those belong to the writer thread alone.
// Thread rule: any thread; the directory and the sealed materials are changed by the writer thread only.
// Owner: VaultKms. Errors of material(): VaultDamaged. Follows DESIGN.md section 3, Threads.
#pragma once

#include "base/clock.h"
#include "vault/grant_state.h"
#include "vault/handlers/policy_cache.h"
#include "vault/key_state_directory.h"
#include "vault/key_usage.h"
#include "vault/material_cache.h"
#include "vault/vault_keys.h"

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

namespace keyturn::vault {

struct VaultNames {
    std::string account;
    std::string region;
    std::string partition;
    std::string keyArnPrefix;   ///< "arn:aws:kms:<region>:<account>:key/"
    std::string aliasArnPrefix; ///< "arn:aws:kms:<region>:<account>:"
    blob::VaultId blobVaultId{};

    static VaultNames of(const std::string &account, const std::string &region, const VaultUuid &vaultId);
    std::string keyArn(std::string_view keyId) const { return keyArnPrefix + std::string(keyId); }
    std::string aliasArn(std::string_view name) const { return aliasArnPrefix + std::string(name); }
};

/// A material's row as it stands in the file, so that no thread but the writer needs the file.
struct SealedMaterial {
    std::uint64_t version = 0;
    std::uint32_t epoch = 0;
    Bytes sealed;
};

class VaultCore {
public:
    VaultCore(VaultNames vaultNames, std::shared_ptr<const VaultKeys> vaultKeys,
              std::shared_ptr<const Clock> vaultClock, std::size_t cachedMaterials)
        : names(std::move(vaultNames))
        , rowKeys(std::move(vaultKeys))
        , clock(std::move(vaultClock))
        , m_cache(cachedMaterials) {}

    const VaultNames names;
    std::shared_ptr<const VaultKeys> rowKeys;
    const std::shared_ptr<const Clock> clock;
    KeyDirectory keys;
    GrantDirectory grants;
    KeyUsage usage;
    PolicyCache policies;

    /// Opened from its row when it is not in the cache.
    Result<MaterialPointer> material(const KeyState &key, const MaterialInfo &info);
    /// Null: not opened at present.
    MaterialPointer cachedMaterial(const MaterialId &id) { return m_cache.find(id); }
    std::size_t cachedMaterialCount() const { return m_cache.size(); }

    void keep(const MaterialId &id, SealedMaterial row);
    /// As it stands in the file; nothing when it is not there.
    std::optional<SealedMaterial> sealed(const MaterialId &id) const;
    void forget(const MaterialId &id);
    /// Nobody may call anything else meanwhile.
    void wipe();

private:
    Result<MaterialPointer> openMaterial(const KeyState &key, const MaterialInfo &info) const;

    MaterialCache m_cache;
    struct IdHash {
        std::size_t operator()(const MaterialId &id) const;
    };
    mutable std::shared_mutex m_sealedMutex;
    std::unordered_map<MaterialId, SealedMaterial, IdHash> m_sealed;
};

} // namespace keyturn::vault
