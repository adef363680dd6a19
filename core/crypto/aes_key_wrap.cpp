// SPDX-License-Identifier: Apache-2.0
#include "crypto/aes_key_wrap.h"

#include "crypto/openssl_handles.h"

#include <openssl/err.h>

#include <string>

namespace keyturn::crypto {

namespace {

constexpr std::size_t blockSizeBytes = 8;
constexpr std::size_t smallestWrappedSizeBytes = 2 * blockSizeBytes;

const EVP_CIPHER *cipher() {
    static const CipherHandle fetched(EVP_CIPHER_fetch(nullptr, "AES-256-WRAP-PAD", nullptr));
    return fetched.get();
}

Error cryptoFailed() {
    ERR_clear_error();
    return clientError(ErrorCode::CryptoFailed, "OpenSSL refuses AES key wrap with padding");
}

/// With the key in it, which goes with the context.
CipherContextHandle keyedContext(ByteView wrappingKey, int wraps) {
    CipherContextHandle context(EVP_CIPHER_CTX_new());
    if (context) {
        EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    }
    if (context &&
        EVP_CipherInit_ex2(context.get(), cipher(), wrappingKey.data(), nullptr, wraps, nullptr) != 1) {
        context.reset();
    }
    return context;
}

Status checkSizes(ByteView wrappingKey, ByteView content) {
    if (wrappingKey.size() != keyWrapKeySizeBytes) {
        return fail(ErrorCode::Usage, "AES key wrap takes a wrapping key of 32 bytes, not " +
                                          std::to_string(wrappingKey.size()));
    }
    if (content.empty() || content.size() > maxWrappedKeySizeBytes) {
        return fail(ErrorCode::Usage,
                    "AES key wrap takes 1 to 65536 bytes, not " + std::to_string(content.size()));
    }
    return {};
}

} // namespace

Result<Bytes> wrapKeyPadded(ByteView wrappingKey, ByteView key) {
    if (auto sizes = checkSizes(wrappingKey, key); !sizes) {
        return failFrom(sizes);
    }
    const auto context = keyedContext(wrappingKey, 1);
    Bytes wrapped(key.size() + smallestWrappedSizeBytes);
    int written = 0;
    if (!context || EVP_CipherUpdate(context.get(), wrapped.data(), &written, key.data(),
                                     static_cast<int>(key.size())) != 1) {
        return fail(cryptoFailed());
    }
    wrapped.resize(static_cast<std::size_t>(written));
    return wrapped;
}

Result<SecretBytes> unwrapKeyPadded(ByteView wrappingKey, ByteView wrapped) {
    if (auto sizes = checkSizes(wrappingKey, wrapped); !sizes) {
        return failFrom(sizes);
    }
    const auto notAuthentic = [] {
        ERR_clear_error();
        return fail(ErrorCode::NotAuthentic, "the wrapped key does not open with this wrapping key");
    };
    if (wrapped.size() < smallestWrappedSizeBytes || wrapped.size() % blockSizeBytes != 0) {
        return notAuthentic();
    }
    const auto context = keyedContext(wrappingKey, 0);
    if (!context) {
        return fail(cryptoFailed());
    }
    SecretBytes key(wrapped.size());
    int written = 0;
    if (EVP_CipherUpdate(context.get(), key.data(), &written, wrapped.data(),
                         static_cast<int>(wrapped.size())) != 1 ||
        written <= 0) {
        return notAuthentic();
    }
    key.shrink(static_cast<std::size_t>(written));
    return key;
}

} // namespace keyturn::crypto
