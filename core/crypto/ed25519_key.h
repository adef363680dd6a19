// SPDX-License-Identifier: Apache-2.0
// Ed25519 keys (RFC 8032): pure signatures, and the prehashed form Ed25519ph with an empty context, which
// hashes what it is given with SHA-512. Public keys are SubjectPublicKeyInfo, private ones PKCS#8 (RFC 8410).
// Ed25519ph is libsodium's: OpenSSL has it from 3.2 on only. Thread rule: const members may be called by any
// number of threads at once. Errors: BadEncoding, NotAuthentic (a signature that does not match),
// CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret_bytes.h"

#include <array>
#include <cstdint>

namespace keyturn::crypto {

enum class Ed25519Form : std::uint8_t { Pure, Prehashed };

class Ed25519PublicKey {
public:
    static constexpr std::size_t sizeBytes = 32;

    static Result<Ed25519PublicKey> fromSpki(ByteView der);
    Bytes toSpki() const;
    Status verify(Ed25519Form form, ByteView message, ByteView signature) const;

private:
    friend class Ed25519KeyPair;
    Ed25519PublicKey() = default;
    std::array<std::uint8_t, sizeBytes> m_bytes{};
};

class Ed25519KeyPair {
public:
    static Result<Ed25519KeyPair> generate();
    static Result<Ed25519KeyPair> fromPkcs8(ByteView der);
    SecretBytes toPkcs8() const;

    const Ed25519PublicKey &publicKey() const { return m_public; }
    Result<Bytes> sign(Ed25519Form form, ByteView message) const;

private:
    Ed25519KeyPair() = default;
    static Result<Ed25519KeyPair> fromSeed(ByteView seed);

    SecretBytes m_expanded; ///< libsodium's form: seed, then public key
    Ed25519PublicKey m_public;
};

} // namespace keyturn::crypto
