// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_kms_core.h"

#include "kms/identifier.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace keyturn::vault {

VaultNames VaultNames::of(const std::string &account, const std::string &region, const VaultUuid &vaultId) {
    VaultNames names;
    names.account = account;
    names.region = region;
    names.partition = kms::partitionOfRegion(region);
    names.keyArnPrefix = kms::keyArn(names.partition, region, account, "");
    names.aliasArnPrefix = kms::aliasArn(names.partition, region, account, "");
    std::copy_n(vaultId.begin(), names.blobVaultId.size(), names.blobVaultId.begin());
    return names;
}

std::size_t VaultShared::IdHash::operator()(const MaterialId &id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data(), sizeof hash);
    return hash;
}

Result<MaterialPointer> VaultShared::material(const KeyState &key, const MaterialInfo &info) {
    if (auto cached = cache.find(info.id)) {
        return cached;
    }
    auto opened = openMaterial(key, info);
    if (opened) {
        cache.insert(info.id, *opened);
        if (!sealed(info.id)) { // forgotten meanwhile: nothing of it stays
            cache.erase(info.id);
        }
    }
    return opened;
}

Result<MaterialPointer> VaultShared::openMaterial(const KeyState &key, const MaterialInfo &info) const {
    const std::shared_lock lock(m_sealedMutex);
    const auto row = m_sealed.find(info.id);
    if (row == m_sealed.end()) {
        return fail(ErrorCode::VaultDamaged, "a key's material is missing", ErrorOrigin::Vault);
    }
    const RowPlace place{static_cast<std::uint16_t>(Table::Materials), info.id, row->second.version,
                         row->second.epoch};
    auto payload = rowKeys->openRow(place, row->second.sealed);
    if (!payload) {
        return fail(ErrorCode::VaultDamaged, "a key's material does not open", ErrorOrigin::Vault);
    }
    auto material = decodeMaterial(payload->view());
    if (!material) {
        return failFrom(material);
    }
    if (material->key != key.id) {
        return fail(ErrorCode::VaultDamaged, "a key's material belongs to another key", ErrorOrigin::Vault);
    }
    return OpenMaterial::open(key.spec, material->secret.view());
}

void VaultShared::keep(const MaterialId &id, SealedMaterial row) {
    const std::lock_guard lock(m_sealedMutex);
    m_sealed.insert_or_assign(id, std::move(row));
}

std::optional<SealedMaterial> VaultShared::sealed(const MaterialId &id) const {
    const std::shared_lock lock(m_sealedMutex);
    const auto row = m_sealed.find(id);
    return row == m_sealed.end() ? std::nullopt : std::optional(row->second);
}

void VaultShared::forget(const MaterialId &id) {
    {
        const std::lock_guard lock(m_sealedMutex);
        m_sealed.erase(id);
    }
    cache.erase(id); // after its row: material() looks for that once more
}

void VaultShared::wipe() {
    cache.clear();
    usage.clear();
    policies.clear();
    rowKeys.reset();
    const std::lock_guard lock(m_sealedMutex);
    m_sealed.clear();
}

void VaultCore::wipe() {
    keys.clear();
    grants.clear();
}

} // namespace keyturn::vault
