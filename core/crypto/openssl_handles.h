// SPDX-License-Identifier: Apache-2.0
// Owners of OpenSSL's handles. Private to crypto; no thread rule of its own.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace keyturn::crypto {

template <auto free>
struct HandleDeleter {
    template <class T>
    void operator()(T *handle) const {
        free(handle);
    }
};

using CipherHandle = std::unique_ptr<EVP_CIPHER, HandleDeleter<EVP_CIPHER_free>>;
using CipherContextHandle = std::unique_ptr<EVP_CIPHER_CTX, HandleDeleter<EVP_CIPHER_CTX_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, HandleDeleter<EVP_PKEY_free>>;
using KeyContextHandle = std::unique_ptr<EVP_PKEY_CTX, HandleDeleter<EVP_PKEY_CTX_free>>;

} // namespace keyturn::crypto
