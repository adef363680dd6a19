// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa_key.h"

#include "crypto/openssl_handles.h"
#include "crypto/rsa_pkcs8.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <array>
#include <limits>
#include <string>

namespace keyturn::crypto {

namespace {

bool isSupportedSize(unsigned sizeBits) {
    return sizeBits == 2048 || sizeBits == 3072 || sizeBits == 4096;
}

Error unsupportedSize(unsigned sizeBits) {
    return clientError(ErrorCode::UnsupportedOperation,
                       "an RSA key has 2048, 3072 or 4096 bits, not " + std::to_string(sizeBits));
}

Error cryptoFailed(const char *act) {
    ERR_clear_error();
    return clientError(ErrorCode::CryptoFailed, std::string("OpenSSL fails to ") + act);
}

/// RSA (and not RSA-PSS) of a supported size; shared from here on.
Result<std::shared_ptr<evp_pkey_st>> accepted(KeyHandle key) {
    if (EVP_PKEY_is_a(key.get(), "RSA") != 1) {
        return fail(ErrorCode::BadEncoding, "the key is no RSA key");
    }
    const auto sizeBits = static_cast<unsigned>(EVP_PKEY_get_bits(key.get()));
    if (!isSupportedSize(sizeBits)) {
        return fail(unsupportedSize(sizeBits));
    }
    return std::shared_ptr<evp_pkey_st>(std::move(key));
}

std::size_t hashSizeBytes(OaepHash hash) {
    return hash == OaepHash::Sha1 ? 20 : 32;
}

/// OSSL_PARAM takes strings by pointer to non-const, though it only reads these.
OSSL_PARAM textParam(const char *name, const char *value) {
    return OSSL_PARAM_construct_utf8_string(name, const_cast<char *>(value), 0);
}

std::array<OSSL_PARAM, 5> oaepParams(OaepHash hash, ByteView label) {
    const char *digest = hash == OaepHash::Sha1 ? "SHA1" : "SHA2-256";
    std::array<OSSL_PARAM, 5> params{textParam(OSSL_ASYM_CIPHER_PARAM_PAD_MODE, OSSL_PKEY_RSA_PAD_MODE_OAEP),
                                     textParam(OSSL_ASYM_CIPHER_PARAM_OAEP_DIGEST, digest),
                                     textParam(OSSL_ASYM_CIPHER_PARAM_MGF1_DIGEST, digest),
                                     OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end()};
    if (!label.empty()) {
        params[3] = OSSL_PARAM_construct_octet_string(OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL,
                                                      const_cast<std::uint8_t *>(label.data()), label.size());
    }
    return params;
}

struct Generation {
    const CancelToken &cancel;
};

/// Called between candidates for a prime; 0 stops.
int goOn(EVP_PKEY_CTX *context) {
    const auto *generation = static_cast<const Generation *>(EVP_PKEY_CTX_get_app_data(context));
    return generation->cancel.isCancelled() ? 0 : 1;
}

} // namespace

Result<RsaPublicKey> RsaPublicKey::fromSpki(ByteView der) {
    const std::uint8_t *at = der.data();
    if (der.empty() || der.size() > std::numeric_limits<int>::max()) {
        return fail(ErrorCode::BadEncoding, "no SubjectPublicKeyInfo in DER");
    }
    KeyHandle key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    if (!key || at != der.data() + der.size()) {
        ERR_clear_error();
        return fail(ErrorCode::BadEncoding, "no SubjectPublicKeyInfo in DER");
    }
    auto shared = accepted(std::move(key));
    if (!shared) {
        return failFrom(shared);
    }
    return RsaPublicKey(std::move(*shared));
}

Result<Bytes> RsaPublicKey::toSpki() const {
    const int size = i2d_PUBKEY(m_key.get(), nullptr);
    if (size <= 0) {
        return fail(cryptoFailed("encode the public key"));
    }
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t *at = der.data();
    if (i2d_PUBKEY(m_key.get(), &at) != size) {
        return fail(cryptoFailed("encode the public key"));
    }
    return der;
}

unsigned RsaPublicKey::sizeBits() const {
    return static_cast<unsigned>(EVP_PKEY_get_bits(m_key.get()));
}

std::size_t RsaPublicKey::maxPlaintextSizeBytes(OaepHash hash) const {
    return ciphertextSizeBytes() - 2 * hashSizeBytes(hash) - 2; // RFC 8017 section 7.1.1
}

Result<Bytes> RsaPublicKey::encryptOaep(OaepHash hash, ByteView plaintext, ByteView label) const {
    if (plaintext.size() > maxPlaintextSizeBytes(hash)) {
        return fail(ErrorCode::Usage, "the plaintext has " + std::to_string(plaintext.size()) +
                                          " bytes; this key and algorithm take at most " +
                                          std::to_string(maxPlaintextSizeBytes(hash)));
    }
    const auto params = oaepParams(hash, label);
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_pkey(nullptr, m_key.get(), nullptr));
    Bytes ciphertext(ciphertextSizeBytes());
    std::size_t size = ciphertext.size();
    static constexpr std::uint8_t nothing = 0; // an empty plaintext still needs an address
    const std::uint8_t *source = plaintext.empty() ? &nothing : plaintext.data();
    if (!context || EVP_PKEY_encrypt_init_ex(context.get(), params.data()) != 1 ||
        EVP_PKEY_encrypt(context.get(), ciphertext.data(), &size, source, plaintext.size()) != 1 ||
        size != ciphertext.size()) {
        return fail(cryptoFailed("encrypt with RSA OAEP"));
    }
    return ciphertext;
}

Result<RsaKeyPair> RsaKeyPair::generate(unsigned sizeBits, const CancelToken &cancel) {
    if (!isSupportedSize(sizeBits)) {
        return fail(unsupportedSize(sizeBits));
    }
    Generation generation{cancel};
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(sizeBits)) != 1) {
        return fail(cryptoFailed("set RSA key generation up"));
    }
    EVP_PKEY_CTX_set_app_data(context.get(), &generation);
    EVP_PKEY_CTX_set_cb(context.get(), goOn);
    EVP_PKEY *key = nullptr;
    const int outcome = cancel.isCancelled() ? 0 : EVP_PKEY_generate(context.get(), &key);
    KeyHandle owned(key);
    if (cancel.isCancelled()) {
        ERR_clear_error();
        return fail(ErrorCode::Cancelled, "stopped while the key was generated");
    }
    if (outcome != 1) {
        return fail(cryptoFailed("generate an RSA key"));
    }
    return RsaKeyPair(std::shared_ptr<evp_pkey_st>(std::move(owned)));
}

Result<RsaKeyPair> RsaKeyPair::fromPkcs8(ByteView der) {
    auto key = rsaKeyFromPkcs8(der);
    if (!key) {
        return failFrom(key);
    }
    auto shared = accepted(std::move(*key));
    if (!shared) {
        return failFrom(shared);
    }
    return RsaKeyPair(std::move(*shared));
}

Result<SecretBytes> RsaKeyPair::toPkcs8() const {
    return rsaKeyToPkcs8(m_key.get());
}

Result<SecretBytes> RsaKeyPair::decryptOaep(OaepHash hash, ByteView ciphertext, ByteView label) const {
    const auto notAuthentic = [] {
        ERR_clear_error();
        return fail(ErrorCode::NotAuthentic, "the ciphertext does not decrypt with this key and algorithm");
    };
    if (ciphertext.size() != publicKey().ciphertextSizeBytes()) {
        return notAuthentic();
    }
    const auto params = oaepParams(hash, label);
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_pkey(nullptr, m_key.get(), nullptr));
    if (!context || EVP_PKEY_decrypt_init_ex(context.get(), params.data()) != 1) {
        return fail(cryptoFailed("set RSA OAEP up"));
    }
    SecretBytes plaintext(ciphertext.size());
    std::size_t size = plaintext.size();
    if (EVP_PKEY_decrypt(context.get(), plaintext.data(), &size, ciphertext.data(), ciphertext.size()) != 1) {
        return notAuthentic();
    }
    plaintext.shrink(size);
    return plaintext;
}

} // namespace keyturn::crypto
