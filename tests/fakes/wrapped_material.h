// SPDX-License-Identifier: Apache-2.0
// Key material wrapped as somebody who imports it wraps it, and material to wrap. Header only; plain
// functions that end the program when something does not work.
#pragma once

#include "crypto/aes_key_wrap.h"
#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/random.h"
#include "crypto/rsa_key.h"
#include "kms/enums.h"

#include <cstdlib>
#include <optional>

namespace keyturn::test {

template <class T>
T orAbort(Result<T> result) {
    if (!result) {
        std::abort();
    }
    return std::move(*result);
}

/// Under the public key of GetParametersForImport, by its algorithm.
inline Bytes wrappedMaterial(kms::AlgorithmSpec algorithm, ByteView spki, ByteView material) {
    using enum kms::AlgorithmSpec;
    if (algorithm == SM2PKE) {
        return orAbort(orAbort(crypto::EcPublicKey::fromSpki(spki)).encryptSm2(material));
    }
    const auto key = orAbort(crypto::RsaPublicKey::fromSpki(spki));
    const bool isSha1 = algorithm == RSAES_OAEP_SHA_1 || algorithm == RSA_AES_KEY_WRAP_SHA_1;
    const auto hash = isSha1 ? crypto::OaepHash::Sha1 : crypto::OaepHash::Sha256;
    if (algorithm == RSAES_OAEP_SHA_1 || algorithm == RSAES_OAEP_SHA_256) {
        return orAbort(key.encryptOaep(hash, material));
    }
    const SecretBytes aesKey = orAbort(crypto::randomSecret(crypto::keyWrapKeySizeBytes));
    Bytes out = orAbort(key.encryptOaep(hash, aesKey.view()));
    const Bytes second = orAbort(crypto::wrapKeyPadded(aesKey.view(), material));
    out.insert(out.end(), second.begin(), second.end());
    return out;
}

/// A private key of a curve's spec in PKCS#8.
inline Bytes pkcs8Of(crypto::Curve curve) {
    return toBytes(orAbort(orAbort(crypto::EcKeyPair::generate(curve)).toPkcs8()).view());
}

inline Bytes randomMaterial(std::size_t sizeBytes) {
    return toBytes(orAbort(crypto::randomSecret(sizeBytes)).view());
}

} // namespace keyturn::test
