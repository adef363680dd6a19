// SPDX-License-Identifier: Apache-2.0
// Hashes that signatures and MACs are made over (FIPS 180-4, GB/T 32905), and HMAC with any of them (RFC
// 2104). On the hot path sha256.h and hmac_sha256.h are used instead: they allocate nothing.
// Thread rule: const members and functions may be called by any number of threads at once.
// Errors: CryptoFailed.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"

#include <cstddef>
#include <cstdint>
#include <string>

struct evp_md_st;

namespace keyturn::crypto {

enum class Hash : std::uint8_t { Sha224, Sha256, Sha384, Sha512, Sm3 };

std::size_t hashSizeBytes(Hash hash);
Result<Bytes> digestOf(Hash hash, ByteView message);
/// "OpenSSL 3.0.22", of the library that runs.
std::string opensslVersion();
/// OpenSSL's, for the types of crypto; null for one that it was built without.
const evp_md_st *messageDigest(Hash hash);

class HmacKey {
public:
    HmacKey(Hash hash, SecretBytes key)
        : m_hash(hash)
        , m_key(std::move(key)) {}

    Hash hash() const { return m_hash; }
    /// The whole tag: hashSizeBytes(hash()).
    Result<Bytes> compute(ByteView message) const;
    /// In constant time; NotAuthentic for another tag or one of another length.
    Status verify(ByteView message, ByteView tag) const;

private:
    Hash m_hash;
    SecretBytes m_key;
};

} // namespace keyturn::crypto
