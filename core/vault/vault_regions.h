// SPDX-License-Identifier: Apache-2.0
// VaultRegions: the Regions of an unlocked vault. Its own is always there; another one appears, empty, when
// somebody names it, and a Region is no more than that: what it holds says so in its rows. Thread rule: any
// thread; finding one takes no lock. Owner: VaultKms. Makes no errors. Follows handlers/ROWS.md, "Regions".
#pragma once

#include "vault/vault_kms_core.h"

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace keyturn::vault {

class VaultRegions {
public:
    static constexpr std::size_t maxRegions = 128;

    VaultRegions(const std::string &account, const std::string &region, const VaultUuid &vaultId,
                 VaultShared &shared);

    /// The vault's own.
    VaultCore &home() { return *m_regions[0]; }
    const VaultCore &home() const { return *m_regions[0]; }
    /// Empty: the vault's own. Null: no name of a Region of the vault's partition, or there are too many.
    VaultCore *find(std::string_view region);
    /// The Region of a row or state of this vault.
    VaultCore &of(std::string_view rowRegion);
    /// Those that were named so far, the vault's own first.
    std::span<const std::unique_ptr<VaultCore>> all() const {
        return std::span(m_regions).first(m_count.load(std::memory_order_acquire));
    }
    void wipe();

private:
    VaultCore *known(std::string_view region);

    const VaultUuid m_vaultId;
    VaultShared &m_shared;
    std::mutex m_mutex; ///< of making one
    std::array<std::unique_ptr<VaultCore>, maxRegions> m_regions;
    std::atomic<std::size_t> m_count = 0;
};

} // namespace keyturn::vault
