// SPDX-License-Identifier: Apache-2.0
// The body of what becomes of a whole zone of rows or files: Verified, Final, Undone (FORMAT.md "The
// journal"): its number, then its items. Pure functions, any thread. Errors: NotAuthentic (a body that cannot
// be read).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "reencrypt/item.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

Bytes zoneBody(std::uint64_t zone, const std::vector<ItemRecord> &items);
/// `what` names the zone for the error: "zone of rows".
Result<std::uint64_t> readZoneNumber(ByteView body, std::string_view what);

} // namespace keyturn::reencrypt
