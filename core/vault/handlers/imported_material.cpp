// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/imported_material.h"

#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/rsa_key.h"
#include "crypto/sha256.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_specs.h"

namespace keyturn::vault {

namespace {

constexpr std::size_t symmetricSizeBytes = 32;

Fault incorrect(const KeyState &key, const std::string &needed) {
    return serviceFault(ErrorCode::IncorrectKeyMaterial, "The key material is not one of key spec " +
                                                             std::string(kms::Open(key.spec).text()) +
                                                             ", which needs " + needed + ".");
}

template <class Pair>
Result<PreparedImport> encoded(const Pair &pair) {
    Result<SecretBytes> secret = pair.toPkcs8();
    if (!secret) {
        return failFrom(secret);
    }
    Result<Bytes> publicKey = pair.publicKey().toSpki();
    if (!publicKey) {
        return failFrom(publicKey);
    }
    return PreparedImport{std::move(*secret), std::move(*publicKey), {}};
}

/// A public key is computed from a curve's number, but stands beside an RSA key's: that they belong together
/// shows in use.
bool worksAsOne(const crypto::RsaKeyPair &pair) {
    constexpr std::array<std::uint8_t, 32> digest{};
    const auto signature = pair.sign(crypto::RsaPadding::Pkcs1, crypto::Hash::Sha256, digest);
    return signature &&
           pair.publicKey().verify(crypto::RsaPadding::Pkcs1, crypto::Hash::Sha256, digest, *signature);
}

Result<PreparedImport> rsaMaterial(const KeyState &key, unsigned sizeBits, ByteView bytes) {
    const auto pair = crypto::RsaKeyPair::fromPkcs8(bytes);
    if (!pair || pair->sizeBits() != sizeBits || !worksAsOne(*pair)) {
        return incorrect(key, "an RSA private key of " + std::to_string(sizeBits) + " bits in PKCS#8 DER");
    }
    return encoded(*pair);
}

Result<PreparedImport> curveMaterial(const KeyState &key, crypto::Curve curve, ByteView bytes) {
    const auto pair = crypto::EcKeyPair::fromPkcs8(bytes);
    if (!pair || pair->curve() != curve) {
        return incorrect(key, "a private key on that curve in PKCS#8 DER");
    }
    return encoded(*pair);
}

Result<PreparedImport> bareMaterial(const KeyState &key, SizeRange sizeBytes, ByteView bytes) {
    if (sizeBytes.has(bytes.size())) {
        return PreparedImport{SecretBytes::copyOf(bytes), {}, {}};
    }
    return incorrect(key, sizeBytes.least == sizeBytes.most ? std::to_string(sizeBytes.least) + " bytes"
                                                            : std::to_string(sizeBytes.least) + " to " +
                                                                  std::to_string(sizeBytes.most) + " bytes");
}

Result<PreparedImport> readMaterial(const KeyState &key, ByteView bytes) {
    if (key.isSymmetric()) {
        return bareMaterial(key, {symmetricSizeBytes, symmetricSizeBytes}, bytes);
    }
    if (const auto hash = macHashOf(key.spec)) {
        return bareMaterial(key, macKeySizeBytes(*hash), bytes);
    }
    if (const unsigned sizeBits = rsaSizeBits(key.spec); sizeBits != 0) {
        return rsaMaterial(key, sizeBits, bytes);
    }
    if (const auto curve = curveOf(key.spec)) {
        return curveMaterial(key, *curve, bytes);
    }
    const auto pair = crypto::Ed25519KeyPair::fromPkcs8(bytes);
    return pair ? encoded(*pair)
                : Result<PreparedImport>(incorrect(key, "an Ed25519 private key in PKCS#8 DER"));
}

} // namespace

Result<PreparedImport> materialFrom(const KeyState &key, ByteView bytes) {
    auto material = readMaterial(key, bytes);
    if (material) {
        // One private key has several encodings, but one public key.
        const ByteView itself =
            material->publicKey.empty() ? material->secret.view() : ByteView(material->publicKey);
        material->fingerprint = crypto::sha256({asBytes("kv1/imported-material"), ByteView(key.id), itself});
    }
    return material;
}

} // namespace keyturn::vault
