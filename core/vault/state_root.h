// SPDX-License-Identifier: Apache-2.0
// StateRoot: what one sealed row says about all others: per table a count and a keyed sum, where the log
// ends, the generation. Plain value. Follows FORMAT.md section 5. Errors of decode: VaultDamaged, VaultNewer
// (a critical feature that this program does not know).
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "chainlog/chain.h"
#include "vault/file_header.h"
#include "vault/slot.h"
#include "vault/vault_keys.h"

#include <array>
#include <cstdint>
#include <map>
#include <set>

namespace keyturn::vault {

/// Count and sum of a table's rows; adding and removing are O(1) and commute.
struct TableSum {
    std::uint64_t rows = 0;
    std::array<std::uint64_t, 4> sum{}; ///< 256 bits, least significant word first

    void add(const RowElement &element);
    void remove(const RowElement &element);
    bool operator==(const TableSum &) const = default;
};

using TableSums = std::map<std::uint16_t, TableSum>;

/// What a program must know before it touches a vault (FORMAT.md section 5).
enum class Feature : std::uint16_t {
    KeyRotation = 1, ///< reserved
    Regions = 2,     ///< keys in several Regions
};

struct StateRoot {
    FileHeader header;
    std::uint64_t generation = 0;
    std::uint32_t epoch = 1;
    Timestamp committed{};
    std::set<Feature> features;
    TableSums tables; ///< tables without rows are absent
    chainlog::LogState log;
    std::map<SlotId, Timestamp> slotsUsed;

    void add(std::uint16_t table, const RowElement &element);
    void remove(std::uint16_t table, const RowElement &element);
};

Bytes encodeStateRoot(const StateRoot &root);
Result<StateRoot> decodeStateRoot(ByteView payload);

} // namespace keyturn::vault
