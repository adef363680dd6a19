// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA256 (RFC 2104, FIPS 198-1). A keyed object holds the two key blocks already hashed, 64 bytes of the
// secure heap, and not the key. Cannot fail; computing allocates nothing.
// Thread rule: const members may be called by any number of threads at once on one object.
#pragma once

#include "base/secret_bytes.h"
#include "crypto/byte_parts.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace keyturn::crypto {

using HmacSha256Tag = std::array<std::uint8_t, 32>;

class HmacSha256 {
public:
    static constexpr std::size_t tagSizeBytes = 32;

    /// A key of any length (RFC 2104: one longer than 64 bytes is hashed first).
    explicit HmacSha256(ByteView key);

    HmacSha256Tag compute(ByteView message) const { return compute(ByteParts(message)); }
    HmacSha256Tag compute(ByteParts message) const;
    /// Writes the first out.size() bytes of the tag (at most 32): for tags that are themselves key bytes.
    void computeInto(ByteParts message, MutableByteView out) const;
    /// In constant time. A shorter `tag` is compared with as many first bytes; under 16 bytes never matches.
    bool verify(ByteParts message, ByteView tag) const;

private:
    SecretBytes m_midstates; ///< chaining values after the inner, then after the outer key block
};

/// One tag under a key that is used once (SigV4's chain).
HmacSha256Tag hmacSha256(ByteView key, ByteView message);

} // namespace keyturn::crypto
