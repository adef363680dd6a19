// SPDX-License-Identifier: Apache-2.0
// From a passphrase to a key: Argon2id (RFC 9106, libsodium, one lane) or scrypt (RFC 7914, OpenSSL).
// Thread rule: any thread, but not the GUI's: it takes about a second and much memory.
// Parameters that come from a file are attacker input: derivePasswordKey refuses those outside the bounds of
// reliability-security.md 3.2 before it allocates anything.
// Errors: KdfOutOfBounds, Usage (salt or output size), OutOfMemory, Cancelled, CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <variant>

namespace keyturn::crypto {

struct Argon2idParams {
    std::uint32_t memoryKib = 256 * 1024; ///< 19 MiB to 2 GiB
    std::uint32_t passes = 3;             ///< 1 to 32

    bool operator==(const Argon2idParams &) const = default;
};

struct ScryptParams {
    std::uint8_t costLog2 = 17;    ///< N = 2^costLog2, 15 to 20
    std::uint32_t blockSize = 8;   ///< r, always 8
    std::uint32_t parallelism = 1; ///< p, 1 to 4

    bool operator==(const ScryptParams &) const = default;
};

using PasswordKdfParams = std::variant<Argon2idParams, ScryptParams>;

inline constexpr std::size_t passwordSaltSizeBytes = 16;

/// KdfOutOfBounds, naming the parameter and its bounds.
Status checkPasswordKdfBounds(const PasswordKdfParams &params);
/// What a derivation will allocate.
std::uint64_t passwordKdfMemoryBytes(const PasswordKdfParams &params);

/// A key of `sizeBytes` (16 to 64). The token is looked at before and after the work, which itself runs on.
Result<SecretBytes> derivePasswordKey(const PasswordKdfParams &params, ByteView passphrase, ByteView salt,
                                      std::size_t sizeBytes, const CancelToken &cancel = {});

/// scrypt without our bounds, for its published vectors; nothing that reads a file calls it.
Status scryptUnbounded(const ScryptParams &params, ByteView passphrase, ByteView salt, MutableByteView out);

} // namespace keyturn::crypto
