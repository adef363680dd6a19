// SPDX-License-Identifier: Apache-2.0
#include "openssl_floor.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <utility>

namespace keyturn::bench {

namespace {

evp_mac_ctx_st *keyedMac(std::uint8_t keyByte) {
    EVP_MAC *mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    std::array<std::uint8_t, 32> key{};
    key.fill(keyByte);
    if (!context || EVP_MAC_init(context, key.data(), key.size(), parameters) != 1) {
        std::abort();
    }
    return context;
}

evp_cipher_ctx_st *cipherContext(bool sealing) {
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (!context || EVP_CipherInit_ex2(context, cipher, nullptr, nullptr, sealing ? 1 : 0, nullptr) != 1) {
        std::abort();
    }
    EVP_CIPHER_free(cipher);
    return context;
}

} // namespace

OpensslFloor::OpensslFloor()
    : m_sourceMac(keyedMac(1))
    , m_destinationMac(keyedMac(2))
    , m_sealing(cipherContext(true))
    , m_opening(cipherContext(false)) {
    Derived key{};
    if (RAND_bytes(m_sourceRandom.data(), static_cast<int>(m_sourceRandom.size())) != 1 ||
        !derive(m_sourceMac, m_sourceRandom.data(), key) || !seal(key, m_sourceRandom.data() + 16)) {
        std::abort();
    }
}

OpensslFloor::~OpensslFloor() {
    EVP_MAC_CTX_free(m_sourceMac);
    EVP_MAC_CTX_free(m_destinationMac);
    EVP_CIPHER_CTX_free(m_sealing);
    EVP_CIPHER_CTX_free(m_opening);
}

bool OpensslFloor::derive(evp_mac_ctx_st *mac, const std::uint8_t *n, Derived &out) {
    for (std::uint8_t block = 1; block <= 2; ++block) {
        std::array<std::uint8_t, 33> input{0, 0, 0, block, 'k', 'v', '1', '/', 'b', 'l', 'o', 'b', 0};
        for (std::size_t i = 0; i < 16; ++i) {
            input[13 + i] = n[i];
        }
        input[31] = 2; // 512 bits
        std::size_t size = 0;
        if (EVP_MAC_init(mac, nullptr, 0, nullptr) != 1 ||
            EVP_MAC_update(mac, input.data(), input.size()) != 1 ||
            EVP_MAC_final(mac, out.data() + (block - 1) * 32, &size, 32) != 1) {
            return false;
        }
    }
    return true;
}

bool OpensslFloor::seal(const Derived &key, const std::uint8_t *iv) {
    int size = 0;
    return EVP_EncryptInit_ex2(m_sealing, nullptr, key.data(), iv, nullptr) == 1 &&
           EVP_EncryptUpdate(m_sealing, nullptr, &size, m_associated.data(), int(m_associated.size())) == 1 &&
           EVP_EncryptUpdate(m_sealing, m_ciphertext.data(), &size, m_plaintext.data(),
                             int(m_plaintext.size())) == 1 &&
           EVP_EncryptFinal_ex(m_sealing, m_ciphertext.data() + size, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(m_sealing, EVP_CTRL_AEAD_GET_TAG, int(m_tag.size()), m_tag.data()) == 1;
}

bool OpensslFloor::open(const Derived &key, const std::uint8_t *iv) {
    int size = 0;
    return EVP_DecryptInit_ex2(m_opening, nullptr, key.data(), iv, nullptr) == 1 &&
           EVP_CIPHER_CTX_ctrl(m_opening, EVP_CTRL_AEAD_SET_TAG, int(m_tag.size()), m_tag.data()) == 1 &&
           EVP_DecryptUpdate(m_opening, nullptr, &size, m_associated.data(), int(m_associated.size())) == 1 &&
           EVP_DecryptUpdate(m_opening, m_plaintext.data(), &size, m_ciphertext.data(),
                             int(m_ciphertext.size())) == 1 &&
           EVP_DecryptFinal_ex(m_opening, m_plaintext.data() + size, &size) == 1;
}

bool OpensslFloor::run() {
    Derived sourceKey{};
    Derived destinationKey{};
    std::array<std::uint8_t, 28> random{};
    // The next run opens with the source's key what this one seals: same bytes, same work.
    return derive(m_sourceMac, m_sourceRandom.data(), sourceKey) &&
           open(sourceKey, m_sourceRandom.data() + 16) &&
           RAND_bytes(random.data(), int(random.size())) == 1 &&
           derive(m_destinationMac, random.data(), destinationKey) &&
           seal(destinationKey, random.data() + 16) &&
           (m_sourceRandom = random, std::swap(m_sourceMac, m_destinationMac), true);
}

bool OpensslFloor::encrypt() {
    Derived key{};
    return RAND_bytes(m_sourceRandom.data(), int(m_sourceRandom.size())) == 1 &&
           derive(m_sourceMac, m_sourceRandom.data(), key) && seal(key, m_sourceRandom.data() + 16);
}

bool OpensslFloor::decrypt() {
    Derived key{};
    return derive(m_sourceMac, m_sourceRandom.data(), key) && open(key, m_sourceRandom.data() + 16);
}

} // namespace keyturn::bench
