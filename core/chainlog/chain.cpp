// SPDX-License-Identifier: Apache-2.0
#include "chainlog/chain.h"

#include "chainlog/wire.h"

#include <algorithm>

namespace keyturn::chainlog {

namespace {

constexpr std::uint8_t pageVersion = 1;
constexpr std::string_view chainLabel = "kv1/log";

tl::unexpected<Error> broken(const LogState &before, std::string_view what) {
    return fail(ErrorCode::VaultDamaged,
                "log page " + std::to_string(before.pages + 1) + ": " + std::string(what));
}

struct PageHead {
    std::uint8_t version = 0;
    std::uint64_t firstSequence = 0;
    std::uint16_t count = 0;
    ChainHash before{};
};

PageHead readHead(WireReader &reader) {
    PageHead head;
    head.version = reader.number<std::uint8_t>();
    head.firstSequence = reader.number<std::uint64_t>();
    head.count = reader.number<std::uint16_t>();
    head.before = reader.array<32>();
    return head;
}

} // namespace

ChainHash Chain::next(std::uint64_t sequence, const ChainHash &previous, ByteView record) const {
    std::array<std::uint8_t, 8> number{};
    for (std::size_t i = 0; i < number.size(); ++i) {
        number[i] = static_cast<std::uint8_t>(sequence >> (56 - 8 * i));
    }
    return m_mac.compute({asBytes(chainLabel), ByteView(number), ByteView(previous), record});
}

Result<Bytes> Chain::buildPage(LogState &state, std::span<const Record> records) const {
    if (records.empty() || records.size() > maxRecordsPerPage) {
        return fail(ErrorCode::Usage, "a log page takes 1 to 1024 records");
    }
    Bytes page;
    page.reserve(64 + records.size() * 256);
    LogState after = state;
    appendNumber(page, pageVersion);
    appendNumber(page, state.records + 1);
    appendNumber(page, static_cast<std::uint16_t>(records.size()));
    appendRaw(page, state.head);
    for (const Record &record : records) {
        const std::size_t lengthAt = page.size();
        appendNumber(page, std::uint16_t{0});
        if (auto encoded = encodeRecord(record, page); !encoded) {
            return failFrom(encoded);
        }
        const std::size_t size = page.size() - lengthAt - 2;
        page[lengthAt] = static_cast<std::uint8_t>(size >> 8);
        page[lengthAt + 1] = static_cast<std::uint8_t>(size);
        ++after.records;
        after.head = next(after.records, after.head, ByteView(page).subspan(lengthAt + 2));
    }
    appendRaw(page, after.head);
    ++after.pages;
    state = after;
    return page;
}

Result<std::vector<StoredRecord>> Chain::readPage(LogState &state, ByteView page) const {
    WireReader reader(page);
    const PageHead head = readHead(reader);
    if (!reader.ok() || head.version != pageVersion || head.count == 0 || head.count > maxRecordsPerPage) {
        return broken(state, "wrong form");
    }
    if (head.firstSequence != state.records + 1 || head.before != state.head) {
        return broken(state, "does not continue the page before");
    }
    LogState after = state;
    std::vector<StoredRecord> records;
    records.reserve(head.count);
    for (std::uint16_t i = 0; i < head.count; ++i) {
        const ByteView bytes = reader.shortBytes();
        auto record = decodeRecord(bytes);
        if (!reader.ok() || !record) {
            return broken(state, "record " + std::to_string(after.records + 1) + " has a wrong form");
        }
        ++after.records;
        after.head = next(after.records, after.head, bytes);
        records.push_back({after.records, after.head, std::move(*record)});
    }
    const auto stored = reader.array<32>();
    if (!reader.finished() || stored != after.head) {
        return broken(state, "its records are not those that were written");
    }
    ++after.pages;
    state = after;
    return records;
}

Result<LogState> Chain::claimedStart(std::uint64_t pageNumber, ByteView page) {
    WireReader reader(page);
    const PageHead head = readHead(reader);
    if (!reader.ok() || head.firstSequence == 0) {
        return fail(ErrorCode::VaultDamaged, "log page " + std::to_string(pageNumber) + ": wrong form");
    }
    return LogState{pageNumber - 1, head.firstSequence - 1, head.before};
}

} // namespace keyturn::chainlog
