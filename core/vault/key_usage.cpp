// SPDX-License-Identifier: Apache-2.0
#include "vault/key_usage.h"

#include "vault/container.h"
#include "vault/record_fields.h"
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
constexpr std::size_t uuidLength = 36;

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

std::optional<KeyUse> KeyUsage::find(const KeyId &key) const {
    const std::shared_lock lock(m_mutex);
    const auto found = m_uses.find(key);
    return found == m_uses.end() ? std::nullopt : std::optional(found->second);
}

void KeyUsage::note(const chainlog::Record &record) {
    if (record.outcome != "Success" || record.keyId.empty()) {
        return;
    }
    const auto operation = kms::Open<kms::KeyLastUsageTrackingOperation>::fromText(record.action).known();
    if (!operation) {
        return;
    }
    const KeyUse use{*operation, record.time, record.requestId};
    noteKey(record.keyId, use);
    const std::string_view note = record.note;
    if (note.starts_with(destinationMark)) {
        noteKey(note.substr(destinationMark.size(), uuidLength), use);
    }
}

void KeyUsage::noteKey(std::string_view uuid, const KeyUse &use) {
    const auto id = parseUuid(uuid);
    if (!id) {
        return;
    }
    const std::lock_guard lock(m_mutex);
    KeyUse &last = m_uses[*id];
    if (use.time >= last.time) {
        last = use;
        m_unsaved.insert(*id);
    }
}

void KeyUsage::forget(const KeyId &key) {
    const std::lock_guard lock(m_mutex);
    m_uses.erase(key);
    m_unsaved.erase(key);
}

void KeyUsage::clear() {
    const std::lock_guard lock(m_mutex);
    m_uses.clear();
    m_unsaved.clear();
}

Status KeyUsage::noteNewest(Container &container, std::uint64_t count) {
    if (count > recordsInMemory) { // a vault of before: page by page, and once
        return container.forEachLogRecord([this](const chainlog::StoredRecord &stored) -> Status {
            note(stored.record);
            return {};
        });
    }
    auto newer = container.newestLogRecords(static_cast<std::size_t>(count));
    if (!newer) {
        return failFrom(newer);
    }
    for (const chainlog::StoredRecord &stored : *newer) {
        note(stored.record);
    }
    return {};
}

Status KeyUsage::load(Container &container, const KeyDirectory &keys) {
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
    if (auto noted = noteNewest(container, records - m_savedRecords); !noted) {
        return noted;
    }
    std::erase_if(m_uses, [&](const auto &use) { return !keys.find(use.first); });
    std::erase_if(m_unsaved, [&](const KeyId &id) { return !m_uses.contains(id); });
    return {};
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
