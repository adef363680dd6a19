// SPDX-License-Identifier: Apache-2.0
// Random bytes from OpenSSL's generator. Any thread. Errors: CryptoFailed when the generator cannot seed.
// One call has a fixed cost (reliability-security.md 3.8): fetch what a request needs at once.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <cstddef>

namespace keyturn::crypto {

/// Bytes that may be seen later: nonces, salts, identifiers.
Status fillRandom(MutableByteView out);
/// Bytes that stay secret: keys, recovery codes. From the generator that public values never touch.
Status fillRandomSecret(MutableByteView out);
Result<SecretBytes> randomSecret(std::size_t sizeBytes);

} // namespace keyturn::crypto
