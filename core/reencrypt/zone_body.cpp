// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/zone_body.h"

#include "reencrypt/body.h"
#include "reencrypt/journal.h"

namespace keyturn::reencrypt {

Bytes zoneBody(std::uint64_t zone, const std::vector<ItemRecord> &items) {
    Bytes body;
    appendU64(body, zone);
    appendItems(body, items);
    return body;
}

Result<std::uint64_t> readZoneNumber(ByteView body, std::string_view what) {
    auto parts = readItems(body);
    if (!parts) {
        return failFrom(parts);
    }
    BodyReader reader(parts->head);
    const std::uint64_t zone = reader.u64();
    if (auto good = reader.check(what); !good) {
        return failFrom(good);
    }
    return zone;
}

} // namespace keyturn::reencrypt
