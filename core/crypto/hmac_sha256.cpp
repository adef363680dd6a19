// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac_sha256.h"

#include "crypto/sha256_state.h"

#include <cassert>
#include <cstring>

namespace keyturn::crypto {

namespace {

constexpr std::size_t blockSizeBytes = SHA256_CBLOCK;
constexpr std::uint8_t innerPad = 0x36;
constexpr std::uint8_t outerPad = 0x5c;

using KeyBlock = std::array<std::uint8_t, blockSizeBytes>;

ChainingValue afterPaddedKey(const KeyBlock &key, std::uint8_t pad) {
    KeyBlock padded = key;
    for (std::uint8_t &byte : padded) {
        byte ^= pad;
    }
    Sha256State state;
    state.update(padded);
    wipe(padded);
    return state.chainingValue();
}

ChainingValue loadChainingValue(const std::uint8_t *bytes) {
    ChainingValue value;
    std::memcpy(value.data(), bytes, sizeof value);
    return value;
}

} // namespace

HmacSha256::HmacSha256(ByteView key)
    : m_midstates(2 * sizeof(ChainingValue)) {
    KeyBlock block{};
    if (key.size() > block.size()) {
        Sha256Digest hashed = sha256(key);
        std::copy(hashed.begin(), hashed.end(), block.begin());
        wipe(hashed);
    } else {
        std::copy(key.begin(), key.end(), block.begin());
    }
    ChainingValue inner = afterPaddedKey(block, innerPad);
    ChainingValue outer = afterPaddedKey(block, outerPad);
    std::memcpy(m_midstates.data(), inner.data(), sizeof inner);
    std::memcpy(m_midstates.data() + sizeof inner, outer.data(), sizeof outer);
    wipe(block);
    OPENSSL_cleanse(inner.data(), sizeof inner);
    OPENSSL_cleanse(outer.data(), sizeof outer);
}

HmacSha256Tag HmacSha256::compute(ByteParts message) const {
    assert(!m_midstates.empty()); // not moved from
    HmacSha256Tag tag;
    {
        Sha256State inner(loadChainingValue(m_midstates.data()));
        inner.update(message);
        inner.finish(tag);
    }
    Sha256State outer(loadChainingValue(m_midstates.data() + sizeof(ChainingValue)));
    outer.update(tag);
    outer.finish(tag);
    return tag;
}

void HmacSha256::computeInto(ByteParts message, MutableByteView out) const {
    assert(out.size() <= tagSizeBytes);
    HmacSha256Tag tag = compute(message);
    std::copy_n(tag.begin(), out.size(), out.begin());
    wipe(tag);
}

bool HmacSha256::verify(ByteParts message, ByteView tag) const {
    constexpr std::size_t shortestTagBytes = 16;
    if (tag.size() < shortestTagBytes || tag.size() > tagSizeBytes) {
        return false;
    }
    const HmacSha256Tag expected = compute(message);
    return equalConstantTime(ByteView(expected).first(tag.size()), tag);
}

HmacSha256Tag hmacSha256(ByteView key, ByteView message) {
    return HmacSha256(key).compute(message);
}

} // namespace keyturn::crypto
