// SPDX-License-Identifier: Apache-2.0
#include "openssl_operations.h"

#include "openssl_floor.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace keyturn::bench {

namespace {

using Octets = std::vector<std::uint8_t>;
using Key = std::shared_ptr<EVP_PKEY>;

struct Freed {
    void operator()(EVP_MD_CTX *context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_PKEY_CTX *context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MAC_CTX *context) const { EVP_MAC_CTX_free(context); }
    void operator()(EVP_PKEY *key) const { EVP_PKEY_free(key); }
};
template <class T>
using Held = std::unique_ptr<T, Freed>;

const std::array<std::uint8_t, 32> message{1, 2, 3};

Key newKey(std::string_view algorithm) {
    EVP_PKEY *key = algorithm == "RSA"     ? EVP_RSA_gen(2048)
                    : algorithm == "P-256" ? EVP_EC_gen("P-256")
                                           : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (key == nullptr) {
        std::abort();
    }
    return {key, [](EVP_PKEY *made) { EVP_PKEY_free(made); }};
}

/// The digest of the algorithm, and PSS where it is RSA.
const EVP_MD *digestOf(std::string_view algorithm) {
    return algorithm == "ED25519" ? nullptr : EVP_sha256();
}
bool usePss(std::string_view algorithm, EVP_PKEY_CTX *context) {
    return algorithm != "RSA" || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                                  EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

bool sign(const Key &key, std::string_view algorithm, Octets &signature) {
    const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *options = nullptr;
    std::size_t size = 512;
    signature.resize(size);
    const bool good =
        EVP_DigestSignInit(context.get(), &options, digestOf(algorithm), nullptr, key.get()) == 1 &&
        usePss(algorithm, options) &&
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
    signature.resize(size);
    return good;
}

bool setOaep(EVP_PKEY_CTX *context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1;
}

bool rsaEncrypt(const Key &key, Octets &out) {
    const Held<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
    std::size_t size = 256;
    out.resize(size);
    return EVP_PKEY_encrypt_init(context.get()) == 1 && setOaep(context.get()) &&
           EVP_PKEY_encrypt(context.get(), out.data(), &size, message.data(), message.size()) == 1;
}

Octets spkiOf(const Key &key) {
    std::uint8_t *der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    Octets octets(der, der + std::max(size, 0));
    OPENSSL_free(der);
    return octets;
}

} // namespace

std::function<bool()> signFloor(std::string_view algorithm) {
    return [key = newKey(algorithm), algorithm = std::string(algorithm), signature = Octets()]() mutable {
        return sign(key, algorithm, signature);
    };
}

std::function<bool()> verifyFloor(std::string_view algorithm) {
    const Key key = newKey(algorithm);
    Octets signature;
    if (!sign(key, algorithm, signature)) {
        std::abort();
    }
    return [key, algorithm = std::string(algorithm), signature] {
        const Held<EVP_MD_CTX> context(EVP_MD_CTX_new());
        EVP_PKEY_CTX *options = nullptr;
        return EVP_DigestVerifyInit(context.get(), &options, digestOf(algorithm), nullptr, key.get()) == 1 &&
               usePss(algorithm, options) &&
               EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                message.size()) == 1;
    };
}

std::function<bool()> rsaEncryptFloor() {
    return [key = newKey("RSA"), out = Octets()]() mutable { return rsaEncrypt(key, out); };
}

std::function<bool()> rsaDecryptFloor() {
    const Key key = newKey("RSA");
    Octets sealed;
    if (!rsaEncrypt(key, sealed)) {
        std::abort();
    }
    return [key, sealed] {
        const Held<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
        std::array<std::uint8_t, 256> out{};
        std::size_t size = out.size();
        return EVP_PKEY_decrypt_init(context.get()) == 1 && setOaep(context.get()) &&
               EVP_PKEY_decrypt(context.get(), out.data(), &size, sealed.data(), sealed.size()) == 1;
    };
}

std::function<bool()> macFloor(bool verifies) {
    EVP_MAC *algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    std::shared_ptr<EVP_MAC_CTX> keyed(EVP_MAC_CTX_new(algorithm),
                                       [](EVP_MAC_CTX *context) { EVP_MAC_CTX_free(context); });
    EVP_MAC_free(algorithm);
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(keyed.get(), message.data(), message.size(), parameters.data()) != 1) {
        std::abort();
    }
    return [keyed, verifies] {
        const Held<EVP_MAC_CTX> context(EVP_MAC_CTX_dup(keyed.get()));
        std::array<std::uint8_t, 32> tag{};
        std::size_t size = 0;
        return EVP_MAC_update(context.get(), message.data(), message.size()) == 1 &&
               EVP_MAC_final(context.get(), tag.data(), &size, tag.size()) == 1 &&
               (!verifies || CRYPTO_memcmp(tag.data(), tag.data(), size) == 0);
    };
}

std::function<bool()> agreementFloor() {
    return [key = newKey("P-256"), peer = spkiOf(newKey("P-256"))] {
        const std::uint8_t *at = peer.data();
        const Held<EVP_PKEY> other(d2i_PUBKEY(nullptr, &at, long(peer.size())));
        const Held<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
        std::array<std::uint8_t, 32> secret{};
        std::size_t size = secret.size();
        return EVP_PKEY_derive_init(context.get()) == 1 &&
               EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1 &&
               EVP_PKEY_derive(context.get(), secret.data(), &size) == 1;
    };
}

std::function<bool()> keyPairFloor() {
    return [cipher = std::make_shared<OpensslFloor>()] {
        const Held<EVP_PKEY> pair(EVP_EC_gen("P-256"));
        PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pair.get());
        std::uint8_t *privateDer = nullptr, *publicDer = nullptr;
        const bool good = i2d_PKCS8_PRIV_KEY_INFO(info, &privateDer) > 0 &&
                          i2d_PUBKEY(pair.get(), &publicDer) > 0 && cipher->encrypt();
        PKCS8_PRIV_KEY_INFO_free(info);
        OPENSSL_free(privateDer);
        OPENSSL_free(publicDer);
        return good;
    };
}

} // namespace keyturn::bench
