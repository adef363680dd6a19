// SPDX-License-Identifier: Apache-2.0
// Tokens of grants: what names a grant before it is known everywhere. In a vault it is known at once; tokens
// are checked all the same.
#include "base/encoding.h"
#include "crypto/random.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/grants.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

constexpr std::uint8_t tokenVersion = 1;
constexpr std::size_t nonceSizeBytes = 16;
constexpr std::size_t sealSizeBytes = 16;
constexpr std::size_t bodySizeBytes =
    1 + std::tuple_size_v<KeyId> + std::tuple_size_v<GrantId> + nonceSizeBytes;

LookupKey sealOf(const VaultCore &core, ByteView body) {
    std::string text("grant token\0", 12);
    text += asText(body);
    return core.rowKeys->lookupKey(Table::Settings, asBytes(text));
}

Fault badToken() {
    return serviceFault(ErrorCode::InvalidGrantToken, "This vault has not issued that grant token.");
}

} // namespace

Result<std::string> makeGrantToken(const VaultCore &core, const GrantState &grant) {
    Bytes bytes{tokenVersion};
    bytes.insert(bytes.end(), grant.key.begin(), grant.key.end());
    bytes.insert(bytes.end(), grant.id.begin(), grant.id.end());
    bytes.resize(bodySizeBytes);
    if (auto filled = crypto::fillRandom(MutableByteView(bytes).last(nonceSizeBytes)); !filled) {
        return failFrom(filled);
    }
    const LookupKey seal = sealOf(core, bytes);
    bytes.insert(bytes.end(), seal.begin(), seal.begin() + sealSizeBytes);
    return toBase64(bytes);
}

Result<GrantPointer> grantOfToken(const VaultCore &core, std::string_view token) {
    const auto bytes = fromBase64(token);
    if (!bytes || bytes->size() != bodySizeBytes + sealSizeBytes || bytes->front() != tokenVersion) {
        return badToken();
    }
    const ByteView body = ByteView(*bytes).first(bodySizeBytes);
    const LookupKey seal = sealOf(core, body);
    if (!equalConstantTime(ByteView(*bytes).last(sealSizeBytes), ByteView(seal).first(sealSizeBytes))) {
        return badToken();
    }
    KeyId key{};
    GrantId id{};
    std::copy_n(body.begin() + 1, key.size(), key.begin());
    std::copy_n(body.begin() + 1 + static_cast<std::ptrdiff_t>(key.size()), id.size(), id.begin());
    return core.grants.find(key, id);
}

Result<std::vector<GrantPointer>> grantsOfTokens(Call &call) {
    std::vector<GrantPointer> grants;
    const kms::Field *field = kms::findField(call.operation.request, "GrantTokens");
    const void *value = field == nullptr ? nullptr : field->access->get(call.request.object());
    if (value == nullptr) {
        return grants;
    }
    call.trace.restOnGrants(call.core);
    for (const std::string &token : *static_cast<const std::vector<std::string> *>(value)) {
        auto grant = grantOfToken(call.core, token);
        if (!grant) {
            return failFrom(grant);
        }
        if (*grant == nullptr) {
            return serviceFault(ErrorCode::InvalidGrantToken, "The grant of that token is no more.");
        }
        grants.push_back(std::move(*grant));
    }
    return grants;
}

} // namespace keyturn::vault
