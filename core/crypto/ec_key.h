// SPDX-License-Identifier: Apache-2.0
// Elliptic-curve keys: ECDSA (FIPS 186-5) and ECDH (SP 800-56A) on the NIST curves and secp256k1; SM2
// signatures, encryption and the x coordinate of a shared point on SM2's curve (GB/T 32918). Signatures are
// DER as KMS has them, SM2 ciphertexts the ASN.1 form. Public keys are SubjectPublicKeyInfo of a named curve
// (RFC 5480), private ones PKCS#8 (RFC 5915); a private key's public half is computed from it and never
// believed. Thread rule: const members may be called by any number of threads at once; copies share one
// immutable key. Errors: BadEncoding (no key of this form, a point that is not on its curve),
// UnsupportedOperation (a curve that OpenSSL was built without, SM2 acts on other curves), Usage (a digest of
// another length, keys of two curves), NotAuthentic (a signature or ciphertext that does not match),
// CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/hash.h"

#include <memory>

struct evp_pkey_st;

namespace keyturn::crypto {

enum class Curve : std::uint8_t { P256, P384, P521, Secp256k1, Sm2 };

/// Of the curve's own strength: SHA-256, 384, 512, SHA-256, SM3.
Hash hashOf(Curve curve);
/// Whether the OpenSSL that runs has it.
bool hasCurve(Curve curve);

class EcPublicKey {
public:
    static Result<EcPublicKey> fromSpki(ByteView der);
    Result<Bytes> toSpki() const;

    Curve curve() const { return m_curve; }
    /// Of a digest by hashOf(curve()). On SM2 the digest is of the identity's hash and the message.
    Status verify(ByteView digest, ByteView signature) const;
    /// SM2 only: hashed with the signer's default identity "1234567812345678" and SM3.
    Result<Bytes> sm2Digest(ByteView message) const;
    /// SM2 only. Any length from 1.
    Result<Bytes> encryptSm2(ByteView plaintext) const;

private:
    friend class EcKeyPair;
    EcPublicKey(Curve curve, std::shared_ptr<evp_pkey_st> key, Bytes point)
        : m_curve(curve)
        , m_key(std::move(key))
        , m_point(std::move(point)) {}
    Curve m_curve;
    std::shared_ptr<evp_pkey_st> m_key;
    Bytes m_point; ///< 0x04, x, y
};

class EcKeyPair {
public:
    static Result<EcKeyPair> generate(Curve curve);
    static Result<EcKeyPair> fromPkcs8(ByteView der);
    Result<SecretBytes> toPkcs8() const;

    /// Shares the key; its functions use the public half only.
    const EcPublicKey &publicKey() const { return m_public; }
    Curve curve() const { return m_public.curve(); }
    Result<Bytes> sign(ByteView digest) const;
    /// The x coordinate, as long as the curve's field. Usage: the peer is on another curve.
    Result<SecretBytes> agree(const EcPublicKey &peer) const;
    /// SM2 only.
    Result<SecretBytes> decryptSm2(ByteView ciphertext) const;

private:
    EcKeyPair(EcPublicKey publicKey, SecretBytes scalar)
        : m_public(std::move(publicKey))
        , m_scalar(std::move(scalar)) {}
    static Result<EcKeyPair> fromScalar(Curve curve, SecretBytes scalar);

    EcPublicKey m_public; ///< its EVP_PKEY holds the private half as well
    SecretBytes m_scalar; ///< big-endian, as long as the curve's order
};

} // namespace keyturn::crypto
