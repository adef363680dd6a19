// SPDX-License-Identifier: Apache-2.0
#include "crypto/ed25519_key.h"

#include "crypto/der.h"
#include "crypto/openssl_handles.h"
#include "crypto/random.h"

#include <openssl/err.h>
#include <sodium.h>

#include <algorithm>

namespace keyturn::crypto {

namespace {

using DigestContextHandle = std::unique_ptr<EVP_MD_CTX, HandleDeleter<EVP_MD_CTX_free>>;

constexpr std::size_t seedSizeBytes = 32;
constexpr std::size_t signatureSizeBytes = 64;
constexpr std::array<std::uint8_t, 5> algorithm{0x06, 0x03, 0x2b, 0x65, 0x70}; // 1.3.101.112, no parameters
constexpr std::array<std::uint8_t, 3> versionZero{derInteger, 1, 0};

Error cryptoFailed(const char *act) {
    ERR_clear_error();
    return clientError(ErrorCode::CryptoFailed, std::string("Ed25519 fails to ") + act);
}

Error badKey(const char *form) {
    return clientError(ErrorCode::BadEncoding, std::string("no Ed25519 key in ") + form);
}

/// The state of Ed25519ph over the whole message.
crypto_sign_state prehashed(ByteView message) {
    crypto_sign_state state;
    crypto_sign_init(&state);
    crypto_sign_update(&state, message.data(), message.size());
    return state;
}

} // namespace

Result<Ed25519PublicKey> Ed25519PublicKey::fromSpki(ByteView der) {
    DerReader whole(der);
    DerReader info(whole.element(derSequence));
    const ByteView given = info.element(derSequence);
    const ByteView bytes = info.bits();
    if (!whole.isDone() || !info.isDone() || !std::ranges::equal(given, algorithm) ||
        bytes.size() != sizeBytes) {
        return fail(badKey("SubjectPublicKeyInfo"));
    }
    Ed25519PublicKey key;
    std::ranges::copy(bytes, key.m_bytes.begin());
    return key;
}

Bytes Ed25519PublicKey::toSpki() const {
    const std::size_t bits = 1 + sizeBytes;
    const std::size_t outer = derSize(algorithm.size()) + derSize(bits);
    Bytes out(derSize(outer));
    DerWriter writer(out);
    writer.header(derSequence, outer).header(derSequence, algorithm.size()).bytes(algorithm);
    writer.header(derBitString, bits).zero().bytes(m_bytes);
    return out;
}

Status Ed25519PublicKey::verify(Ed25519Form form, ByteView message, ByteView signature) const {
    bool matches = false;
    if (signature.size() == signatureSizeBytes && form == Ed25519Form::Prehashed) {
        auto state = prehashed(message);
        matches = crypto_sign_final_verify(&state, signature.data(), m_bytes.data()) == 0;
    } else if (signature.size() == signatureSizeBytes) {
        const KeyHandle key(
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, m_bytes.data(), sizeBytes));
        const DigestContextHandle context(EVP_MD_CTX_new());
        if (!key || !context ||
            EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) {
            return fail(cryptoFailed("set a verification up"));
        }
        matches = EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                   message.size()) == 1;
    }
    if (!matches) {
        ERR_clear_error();
        return fail(ErrorCode::NotAuthentic, "the signature does not match");
    }
    return {};
}

Result<Ed25519KeyPair> Ed25519KeyPair::fromSeed(ByteView seed) {
    Ed25519KeyPair pair;
    pair.m_expanded = SecretBytes(crypto_sign_SECRETKEYBYTES);
    if (sodium_init() < 0 ||
        crypto_sign_seed_keypair(pair.m_public.m_bytes.data(), pair.m_expanded.data(), seed.data()) != 0) {
        return fail(cryptoFailed("compute the public key"));
    }
    return pair;
}

Result<Ed25519KeyPair> Ed25519KeyPair::generate() {
    const auto seed = randomSecret(seedSizeBytes);
    if (!seed) {
        return tl::unexpected<Error>(seed.error());
    }
    return fromSeed(seed->view());
}

Result<Ed25519KeyPair> Ed25519KeyPair::fromPkcs8(ByteView der) {
    DerReader whole(der);
    DerReader info(whole.element(derSequence));
    const ByteView version = info.number();
    const ByteView given = info.element(derSequence);
    DerReader wrapped(info.element(derOctetString));
    const ByteView seed = wrapped.element(derOctetString);
    if (info.isNext(derContext0)) {
        info.element(derContext0); // attributes
    }
    ByteView publicKey;
    const bool isSecondVersion = version.size() == 1 && version[0] == 1;
    if (isSecondVersion && info.isNext(derContext1Primitive)) { // RFC 5958
        const ByteView bits = info.element(derContext1Primitive);
        publicKey = bits.empty() ? bits : bits.subspan(1);
    }
    if (!whole.isDone() || !info.isDone() || !wrapped.isDone() || version.size() != 1 || version[0] > 1 ||
        !std::ranges::equal(given, algorithm) || seed.size() != seedSizeBytes) {
        return fail(badKey("PKCS#8 DER"));
    }
    auto pair = fromSeed(seed);
    if (pair && !publicKey.empty() && !std::ranges::equal(publicKey, pair->m_public.m_bytes)) {
        return fail(badKey("PKCS#8 DER: its public key is another one's"));
    }
    return pair;
}

SecretBytes Ed25519KeyPair::toPkcs8() const {
    const ByteView seed = m_expanded.view().first(seedSizeBytes);
    const std::size_t wrapped = derSize(seed.size());
    const std::size_t outer = versionZero.size() + derSize(algorithm.size()) + derSize(wrapped);
    SecretBytes out(derSize(outer));
    DerWriter writer(out.mutableView());
    writer.header(derSequence, outer).bytes(versionZero);
    writer.header(derSequence, algorithm.size()).bytes(algorithm);
    writer.header(derOctetString, wrapped).header(derOctetString, seed.size()).bytes(seed);
    return out;
}

Result<Bytes> Ed25519KeyPair::sign(Ed25519Form form, ByteView message) const {
    Bytes signature(signatureSizeBytes);
    int outcome = -1;
    if (form == Ed25519Form::Prehashed) {
        auto state = prehashed(message);
        outcome = crypto_sign_final_create(&state, signature.data(), nullptr, m_expanded.data());
    } else {
        outcome = crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                                       m_expanded.data());
    }
    if (outcome != 0) {
        return fail(cryptoFailed("sign"));
    }
    return signature;
}

} // namespace keyturn::crypto
