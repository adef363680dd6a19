// SPDX-License-Identifier: Apache-2.0
// Paging: Limit in, Marker in and NextMarker out (kms-semantics.md section 11). A marker is opaque, bound to
// its operation, key and vault, and good for ever: also in the next run of a program (ROWS.md).
// Pure functions. Errors: InvalidMarker.
#pragma once

#include "vault/handlers/call.h"

#include <optional>
#include <string>

namespace keyturn::vault {

/// What a caller asked for, no more than the operation's limit: fewer items than asked are legal.
std::size_t pageSize(const Call &call, const std::optional<std::int64_t> &limit);
/// `scope`: the key that is listed, empty for all keys.
std::string makeMarker(const Call &call, std::string_view scope, std::string_view position);
/// The position; empty for the first page.
Result<std::string> readMarker(const Call &call, std::string_view scope,
                               const std::optional<std::string> &marker);

/// Cuts `items` (fetched one more than a page) to a page and says how to go on.
template <class Item, class Reply, class PositionOf>
void closePage(const Call &call, std::string_view scope, std::size_t size, std::vector<Item> &items,
               Reply &reply, PositionOf positionOf) {
    reply.truncated = items.size() > size;
    if (*reply.truncated) {
        items.resize(size);
        reply.nextMarker = makeMarker(call, scope, positionOf(items.back()));
    }
}

} // namespace keyturn::vault
