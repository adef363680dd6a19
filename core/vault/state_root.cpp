// SPDX-License-Identifier: Apache-2.0
#include "vault/state_root.h"

#include "chainlog/wire.h"

#include <string>

namespace keyturn::vault {

namespace {

constexpr std::uint16_t payloadVersion = 1;
constexpr std::size_t headerBytes = 30;

std::array<std::uint64_t, 4> wordsOf(const RowElement &element) {
    std::array<std::uint64_t, 4> words{};
    for (std::size_t i = 0; i < element.size(); ++i) {
        std::uint64_t &word = words[3 - i / 8];
        word = word << 8 | element[i];
    }
    return words;
}

/// a + b + carry; the carry out of 64 bits.
bool addWord(std::uint64_t &a, std::uint64_t b, bool carry) {
    const std::uint64_t sum = a + b;
    const std::uint64_t whole = sum + (carry ? 1U : 0U);
    const bool out = sum < a || whole < sum;
    a = whole;
    return out;
}

void appendTables(const TableSums &tables, Bytes &out) {
    chainlog::appendNumber(out, static_cast<std::uint16_t>(tables.size()));
    for (const auto &[table, sum] : tables) {
        chainlog::appendNumber(out, table);
        chainlog::appendNumber(out, sum.rows);
        for (std::size_t i = sum.sum.size(); i > 0; --i) {
            chainlog::appendNumber(out, sum.sum[i - 1]);
        }
    }
}

void readTables(chainlog::WireReader &reader, TableSums &tables) {
    const auto count = reader.number<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && reader.ok(); ++i) {
        const auto table = reader.number<std::uint16_t>();
        TableSum sum;
        sum.rows = reader.number<std::uint64_t>();
        for (std::size_t word = sum.sum.size(); word > 0; --word) {
            sum.sum[word - 1] = reader.number<std::uint64_t>();
        }
        tables[table] = sum;
    }
}

tl::unexpected<Error> damagedRoot(std::string_view what) {
    return fail(ErrorCode::VaultDamaged, "the vault's root: " + std::string(what), ErrorOrigin::Vault);
}

Status readFeatures(chainlog::WireReader &reader, std::set<Feature> &features) {
    const auto count = reader.number<std::uint8_t>();
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        const auto feature = reader.number<std::uint16_t>();
        if (feature != static_cast<std::uint16_t>(Feature::Regions)) {
            return fail(ErrorCode::VaultNewer,
                        "the vault uses feature " + std::to_string(feature) +
                            ", which this program does not know: open it with a newer Keyturn",
                        ErrorOrigin::Vault);
        }
        features.insert(Feature::Regions);
    }
    return {};
}

} // namespace

void TableSum::add(const RowElement &element) {
    const auto words = wordsOf(element);
    bool carry = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        carry = addWord(sum[i], words[i], carry);
    }
    ++rows;
}

void TableSum::remove(const RowElement &element) {
    // Subtracting is adding the two's complement.
    const auto words = wordsOf(element);
    bool carry = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        carry = addWord(sum[i], ~words[i], carry);
    }
    --rows;
}

void StateRoot::add(std::uint16_t table, const RowElement &element) {
    tables[table].add(element);
}

void StateRoot::remove(std::uint16_t table, const RowElement &element) {
    TableSum &sum = tables[table];
    sum.remove(element);
    if (sum == TableSum{}) {
        tables.erase(table);
    }
}

Bytes encodeStateRoot(const StateRoot &root) {
    Bytes out;
    out.reserve(128 + 42 * root.tables.size() + 24 * root.slotsUsed.size());
    chainlog::appendNumber(out, payloadVersion);
    chainlog::appendRaw(out, encodeFileHeader(root.header));
    chainlog::appendNumber(out, root.generation);
    chainlog::appendNumber(out, root.epoch);
    chainlog::appendTime(out, root.committed);
    chainlog::appendNumber(out, static_cast<std::uint8_t>(root.features.size()));
    for (const Feature feature : root.features) {
        chainlog::appendNumber(out, static_cast<std::uint16_t>(feature));
    }
    appendTables(root.tables, out);
    chainlog::appendNumber(out, root.log.pages);
    chainlog::appendNumber(out, root.log.records);
    chainlog::appendRaw(out, root.log.head);
    chainlog::appendNumber(out, static_cast<std::uint8_t>(root.slotsUsed.size()));
    for (const auto &[slot, time] : root.slotsUsed) {
        chainlog::appendNumber(out, slot);
        chainlog::appendTime(out, time);
    }
    return out;
}

Result<StateRoot> decodeStateRoot(ByteView payload) {
    chainlog::WireReader reader(payload);
    if (const auto version = reader.number<std::uint16_t>(); version != payloadVersion) {
        return fail(ErrorCode::VaultNewer,
                    "the vault's root has version " + std::to_string(version) +
                        ": open it with a newer Keyturn",
                    ErrorOrigin::Vault);
    }
    auto header = decodeFileHeader(reader.raw(headerBytes), UINT16_MAX); // the file's own was checked
    if (!header) {
        return failFrom(header);
    }
    StateRoot root;
    root.header = *header;
    root.generation = reader.number<std::uint64_t>();
    root.epoch = reader.number<std::uint32_t>();
    root.committed = reader.time();
    if (auto read = readFeatures(reader, root.features); !read) {
        return failFrom(read);
    }
    readTables(reader, root.tables);
    root.log.pages = reader.number<std::uint64_t>();
    root.log.records = reader.number<std::uint64_t>();
    root.log.head = reader.array<32>();
    const auto used = reader.number<std::uint8_t>();
    for (std::uint8_t i = 0; i < used && reader.ok(); ++i) {
        const auto slot = reader.number<SlotId>();
        root.slotsUsed[slot] = reader.time();
    }
    if (!reader.finished()) {
        return damagedRoot("wrong form");
    }
    return root;
}

} // namespace keyturn::vault
