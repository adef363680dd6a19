// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace keyturn::crypto {

namespace {

/// A thread's own generator is asked directly: RAND_bytes does the same behind a lock that all threads share.
Status fill(MutableByteView out, EVP_RAND_CTX *generator) {
    if (generator == nullptr || EVP_RAND_generate(generator, out.data(), out.size(), 0, 0, nullptr, 0) != 1) {
        return fail(ErrorCode::CryptoFailed, "the random generator gives nothing", ErrorOrigin::System);
    }
    return {};
}

} // namespace

Status fillRandom(MutableByteView out) {
    return fill(out, RAND_get0_public(nullptr));
}

Status fillRandomSecret(MutableByteView out) {
    return fill(out, RAND_get0_private(nullptr));
}

Result<SecretBytes> randomSecret(std::size_t sizeBytes) {
    SecretBytes secret(sizeBytes);
    if (auto filled = fillRandomSecret(secret.mutableView()); !filled) {
        return failFrom(filled);
    }
    return secret;
}

} // namespace keyturn::crypto
