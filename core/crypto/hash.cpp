// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"

#include "crypto/openssl_handles.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <array>

namespace keyturn::crypto {

namespace {

using MacHandle = std::unique_ptr<EVP_MAC, HandleDeleter<EVP_MAC_free>>;
using MacContextHandle = std::unique_ptr<EVP_MAC_CTX, HandleDeleter<EVP_MAC_CTX_free>>;

EVP_MAC *hmacMethod() {
    static const MacHandle method(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    return method.get();
}

Error hashFailed() {
    ERR_clear_error();
    return clientError(ErrorCode::CryptoFailed, "OpenSSL fails to compute a hash");
}

} // namespace

std::size_t hashSizeBytes(Hash hash) {
    switch (hash) {
    case Hash::Sha224:
        return 28;
    case Hash::Sha256:
    case Hash::Sm3:
        return 32;
    case Hash::Sha384:
        return 48;
    case Hash::Sha512:
        return 64;
    }
    return 0;
}

const evp_md_st *messageDigest(Hash hash) {
    switch (hash) {
    case Hash::Sha224:
        return EVP_sha224();
    case Hash::Sha256:
        return EVP_sha256();
    case Hash::Sha384:
        return EVP_sha384();
    case Hash::Sha512:
        return EVP_sha512();
    case Hash::Sm3:
#ifndef OPENSSL_NO_SM3
        return EVP_sm3();
#else
        return nullptr;
#endif
    }
    return nullptr;
}

std::string opensslVersion() {
    return std::string("OpenSSL ") + OpenSSL_version(OPENSSL_VERSION_STRING);
}

Result<Bytes> digestOf(Hash hash, ByteView message) {
    Bytes digest(hashSizeBytes(hash));
    unsigned size = 0;
    const EVP_MD *method = messageDigest(hash);
    if (method == nullptr ||
        EVP_Digest(message.data(), message.size(), digest.data(), &size, method, nullptr) != 1 ||
        size != digest.size()) {
        return fail(hashFailed());
    }
    return digest;
}

Result<Bytes> HmacKey::compute(ByteView message) const {
    const EVP_MD *method = messageDigest(m_hash);
    const MacContextHandle context(hmacMethod() != nullptr ? EVP_MAC_CTX_new(hmacMethod()) : nullptr);
    Bytes tag(hashSizeBytes(m_hash));
    std::size_t size = 0;
    if (!context || method == nullptr) {
        return fail(hashFailed());
    }
    // OSSL_PARAM takes strings by pointer to non-const, though it only reads this one.
    const std::array<OSSL_PARAM, 2> params{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char *>(EVP_MD_get0_name(method)),
                                         0),
        OSSL_PARAM_construct_end()};
    static constexpr std::uint8_t nothing = 0; // an empty key still needs an address
    const std::uint8_t *key = m_key.empty() ? &nothing : m_key.data();
    if (EVP_MAC_init(context.get(), key, m_key.size(), params.data()) != 1 ||
        EVP_MAC_update(context.get(), message.data(), message.size()) != 1 ||
        EVP_MAC_final(context.get(), tag.data(), &size, tag.size()) != 1 || size != tag.size()) {
        return fail(hashFailed());
    }
    return tag;
}

Status HmacKey::verify(ByteView message, ByteView tag) const {
    const auto expected = compute(message);
    if (!expected) {
        return tl::unexpected<Error>(expected.error());
    }
    if (tag.size() != expected->size() || !equalConstantTime(tag, *expected)) {
        return fail(ErrorCode::NotAuthentic, "the MAC does not match");
    }
    return {};
}

} // namespace keyturn::crypto
