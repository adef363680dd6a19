// SPDX-License-Identifier: Apache-2.0
// AES key wrap with padding under a 256-bit key (RFC 5649, SP 800-38F KWP): the second half of KMS's
// RSA_AES_KEY_WRAP. Plain functions, any thread. Errors: Usage (a wrapping key of another size, nothing to
// wrap, more than maxWrappedKeySizeBytes), NotAuthentic (any failure to unwrap, not told apart),
// CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <cstddef>

namespace keyturn::crypto {

inline constexpr std::size_t keyWrapKeySizeBytes = 32;
inline constexpr std::size_t maxWrappedKeySizeBytes = 65'536;

Result<Bytes> wrapKeyPadded(ByteView wrappingKey, ByteView key);
Result<SecretBytes> unwrapKeyPadded(ByteView wrappingKey, ByteView wrapped);

} // namespace keyturn::crypto
