// SPDX-License-Identifier: Apache-2.0
// VaultCore: what the handlers of an unlocked vault see of one of its Regions: its names, keys, aliases and
// grants; and, by way of VaultShared, what all Regions have in common: material, clock, keys of rows. It
// holds no SQLite handle: those belong to the writer thread alone.
// Thread rule: any thread; directories and sealed materials are changed by the writer thread only.
// Owner: VaultRegions. Errors of material(): VaultDamaged. Follows DESIGN.md section 3, Threads.
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

class VaultRegions;

struct VaultNames {
    std::string account;
    std::string region;
    std::string rowRegion; ///< what rows say: the Region, empty for the vault's own (identity row)
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

/// What all Regions of a vault have in common.
class VaultShared {
public:
    VaultShared(std::shared_ptr<const VaultKeys> vaultKeys, std::shared_ptr<const Clock> vaultClock,
                std::size_t cachedMaterials)
        : rowKeys(std::move(vaultKeys))
        , clock(std::move(vaultClock))
        , cache(cachedMaterials) {}

    std::shared_ptr<const VaultKeys> rowKeys;
    const std::shared_ptr<const Clock> clock;
    KeyUsage usage;
    PolicyCache policies;
    MaterialCache cache;

    Result<MaterialPointer> material(const KeyState &key, const MaterialInfo &info);
    void keep(const MaterialId &id, SealedMaterial row);
    /// As it stands in the file; nothing when it is not there.
    std::optional<SealedMaterial> sealed(const MaterialId &id) const;
    void forget(const MaterialId &id);
    void wipe();

private:
    Result<MaterialPointer> openMaterial(const KeyState &key, const MaterialInfo &info) const;

    struct IdHash {
        std::size_t operator()(const MaterialId &id) const;
    };
    mutable std::shared_mutex m_sealedMutex;
    std::unordered_map<MaterialId, SealedMaterial, IdHash> m_sealed;
};

class VaultCore {
public:
    VaultCore(VaultNames regionNames, VaultShared &common, VaultRegions &all)
        : names(std::move(regionNames))
        , rowKeys(common.rowKeys)
        , clock(common.clock)
        , usage(common.usage)
        , policies(common.policies)
        , regions(all)
        , m_shared(common) {}

    const VaultNames names;
    std::shared_ptr<const VaultKeys> &rowKeys;
    const std::shared_ptr<const Clock> &clock;
    KeyUsage &usage;
    PolicyCache &policies;
    VaultRegions &regions;
    KeyDirectory keys;
    GrantDirectory grants;

    /// Opened from its row when it is not in the cache.
    Result<MaterialPointer> material(const KeyState &key, const MaterialInfo &info) {
        return m_shared.material(key, info);
    }
    /// Null: not opened at present.
    MaterialPointer cachedMaterial(const MaterialId &id) { return m_shared.cache.find(id); }
    std::size_t cachedMaterialCount() const { return m_shared.cache.size(); }

    void keep(const MaterialId &id, SealedMaterial row) { m_shared.keep(id, std::move(row)); }
    std::optional<SealedMaterial> sealed(const MaterialId &id) const { return m_shared.sealed(id); }
    void forget(const MaterialId &id) { m_shared.forget(id); }
    /// Keys, aliases and grants of this Region. Nobody may call anything else meanwhile.
    void wipe();

private:
    VaultShared &m_shared;
};

} // namespace keyturn::vault
