// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/row_zone.h"

#include "crypto/sha256.h"
#include "reencrypt/body.h"

#include <algorithm>

namespace keyturn::reencrypt {
namespace {

void appendMark(Bytes &body, const PassMark &mark) {
    appendU64(body, mark.pass);
    appendU64(body, mark.moved);
    appendText(body, mark.cursor);
}

PassMark readMark(BodyReader &reader) {
    PassMark mark;
    mark.pass = reader.u64();
    mark.moved = reader.u64();
    mark.cursor = reader.text();
    return mark;
}

Result<AppliedZone> readMarked(ByteView body, bool hasZone) {
    auto parts = readItems(body);
    if (!parts) {
        return failFrom(parts);
    }
    BodyReader reader(parts->head);
    AppliedZone applied;
    applied.zone = hasZone ? reader.u64() : 0;
    applied.mark = readMark(reader);
    applied.items = std::move(parts->items);
    if (auto good = reader.check("rows"); !good) {
        return failFrom(good);
    }
    return applied;
}

} // namespace

Bytes intentBody(const RowZone &zone) {
    Bytes body;
    appendU64(body, zone.number);
    appendU16(body, static_cast<std::uint16_t>(zone.rows.size()));
    for (const ZoneRow &row : zone.rows) {
        appendText(body, row.key);
        body.insert(body.end(), row.old.begin(), row.old.end());
        appendBytes(body, row.to);
        appendU8(body, row.proven == ItemState::Verified ? 1 : 0);
    }
    appendItems(body, zone.items);
    return body;
}

Result<RowZone> readRowIntent(ByteView body) {
    auto parts = readItems(body);
    if (!parts) {
        return failFrom(parts);
    }
    BodyReader reader(parts->head);
    RowZone zone;
    zone.number = reader.u64();
    const std::uint16_t count = reader.u16();
    for (std::uint16_t i = 0; i < count && !reader.failed(); ++i) {
        ZoneRow row;
        row.key = reader.text();
        const ByteView old = reader.raw(row.old.size());
        std::copy(old.begin(), old.end(), row.old.begin());
        row.to = toBytes(reader.bytes());
        row.proven = reader.u8() != 0 ? ItemState::Verified : ItemState::Applied;
        zone.rows.push_back(std::move(row));
    }
    zone.items = std::move(parts->items);
    if (auto good = reader.check("hot zone of rows"); !good) {
        return failFrom(good);
    }
    if (zone.items.size() != zone.rows.size()) {
        return fail(ErrorCode::NotAuthentic, "hot zone of rows: its items do not fit its rows.");
    }
    return zone;
}

Bytes appliedBody(std::uint64_t zone, const PassMark &mark, const std::vector<ItemRecord> &items) {
    Bytes body;
    appendU64(body, zone);
    appendMark(body, mark);
    appendItems(body, items);
    return body;
}

Bytes lookedBody(const PassMark &mark, const std::vector<ItemRecord> &items) {
    Bytes body;
    appendMark(body, mark);
    appendItems(body, items);
    return body;
}

Bytes passBody(std::uint64_t pass, std::uint64_t rows, std::uint64_t moved) {
    Bytes body;
    appendU64(body, pass);
    appendU64(body, rows);
    appendU64(body, moved);
    return body;
}

Result<AppliedZone> readRowApplied(ByteView body) {
    return readMarked(body, true);
}

Result<AppliedZone> readLooked(ByteView body) {
    return readMarked(body, false);
}

Result<EndedPass> readPass(ByteView body) {
    BodyReader reader(body);
    EndedPass ended;
    ended.pass = reader.u64();
    ended.rows = reader.u64();
    ended.moved = reader.u64();
    if (auto good = reader.check("pass"); !good) {
        return failFrom(good);
    }
    return ended;
}

Digest digestOf(ByteView bytes) {
    return crypto::sha256(bytes);
}

} // namespace keyturn::reencrypt
