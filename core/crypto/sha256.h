// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4). Cannot fail and allocates nothing; state and input copies are wiped.
// Any thread may call sha256(); one Sha256 object belongs to one thread at a time.
#pragma once

#include "crypto/byte_parts.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace keyturn::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest sha256(ByteView message);
Sha256Digest sha256(ByteParts message);

/// The digest of a message that comes in pieces.
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256 &) = default; ///< a running digest may be forked
    Sha256 &operator=(const Sha256 &) = default;
    ~Sha256();

    void update(ByteView bytes);
    /// The digest; the object starts anew afterwards.
    Sha256Digest finish();

private:
    alignas(8) std::array<std::byte, 112> m_state;
};

} // namespace keyturn::crypto
