// SPDX-License-Identifier: Apache-2.0
#include "vault/vault_regions.h"

#include "kms/identifier.h"

namespace keyturn::vault {

VaultRegions::VaultRegions(const std::string &account, const std::string &region, const VaultUuid &vaultId,
                           VaultShared &shared)
    : m_vaultId(vaultId)
    , m_shared(shared) {
    m_regions[0] = std::make_unique<VaultCore>(VaultNames::of(account, region, vaultId), shared, *this);
    m_count = 1;
}

VaultCore *VaultRegions::known(std::string_view region) {
    for (const auto &core : all()) {
        if (core->names.region == region) {
            return core.get();
        }
    }
    return nullptr;
}

VaultCore *VaultRegions::find(std::string_view region) {
    if (region.empty()) {
        return m_regions[0].get();
    }
    if (VaultCore *core = known(region)) {
        return core;
    }
    if (!kms::isRegionOfPartition(region, home().names.partition)) {
        return nullptr;
    }
    const std::lock_guard lock(m_mutex);
    if (VaultCore *core = known(region)) {
        return core;
    }
    const std::size_t count = m_count.load(std::memory_order_relaxed);
    if (count == maxRegions) {
        return nullptr;
    }
    auto names = VaultNames::of(home().names.account, std::string(region), m_vaultId);
    names.rowRegion = region;
    m_regions[count] = std::make_unique<VaultCore>(std::move(names), m_shared, *this);
    m_count.store(count + 1, std::memory_order_release);
    return m_regions[count].get();
}

VaultCore &VaultRegions::of(std::string_view rowRegion) {
    VaultCore *core = find(rowRegion);
    return core != nullptr ? *core : home(); // rows are read by find(): a state is of a Region that is there
}

void VaultRegions::wipe() {
    for (const auto &core : all()) {
        core->wipe();
    }
}

} // namespace keyturn::vault
