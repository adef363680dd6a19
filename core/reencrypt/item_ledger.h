// SPDX-License-Identifier: Apache-2.0
// ItemLedger: the last known state of every item of a job, 8 bytes each, so that an item that is told twice
// counts once. Places are known by a 64-bit hash: two of ten million fall together once in 300,000 jobs, and
// then a count is off by one. One thread at a time. Private to this module.
#pragma once

#include "reencrypt/journal.h"

#include <functional>
#include <vector>

namespace keyturn::reencrypt {

/// Of a place; never 0. The low three bits are free.
std::uint64_t placeHash(const Place &place);

/// Every record of an item, in order of the journal, until `visit` answers false.
Status visitItemRecords(Journal &journal, const std::function<Result<bool>(const ItemRecord &)> &visit);

class ItemLedger {
public:
    ItemLedger();

    /// True: it was known before. `counters` follows.
    bool note(const ItemRecord &item, Counters &counters);
    /// All that a journal tells.
    Status load(Journal &journal, Counters &counters);
    std::size_t size() const { return m_size; }

private:
    std::uint64_t &slotOf(std::uint64_t hash);
    void grow();

    std::vector<std::uint64_t> m_slots; ///< hash and state; 0: free
    std::size_t m_size = 0;
};

} // namespace keyturn::reencrypt
