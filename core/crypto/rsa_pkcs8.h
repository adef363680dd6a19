// SPDX-License-Identifier: Apache-2.0
// An RSA private key as PKCS#8 DER (RFC 5208, RFC 8017 appendix A.1.2), read and written straight between
// SecretBytes and OpenSSL's numbers: OpenSSL's own decoders leave copies of the DER in freed memory.
// Private to crypto. Plain functions. Errors: BadEncoding, CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/openssl_handles.h"

namespace keyturn::crypto {

/// Strict DER, version 0, two primes; attributes after the key are ignored. That the numbers belong together
/// is not checked.
Result<KeyHandle> rsaKeyFromPkcs8(ByteView der);
Result<SecretBytes> rsaKeyToPkcs8(const EVP_PKEY *key);

} // namespace keyturn::crypto
