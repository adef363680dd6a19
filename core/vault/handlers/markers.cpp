// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/markers.h"

#include "base/encoding.h"
#include "vault/handlers/faults.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

constexpr std::uint8_t markerVersion = 1;
constexpr std::size_t headSizeBytes = 2; ///< version, operation
constexpr std::size_t sealSizeBytes = 16;

/// Over the operation's name, which outlives its number, and lengths, so that nothing shifts.
LookupKey sealOf(const Call &call, std::string_view scope, std::string_view position) {
    std::string text("marker\0", 7);
    const auto append = [&](std::string_view part) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    };
    for (const std::string_view part : {call.operation.name, scope, position}) {
        append(part);
    }
    if (!call.core.names.rowRegion.empty()) { // those of the vault's own Region are as they always were
        append(call.core.names.rowRegion);
    }
    return call.core.rowKeys->lookupKey(Table::Settings, asBytes(text));
}

Fault badMarker() {
    return serviceFault(ErrorCode::InvalidMarker, "The marker is not one that this operation has given.");
}

} // namespace

std::size_t pageSize(const Call &call, const std::optional<std::int64_t> &limit) {
    const kms::PagingInfo &paging = call.operation.paging;
    return static_cast<std::size_t>(
        std::min<std::int64_t>(limit.value_or(paging.limitDefault), paging.limitMax));
}

std::string makeMarker(const Call &call, std::string_view scope, std::string_view position) {
    const LookupKey seal = sealOf(call, scope, position);
    Bytes bytes{markerVersion, static_cast<std::uint8_t>(call.operation.id)};
    bytes.insert(bytes.end(), position.begin(), position.end());
    bytes.insert(bytes.end(), seal.begin(), seal.begin() + sealSizeBytes);
    return toBase64(bytes);
}

Result<std::string> readMarker(const Call &call, std::string_view scope,
                               const std::optional<std::string> &marker) {
    if (!marker) {
        return std::string();
    }
    const auto bytes = fromBase64(*marker);
    if (!bytes || bytes->size() < headSizeBytes + sealSizeBytes || bytes->front() != markerVersion) {
        return badMarker();
    }
    const ByteView view(*bytes);
    const auto position = asText(view.subspan(headSizeBytes, view.size() - headSizeBytes - sealSizeBytes));
    const LookupKey seal = sealOf(call, scope, position);
    if (!equalConstantTime(view.last(sealSizeBytes), ByteView(seal).first(sealSizeBytes))) {
        return badMarker();
    }
    return std::string(position);
}

} // namespace keyturn::vault
