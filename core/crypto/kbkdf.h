// SPDX-License-Identifier: Apache-2.0
// Kbkdf: NIST SP 800-108 in counter mode with HMAC-SHA256. Each block is
//   HMAC(key, counter u32 | label | 0x00 | context | output bits u32), counter from 1, integers big-endian.
// Labels are distinct per purpose (reliability-security.md 3.2). Cannot fail; deriving into a span allocates
// nothing. Thread rule: const members may be called by any number of threads at once on one object.
#pragma once

#include "crypto/hmac_sha256.h"

#include <cstddef>
#include <string_view>

namespace keyturn::crypto {

class Kbkdf {
public:
    static constexpr std::size_t maxOutputSizeBytes = 255 * HmacSha256::tagSizeBytes;

    explicit Kbkdf(ByteView key)
        : m_mac(key) {}

    /// `out` has 1 to maxOutputSizeBytes bytes.
    void derive(std::string_view label, ByteParts context, MutableByteView out) const;
    SecretBytes derive(std::string_view label, ByteParts context, std::size_t sizeBytes) const;
    /// The same with the bytes after the counter given whole, as SP 800-108's test vectors have them.
    void deriveFromFixedInput(ByteParts fixedInput, MutableByteView out) const;

private:
    HmacSha256 m_mac;
};

} // namespace keyturn::crypto
