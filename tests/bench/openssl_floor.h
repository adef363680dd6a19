// SPDX-License-Identifier: Apache-2.0
// The floor that a vault's ReEncrypt is measured against: the same cryptography on the same bytes by bare
// OpenSSL calls, contexts and keys set up before: 28 random bytes, two 64-byte derivations by keyed MAC, one
// GCM open and one GCM seal of 32 bytes. One object per thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

struct evp_mac_ctx_st;
struct evp_cipher_ctx_st;

namespace keyturn::bench {

class OpensslFloor {
public:
    OpensslFloor();
    OpensslFloor(const OpensslFloor &) = delete;
    OpensslFloor &operator=(const OpensslFloor &) = delete;
    ~OpensslFloor();

    /// One ReEncrypt's worth. False: OpenSSL failed.
    bool run();
    /// Its halves: an Encrypt's worth, and a Decrypt's of what was sealed last.
    bool encrypt();
    bool decrypt();

private:
    using Derived = std::array<std::uint8_t, 64>;
    bool derive(evp_mac_ctx_st *mac, const std::uint8_t *n, Derived &out);
    bool seal(const Derived &key, const std::uint8_t *iv);
    bool open(const Derived &key, const std::uint8_t *iv);

    evp_mac_ctx_st *m_sourceMac;
    evp_mac_ctx_st *m_destinationMac;
    evp_cipher_ctx_st *m_sealing;
    evp_cipher_ctx_st *m_opening;
    std::array<std::uint8_t, 28> m_sourceRandom{};
    std::array<std::uint8_t, 116> m_associated{}; ///< prefix of a blob and an empty context
    std::array<std::uint8_t, 32> m_plaintext{};
    std::array<std::uint8_t, 32> m_ciphertext{};
    std::array<std::uint8_t, 16> m_tag{};
};

} // namespace keyturn::bench
