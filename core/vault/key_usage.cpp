// SPDX-License-Identifier: Apache-2.0
#include "vault/key_usage.h"

#include "vault/container.h"
#include "vault/record_fields.h"
#include "vault/vault_regions.h"
#include "vault/write_transaction.h"

#include <cstring>
#include <mutex>

namespace keyturn::vault {

namespace {

enum UsageTag : std::uint16_t { Operation = 1, Time, RequestId };
enum HeadTag : std::uint16_t { Records = 1 };

constexpr std::string_view headKey = "head";
constexpr std::uint64_t recordsWorthSaving = 256; ///< fewer are read again in no time
constexpr std::uint64_t recordsInMemory = 65'536;
constexpr std::string_view destinationMark = "to "; ///< begins the note of a record with two keys

Bytes encodeUse(const KeyUse &use) {
    RecordWriter record(recordVersion);
    record.text(Operation, kms::Open(use.operation).text())
        .time(Time, use.time)
        .text(RequestId, use.requestId);
    return toBytes(record.view());
}

Result<KeyUse> decodeUse(ByteView payload) {
    auto record = parseVersioned(payload);
    if (!record) {
        return failFrom(record);
    }
    Fields fields(*record);
    KeyUse use;
    use.operation = fields.enumeration<kms::KeyLastUsageTrackingOperation>(Operation);
    use.time = fields.time(Time);
    use.requestId = fields.text(RequestId);
    if (!fields.status()) {
        return failFrom(fields.status());
    }
    return use;
}

Result<std::uint64_t> decodeHead(ByteView payload) {
    auto record = parseVersioned(payload);
    return record ? record->number(Records) : failFrom(record);
}

} // namespace

std::size_t KeyUsage::IdHash::operator()(const KeyId &id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data(), sizeof hash);
    return hash;
}

std::optional<KeyUse> KeyUsage::find(const KeyId &rowId) const {
    const std::shared_lock lock(m_mutex);
    const auto found = m_uses.find(rowId);
    return found == m_uses.end() ? std::nullopt : std::optional(found->second);
}

void KeyUsage::note(VaultRegions &regions, const chainlog::Record &record) {
    if (record.outcome != "Success" || record.keyId.empty()) {
        return;
    }
    const auto operation = kms::Open<kms::KeyLastUsageTrackingOperation>::fromText(record.action).known();
    if (!operation) {
        return;
    }
    const KeyUse use{*operation, record.time, record.requestId};
    noteKey(regions, record.keyId, use);
    const std::string_view note = record.note;
    if (note.starts_with(destinationMark)) {
        const std::string_view rest = note.substr(destinationMark.size());
        noteKey(regions, rest.substr(0, rest.find_first_of(" ;")), use);
    }
}

void KeyUsage::noteKey(VaultRegions &regions, std::string_view logName, const KeyUse &use) {
    if (const auto id = parseUuid(logName)) { // of one Region, the vault's own: its row is where its id says
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_uses.find(*id); known != m_uses.end()) {
            return update(known->first, known->second, use);
        }
    }
    const std::size_t slash = logName.find('/');
    const bool isHome = slash == std::string_view::npos;
    const auto id = parseKeyId(isHome ? logName : logName.substr(slash + 1));
    const VaultCore *core = regions.find(isHome ? std::string_view() : logName.substr(0, slash));
    const KeyPointer key = id && core != nullptr ? core->keys.find(*id) : nullptr;
    if (key) { // else deleted since
        const std::lock_guard lock(m_mutex);
        update(key->rowId, m_uses[key->rowId], use);
    }
}

void KeyUsage::update(const KeyId &rowId, KeyUse &last, const KeyUse &use) {
    if (use.time >= last.time) {
        last = use;
        m_unsaved.insert(rowId);
    }
}

void KeyUsage::forget(const KeyId &rowId) {
    const std::lock_guard lock(m_mutex);
    m_uses.erase(rowId);
    m_unsaved.erase(rowId);
}

void KeyUsage::clear() {
    const std::lock_guard lock(m_mutex);
    m_uses.clear();
    m_unsaved.clear();
}

Status KeyUsage::noteNewest(Container &container, VaultRegions &regions, std::uint64_t count) {
    if (count > recordsInMemory) { // a vault of before: page by page, and once
        return container.forEachLogRecord([&](const chainlog::StoredRecord &stored) -> Status {
            note(regions, stored.record);
            return {};
        });
    }
    auto newer = container.newestLogRecords(static_cast<std::size_t>(count));
    if (!newer) {
        return failFrom(newer);
    }
    for (const chainlog::StoredRecord &stored : *newer) {
        note(regions, stored.record);
    }
    return {};
}

Status KeyUsage::load(Container &container, VaultRegions &regions) {
    auto scanned = container.scan(Table::Usage, [this](const OpenRow &row) -> Status {
        if (asText(row.primaryKey) == headKey) {
            auto records = decodeHead(row.payload);
            m_savedRecords = records.value_or(0);
            return records ? Status() : Status(failFrom(records));
        }
        KeyId id{};
        auto use = decodeUse(row.payload);
        if (!use || row.primaryKey.size() != id.size()) {
            return use ? Status(damagedRow("a key's use has an id of another size")) : Status(failFrom(use));
        }
        std::copy(row.primaryKey.begin(), row.primaryKey.end(), id.begin());
        m_uses.emplace(id, std::move(*use));
        return {};
    });
    const std::uint64_t records = container.logState().records;
    if (!scanned || records <= m_savedRecords) {
        return scanned;
    }
    return noteNewest(container, regions, records - m_savedRecords);
}

Status KeyUsage::save(Container &container) {
    const std::uint64_t records = container.logState().records;
    if (m_unsaved.empty() || records < m_savedRecords + recordsWorthSaving) {
        return {};
    }
    auto transaction = container.begin();
    if (!transaction) {
        return failFrom(transaction);
    }
    Status done;
    for (const KeyId &id : m_unsaved) {
        done = done ? transaction->put(Table::Usage, id, encodeUse(m_uses.at(id))) : std::move(done);
    }
    RecordWriter head(recordVersion);
    head.number(Records, records);
    done = done ? transaction->put(Table::Usage, asBytes(headKey), head.view()) : std::move(done);
    done = done ? transaction->commit() : std::move(done);
    if (done) {
        m_unsaved.clear();
        m_savedRecords = records;
    }
    return done;
}

} // namespace keyturn::vault
