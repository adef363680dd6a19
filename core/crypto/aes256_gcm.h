// SPDX-License-Identifier: Apache-2.0
// AES-256-GCM (NIST SP 800-38D) with a 96-bit IV and a 128-bit tag, nothing else.
// Thread rule: any thread. The cipher is fetched once for the process, the context is one per thread and
// holds no key between calls. Into a span nothing is allocated but that context, on a thread's first call.
// The caller answers for never using an IV twice under one key.
// Errors: NotAuthentic (open: key, IV, associated data, ciphertext or tag differ; nothing is given out),
// Usage (a size is off), CryptoFailed, OutOfMemory.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/byte_parts.h"

#include <cstddef>

namespace keyturn::crypto {

class Aes256Gcm {
public:
    static constexpr std::size_t keySizeBytes = 32;
    static constexpr std::size_t ivSizeBytes = 12;
    static constexpr std::size_t tagSizeBytes = 16;

    /// out = ciphertext, then tag: plaintext.size() + tagSizeBytes. `out` and `plaintext` do not overlap.
    static Status seal(ByteView key, ByteView iv, ByteParts associatedData, ByteView plaintext,
                       MutableByteView out);
    /// out.size() is sealed.size() - tagSizeBytes; wiped when the tag is wrong.
    static Status open(ByteView key, ByteView iv, ByteParts associatedData, ByteView sealed,
                       MutableByteView out);

    static Result<Bytes> seal(ByteView key, ByteView iv, ByteParts associatedData, ByteView plaintext);
    static Result<SecretBytes> open(ByteView key, ByteView iv, ByteParts associatedData, ByteView sealed);
};

} // namespace keyturn::crypto
