// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.h"

#include <openssl/rand.h>

#include <limits>

namespace keyturn::crypto {

namespace {

template <class Generator>
Status fill(MutableByteView out, Generator generator) {
    if (out.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) ||
        generator(out.data(), static_cast<int>(out.size())) != 1) {
        return fail(ErrorCode::CryptoFailed, "the random generator gives nothing", ErrorOrigin::System);
    }
    return {};
}

} // namespace

Status fillRandom(MutableByteView out) {
    return fill(out, RAND_bytes);
}

Status fillRandomSecret(MutableByteView out) {
    return fill(out, RAND_priv_bytes);
}

Result<SecretBytes> randomSecret(std::size_t sizeBytes) {
    SecretBytes secret(sizeBytes);
    if (auto filled = fillRandomSecret(secret.mutableView()); !filled) {
        return failFrom(filled);
    }
    return secret;
}

} // namespace keyturn::crypto
