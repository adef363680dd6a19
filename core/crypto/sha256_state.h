// SPDX-License-Identifier: Apache-2.0
// The SHA-256 block function with its state in plain sight, for sha256.cpp and hmac_sha256.cpp alone.
// OpenSSL marks these calls deprecated in favour of EVP, but EVP allocates for every copy of a running
// digest: measured on OpenSSL 3.0.22, two cores, 64 bytes of KBKDF cost 0.33 us by a keyed EVP_MAC and two
// threads gain 1.3 times one (they meet in malloc and in reference counts), 0.19 us and 1.9 times this way.
// It also lets one keyed object serve all threads. tests/unit/crypto compares both for random input.
#pragma once

#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/byte_parts.h"
#include "crypto/sha256.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace keyturn::crypto {

using ChainingValue = std::array<SHA_LONG, 8>;

/// A running digest that wipes itself.
class Sha256State {
public:
    Sha256State() { SHA256_Init(&m_context); }
    /// Goes on after one block whose chaining value is known.
    explicit Sha256State(const ChainingValue &afterOneBlock) {
        SHA256_Init(&m_context);
        std::copy(afterOneBlock.begin(), afterOneBlock.end(), m_context.h);
        m_context.Nl = SHA256_CBLOCK * 8;
    }
    Sha256State(const Sha256State &) = delete;
    Sha256State &operator=(const Sha256State &) = delete;
    ~Sha256State() { OPENSSL_cleanse(&m_context, sizeof m_context); }

    void update(ByteView bytes) { SHA256_Update(&m_context, bytes.data(), bytes.size()); }
    void update(ByteParts parts) {
        for (const ByteView part : parts) {
            update(part);
        }
    }
    void finish(Sha256Digest &digest) { SHA256_Final(digest.data(), &m_context); }
    ChainingValue chainingValue() const { return std::to_array(m_context.h); }

private:
    SHA256_CTX m_context;
};

} // namespace keyturn::crypto
