// SPDX-License-Identifier: Apache-2.0
// RSA keys (RFC 8017), for encryption with OAEP: MGF1 with the same hash, as KMS's RSAES_OAEP_SHA_1 and
// RSAES_OAEP_SHA_256; and for signatures, PKCS #1 v1.5 and PSS with MGF1 of the same hash and a salt as long
// as the hash. KMS's label is empty; others are there for other parties' messages and the vectors. A
// key decodes once and keeps its EVP_PKEY. Thread rule: const members may be called by any number of threads
// at once. Generating takes up to seconds and decrypting milliseconds: never on the GUI thread. Copies of a
// key share one immutable EVP_PKEY. Errors: BadEncoding (no RSA key of this form), UnsupportedOperation (size
// outside 2048, 3072, 4096), Usage (plaintext too long, naming the limit), NotAuthentic (any failure to
// decrypt, not told apart), Cancelled, CryptoFailed.
#pragma once

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/hash.h"

#include <cstddef>
#include <cstdint>
#include <memory>

struct evp_pkey_st;

namespace keyturn::crypto {

enum class OaepHash : std::uint8_t { Sha1, Sha256 };
enum class RsaPadding : std::uint8_t { Pkcs1, Pss };

class RsaPublicKey {
public:
    static Result<RsaPublicKey> fromSpki(ByteView der);
    Result<Bytes> toSpki() const;

    unsigned sizeBits() const;
    std::size_t ciphertextSizeBytes() const { return sizeBits() / 8; }
    /// 2048: 214 with SHA-1, 190 with SHA-256; 3072: 342, 318; 4096: 470, 446.
    std::size_t maxPlaintextSizeBytes(OaepHash hash) const;
    Result<Bytes> encryptOaep(OaepHash hash, ByteView plaintext, ByteView label = {}) const;
    /// Of a digest by `hash`. NotAuthentic: no signature by this key.
    Status verify(RsaPadding padding, Hash hash, ByteView digest, ByteView signature) const;

private:
    friend class RsaKeyPair;
    explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key)
        : m_key(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> m_key;
};

class RsaKeyPair {
public:
    /// 2048, 3072 or 4096 bits, exponent 65537.
    static Result<RsaKeyPair> generate(unsigned sizeBits, const CancelToken &cancel = {});
    static Result<RsaKeyPair> fromPkcs8(ByteView der);
    Result<SecretBytes> toPkcs8() const;

    /// Shares the key; its functions use the public half only.
    RsaPublicKey publicKey() const { return RsaPublicKey(m_key); }
    unsigned sizeBits() const { return publicKey().sizeBits(); }
    Result<SecretBytes> decryptOaep(OaepHash hash, ByteView ciphertext, ByteView label = {}) const;
    /// Of a digest by `hash`; Usage when it has another length.
    Result<Bytes> sign(RsaPadding padding, Hash hash, ByteView digest) const;

private:
    explicit RsaKeyPair(std::shared_ptr<evp_pkey_st> key)
        : m_key(std::move(key)) {}
    std::shared_ptr<evp_pkey_st> m_key;
};

} // namespace keyturn::crypto
