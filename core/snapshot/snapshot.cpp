// SPDX-License-Identifier: Apache-2.0
#include "snapshot/snapshot.h"

#include "base/text.h"

#include <array>

namespace keyturn::snapshot {
namespace {

constexpr std::array<std::string SnapshotFacts::*, 5> texts{&SnapshotFacts::profile, &SnapshotFacts::endpoint,
                                                            &SnapshotFacts::region, &SnapshotFacts::accountId,
                                                            &SnapshotFacts::program};

void appendNumber(Bytes &out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i > 0; --i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
    }
}

/// Cut where it is too long for its length; what is cut is for people only.
void appendText(Bytes &out, std::string_view text, unsigned lengthBytes) {
    const std::size_t longest = lengthBytes == 1 ? 0xff : lengthBytes == 2 ? 0xffff : 0xffffffff;
    text = text.substr(0, longest);
    appendNumber(out, text.size(), lengthBytes);
    out.insert(out.end(), text.begin(), text.end());
}

class Reader {
public:
    explicit Reader(ByteView bytes)
        : m_rest(bytes) {}
    std::uint64_t number(unsigned bytes) {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : raw(bytes)) {
            value = value << 8 | byte;
        }
        return value;
    }
    std::string text(unsigned lengthBytes) {
        const std::string read(asText(raw(static_cast<std::size_t>(number(lengthBytes)))));
        m_ok = m_ok && isValidUtf8(read);
        return read;
    }
    Timestamp time() { return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(number(8)))); }
    bool ok() const { return m_ok; }
    bool finished() const { return m_ok && m_rest.empty(); }

private:
    ByteView raw(std::size_t size) {
        if (!m_ok || size > m_rest.size()) {
            m_ok = false;
            return {};
        }
        const ByteView taken = m_rest.first(size);
        m_rest = m_rest.subspan(size);
        return taken;
    }
    ByteView m_rest;
    bool m_ok = true;
};

} // namespace

const SnapshotPart *Snapshot::find(std::string_view operation, std::string_view keyId) const {
    const auto at = parts.find({std::string(operation), std::string(keyId)});
    return at == parts.end() ? nullptr : &at->second;
}

std::vector<MissingSum> missingParts(const Snapshot &snapshot) {
    std::map<std::pair<std::string, std::string>, std::size_t> sums;
    for (const auto &[place, part] : snapshot.parts) {
        if (!part.isTaken()) {
            sums[{place.first, part.why}] += place.second.empty() ? 0 : 1;
        }
    }
    std::vector<MissingSum> missing;
    for (const auto &[key, count] : sums) {
        missing.push_back({key.first, key.second, count});
    }
    return missing;
}

Bytes encodeSnapshot(const Snapshot &snapshot) {
    Bytes out;
    for (const auto member : texts) {
        appendText(out, snapshot.facts.*member, 2);
    }
    appendNumber(out, static_cast<std::uint64_t>(snapshot.facts.began.time_since_epoch().count()), 8);
    appendNumber(out, static_cast<std::uint64_t>(snapshot.facts.ended.time_since_epoch().count()), 8);
    appendNumber(out, snapshot.facts.serviceTime ? 1 : 0, 1);
    appendNumber(out, snapshot.parts.size(), 4);
    for (const auto &[place, part] : snapshot.parts) {
        appendText(out, place.first, 1);
        appendText(out, place.second, 2);
        appendNumber(out, part.isTaken() ? 0 : 1, 1);
        if (!part.isTaken()) {
            appendText(out, part.missing, 2);
            appendText(out, isValidUtf8(part.why) ? part.why : std::string(), 2);
            continue;
        }
        appendNumber(out, part.items.size(), 4);
        for (const std::string &item : part.items) {
            appendText(out, item, 4);
        }
    }
    return out;
}

Result<Snapshot> decodeSnapshot(ByteView content) {
    Reader reader(content);
    Snapshot snapshot;
    for (const auto member : texts) {
        snapshot.facts.*member = reader.text(2);
    }
    snapshot.facts.began = reader.time();
    snapshot.facts.ended = reader.time();
    snapshot.facts.serviceTime = reader.number(1) == 1;
    const std::uint64_t count = reader.number(4);
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
        const std::string operation = reader.text(1);
        const std::string keyId = reader.text(2);
        SnapshotPart part;
        if (reader.number(1) == 1) {
            part.missing = reader.text(2);
            part.why = reader.text(2);
        } else {
            const std::uint64_t items = reader.number(4);
            for (std::uint64_t n = 0; n < items && reader.ok(); ++n) {
                part.items.push_back(reader.text(4));
            }
        }
        snapshot.parts.insert_or_assign({operation, keyId}, std::move(part));
    }
    if (!reader.finished() || snapshot.parts.size() != count) {
        return fail(ErrorCode::VaultDamaged, "the content of the snapshot has a wrong form");
    }
    return snapshot;
}

} // namespace keyturn::snapshot
