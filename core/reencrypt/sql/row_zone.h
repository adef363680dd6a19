// SPDX-License-Identifier: Apache-2.0
// RowZone: the bodies of the records that the lane of databases writes (FORMAT.md "The journal"). Plain
// values and pure functions, any thread. Errors: NotAuthentic (a body that cannot be read).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "reencrypt/journal.h"

#include <cstdint>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

/// One row of a hot zone: what it held, as a digest of the whole value, and what it will hold.
struct ZoneRow {
    std::string key;
    Digest old{};
    Bytes to;
    ItemState proven = ItemState::Applied; ///< what it is once it stands: Applied or Verified
};

struct RowZone {
    std::uint64_t number = 0;
    std::vector<ZoneRow> rows;
    std::vector<ItemRecord> items; ///< of the rows, in their order, in state Intent
};
Bytes intentBody(const RowZone &zone);
Result<RowZone> readRowIntent(ByteView body);

/// Where a pass stands after a page.
struct PassMark {
    std::uint64_t pass = 0;
    std::uint64_t moved = 0; ///< rows of this page that were on an old key
    std::string cursor;      ///< key of the last row that was looked at
};
Bytes appliedBody(std::uint64_t zone, const PassMark &mark, const std::vector<ItemRecord> &items);
Bytes lookedBody(const PassMark &mark, const std::vector<ItemRecord> &items);
Bytes passBody(std::uint64_t pass, std::uint64_t rows, std::uint64_t moved);

struct AppliedZone {
    std::uint64_t zone = 0;
    PassMark mark;
    std::vector<ItemRecord> items;
};
Result<AppliedZone> readRowApplied(ByteView body);
Result<AppliedZone> readLooked(ByteView body); ///< zone 0
struct EndedPass {
    std::uint64_t pass = 0;
    std::uint64_t rows = 0;
    std::uint64_t moved = 0;
};
Result<EndedPass> readPass(ByteView body);

Digest digestOf(ByteView bytes);

} // namespace keyturn::reencrypt
