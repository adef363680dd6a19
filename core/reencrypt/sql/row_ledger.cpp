// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_ledger.h"

#include "reencrypt/body.h"
#include "reencrypt/zone_body.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

std::uint64_t firstBytes(const Digest &digest) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value = value << 8 | digest[i];
    }
    return value;
}

std::uint64_t keyHash(std::string_view key) {
    return firstBytes(digestOf(asBytes(key)));
}

} // namespace

Status RowLedger::load() {
    if (m_journal == nullptr) {
        return {};
    }
    return m_journal->read(1, [this](const JournalRecord &record) -> Result<bool> {
        if (auto taken = take(record); !taken) {
            return failFrom(taken);
        }
        return true;
    });
}

Status RowLedger::take(const JournalRecord &record) {
    switch (record.entry) {
    case Entry::State:
        return takeState(record.body);
    case Entry::Intent: {
        auto zone = readRowIntent(record.body);
        if (!zone) {
            return failFrom(zone);
        }
        takeIntent(std::move(*zone), record.sequence);
        return {};
    }
    case Entry::Applied:
    case Entry::Items: {
        auto applied = record.entry == Entry::Applied ? readRowApplied(record.body) : readLooked(record.body);
        if (!applied) {
            return failFrom(applied);
        }
        takeMarked(*applied);
        return {};
    }
    case Entry::Pass: {
        auto ended = readPass(record.body);
        if (!ended) {
            return failFrom(ended);
        }
        takePass(*ended);
        return {};
    }
    case Entry::Undone: {
        auto number = readZoneNumber(record.body, "zone of rows");
        if (!number) {
            return failFrom(number);
        }
        for (ZoneFact &fact : m_zones) {
            fact.undone = fact.undone || fact.number == *number;
        }
        return {};
    }
    case Entry::Created:
    case Entry::Checkpoint:
    case Entry::Verified:
    case Entry::Final:
        break;
    }
    return {};
}

Status RowLedger::takeState(ByteView body) {
    BodyReader reader(body);
    const auto state = static_cast<JobState>(reader.u8());
    if (state == JobState::Done || state == JobState::Verified) {
        beginAnew();
    }
    return reader.check("state");
}

void RowLedger::takeIntent(RowZone zone, std::uint64_t sequence) {
    m_zones.push_back({sequence, zone.number, false});
    m_nextZone = zone.number + 1;
    m_open = std::move(zone);
}

void RowLedger::noteItems(const std::vector<ItemRecord> &items) {
    for (const ItemRecord &item : items) {
        const bool moved = item.state == ItemState::Applied || item.state == ItemState::Verified;
        const auto &under = moved ? item.after : item.before;
        if ((moved || item.state == ItemState::Skipped) && under && m_done.size() < digestsMax) {
            m_done.insert(firstBytes(*under));
        }
    }
}

void RowLedger::takeMarked(const AppliedZone &applied) {
    m_open.reset();
    m_cursor = applied.mark.cursor;
    m_moved += applied.mark.moved;
    noteItems(applied.items);
}

void RowLedger::takePass(const EndedPass &ended) {
    m_clean = ended.moved == 0 ? m_clean + 1 : 0;
    m_pass = ended.pass + 1;
    m_cursor.clear();
    m_rows = 0;
    m_moved = 0;
}

Result<RowZone> RowLedger::zone(const ZoneFact &fact) const {
    std::optional<RowZone> found;
    auto read = m_journal->read(fact.sequence, [&](const JournalRecord &record) -> Result<bool> {
        auto zone = readRowIntent(record.body);
        if (!zone) {
            return failFrom(zone);
        }
        found = std::move(*zone);
        return false;
    });
    if (!read) {
        return failFrom(read);
    }
    if (!found) {
        return fail(ErrorCode::NotAuthentic, "hot zone of rows: its record is not there.");
    }
    return std::move(*found);
}

std::optional<std::string> RowLedger::cursor() const {
    return m_cursor.empty() ? std::nullopt : std::optional<std::string>(m_cursor);
}

void RowLedger::beginAnew() {
    m_clean = 0;
    m_cursor.clear();
    m_rows = 0;
    m_moved = 0;
    m_failed.clear();
}

bool RowLedger::isDone(const Digest &ciphertext) const {
    return m_done.contains(firstBytes(ciphertext));
}

bool RowLedger::hasFailed(std::string_view key, const Digest &value) const {
    const auto found = m_failed.find(keyHash(key));
    return found != m_failed.end() && found->second == firstBytes(value);
}

void RowLedger::noteFailure(std::string_view key, const Digest &value) {
    m_failed[keyHash(key)] = firstBytes(value);
}

Status RowLedger::appendIntent(RowZone zone, std::vector<Bytes> olds, bool keepOlds) {
    zone.number = m_nextZone;
    Bytes body = intentBody(zone);
    auto appended = keepOlds ? m_journal->appendWithOld(Entry::Intent, std::move(body), std::move(olds))
                             : m_journal->append({{Entry::Intent, std::move(body)}});
    if (appended) {
        takeIntent(std::move(zone), m_journal->size());
    }
    return appended;
}

Status RowLedger::appendApplied(const std::vector<ItemRecord> &items, std::uint64_t moved,
                                const std::string &cursor) {
    const AppliedZone applied{m_nextZone - 1, {m_pass, moved, cursor}, items};
    auto appended = m_journal->append({{Entry::Applied, appliedBody(applied.zone, applied.mark, items)}});
    if (appended) {
        takeMarked(applied);
    }
    return appended;
}

Status RowLedger::appendLooked(const std::vector<ItemRecord> &items, const std::string &cursor) {
    const AppliedZone looked{0, {m_pass, 0, cursor}, items};
    auto appended = m_journal->append({{Entry::Items, lookedBody(looked.mark, items)}});
    if (appended) {
        takeMarked(looked);
    }
    return appended;
}

void RowLedger::passBy(std::size_t rows, const std::string &cursor) {
    m_rows += rows;
    m_cursor = cursor;
}

Status RowLedger::appendPass() {
    const EndedPass ended{m_pass, m_rows, m_moved};
    auto appended = m_journal->append({{Entry::Pass, passBody(ended.pass, ended.rows, ended.moved)}});
    if (appended) {
        takePass(ended);
    }
    return appended;
}

Status RowLedger::appendUndone(std::size_t zone, const std::vector<ItemRecord> &items) {
    auto appended = m_journal->append({{Entry::Undone, zoneBody(m_zones[zone].number, items)}});
    if (appended) {
        m_zones[zone].undone = true;
    }
    return appended;
}

} // namespace keyturn::reencrypt
