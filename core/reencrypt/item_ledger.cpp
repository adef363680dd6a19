// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/item_ledger.h"

#include <functional>

namespace keyturn::reencrypt {
namespace {

constexpr std::uint64_t stateBits = 7;
constexpr std::size_t firstSlots = 1024;

std::uint64_t mixed(std::uint64_t value) {
    value ^= value >> 30U;
    value *= 0xbf58476d1ce4e5b9U;
    value ^= value >> 27U;
    value *= 0x94d049bb133111ebU;
    return value ^ value >> 31U;
}

} // namespace

std::uint64_t placeHash(const Place &place) {
    const std::hash<std::string_view> hash;
    const std::uint64_t value =
        mixed(mixed(mixed(hash(place.unit)) + hash(place.part)) + place.line) & ~stateBits;
    return value == 0 ? stateBits + 1 : value;
}

ItemLedger::ItemLedger()
    : m_slots(firstSlots) {}

std::uint64_t &ItemLedger::slotOf(std::uint64_t hash) {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t at = (hash >> 3U) & mask;
    while (m_slots[at] != 0 && (m_slots[at] & ~stateBits) != hash) {
        at = (at + 1) & mask;
    }
    return m_slots[at];
}

void ItemLedger::grow() {
    std::vector<std::uint64_t> old(m_slots.size() * 2);
    old.swap(m_slots);
    for (const std::uint64_t slot : old) {
        if (slot != 0) {
            slotOf(slot & ~stateBits) = slot;
        }
    }
}

bool ItemLedger::note(const ItemRecord &item, Counters &counters) {
    std::uint64_t &slot = slotOf(placeHash(item.place));
    const bool isKnown = slot != 0;
    if (isKnown) {
        ItemRecord before;
        before.state = static_cast<ItemState>(slot & stateBits);
        countItem(counters, before, false);
    }
    slot = placeHash(item.place) | static_cast<std::uint64_t>(item.state);
    countItem(counters, item);
    if (!isKnown && ++m_size * 10 > m_slots.size() * 7) {
        grow();
    }
    return isKnown;
}

Status visitItemRecords(Journal &journal, const std::function<Result<bool>(const ItemRecord &)> &visit) {
    return journal.read(1, [&](const JournalRecord &record) -> Result<bool> {
        if (!holdsItems(record.entry)) {
            return true;
        }
        auto body = readItems(record.body);
        if (!body) {
            return failFrom(body);
        }
        for (const ItemRecord &item : body->items) {
            auto more = visit(item);
            if (!more || !*more) {
                return more;
            }
        }
        return true;
    });
}

Status ItemLedger::load(Journal &journal, Counters &counters) {
    return visitItemRecords(journal, [&](const ItemRecord &item) -> Result<bool> {
        note(item, counters);
        return true;
    });
}

} // namespace keyturn::reencrypt
