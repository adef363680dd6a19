// SPDX-License-Identifier: Apache-2.0
// Signatures of RsaKeyPair and RsaPublicKey.
#include "crypto/openssl_handles.h"
#include "crypto/rsa_key.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <string>

namespace keyturn::crypto {

namespace {

bool setUp(EVP_PKEY_CTX *context, RsaPadding padding, Hash hash) {
    const EVP_MD *method = messageDigest(hash);
    if (padding == RsaPadding::Pkcs1) {
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
               EVP_PKEY_CTX_set_signature_md(context, method) == 1;
    }
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context, method) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, method) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

Status checkDigest(Hash hash, ByteView digest) {
    if (digest.size() == hashSizeBytes(hash)) {
        return {};
    }
    return fail(ErrorCode::Usage, "the digest has " + std::to_string(digest.size()) + " bytes, not " +
                                      std::to_string(hashSizeBytes(hash)));
}

} // namespace

Status RsaPublicKey::verify(RsaPadding padding, Hash hash, ByteView digest, ByteView signature) const {
    if (auto checked = checkDigest(hash, digest); !checked) {
        return checked;
    }
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_pkey(nullptr, m_key.get(), nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1 || !setUp(context.get(), padding, hash)) {
        ERR_clear_error();
        return fail(ErrorCode::CryptoFailed, "OpenSSL fails to set RSA verification up");
    }
    // OpenSSL takes a shorter PSS signature for one with zeros in front.
    if (signature.size() != sizeBits() / 8 ||
        EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) !=
            1) {
        ERR_clear_error();
        return fail(ErrorCode::NotAuthentic, "the signature does not match");
    }
    return {};
}

Result<Bytes> RsaKeyPair::sign(RsaPadding padding, Hash hash, ByteView digest) const {
    if (auto checked = checkDigest(hash, digest); !checked) {
        return failFrom(checked);
    }
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_pkey(nullptr, m_key.get(), nullptr));
    Bytes signature(sizeBits() / 8);
    std::size_t size = signature.size();
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 || !setUp(context.get(), padding, hash) ||
        EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1 ||
        size != signature.size()) {
        ERR_clear_error();
        return fail(ErrorCode::CryptoFailed, "OpenSSL fails to sign with RSA");
    }
    return signature;
}

} // namespace keyturn::crypto
