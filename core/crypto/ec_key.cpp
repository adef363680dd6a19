// SPDX-License-Identifier: Apache-2.0
#include "crypto/ec_key.h"

#include "crypto/der.h"
#include "crypto/ec_group.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace keyturn::crypto {

namespace {

using DigestContextHandle = std::unique_ptr<EVP_MD_CTX, HandleDeleter<EVP_MD_CTX_free>>;

Error cryptoFailed(const char *act) {
    ERR_clear_error();
    return clientError(ErrorCode::CryptoFailed, std::string("OpenSSL fails to ") + act);
}

Error notSm2() {
    return clientError(ErrorCode::UnsupportedOperation, "only keys on SM2's curve do that");
}

Status checkDigest(Curve curve, ByteView digest) {
    const std::size_t wanted = hashSizeBytes(hashOf(curve));
    if (digest.size() == wanted) {
        return {};
    }
    return fail(ErrorCode::Usage,
                "the digest has " + std::to_string(digest.size()) + " bytes, not " + std::to_string(wanted));
}

KeyContextHandle contextOf(evp_pkey_st *key) {
    return KeyContextHandle(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
}

/// SM3 of SM2's identity hash: the length of "1234567812345678" in bits, itself, the curve's a and b, its
/// generator, and the public point (GB/T 32918.2 section 5.5).
constexpr std::array<std::uint8_t, 18> sm2Identity{0x00, 0x80, '1', '2', '3', '4', '5', '6', '7',
                                                   '8',  '1',  '2', '3', '4', '5', '6', '7', '8'};
constexpr std::array<std::uint8_t, 128> sm2Curve{
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0};

template <std::size_t count>
Result<Bytes> sm3Of(const std::array<ByteView, count> &parts) {
    const DigestContextHandle context(EVP_MD_CTX_new());
    Bytes digest(hashSizeBytes(Hash::Sm3));
    bool done = context && EVP_DigestInit_ex(context.get(), messageDigest(Hash::Sm3), nullptr) == 1;
    for (const ByteView part : parts) {
        done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    if (!done || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
        return fail(cryptoFailed("compute SM3"));
    }
    return digest;
}

/// The number of a key that OpenSSL made.
Result<SecretBytes> scalarOf(const EVP_PKEY *key, std::size_t sizeBytes) {
    SecretBytes scalar(sizeBytes);
    std::array<OSSL_PARAM, 2> params{
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, scalar.data(), scalar.size()),
        OSSL_PARAM_construct_end()};
    if (EVP_PKEY_get_params(key, params.data()) != 1) {
        return fail(cryptoFailed("give the number of an elliptic-curve key"));
    }
    if constexpr (std::endian::native == std::endian::little) {
        std::reverse(scalar.data(), scalar.data() + scalar.size());
    }
    return scalar;
}

} // namespace

Hash hashOf(Curve curve) {
    switch (curve) {
    case Curve::P256:
    case Curve::Secp256k1:
        return Hash::Sha256;
    case Curve::P384:
        return Hash::Sha384;
    case Curve::P521:
        return Hash::Sha512;
    case Curve::Sm2:
        return Hash::Sm3;
    }
    return Hash::Sha256;
}

Result<EcPublicKey> EcPublicKey::fromSpki(ByteView der) {
    DerReader whole(der);
    DerReader info(whole.element(derSequence));
    const auto curve = curveOfAlgorithm(info.element(derSequence));
    const ByteView given = info.bits();
    if (!whole.isDone() || !info.isDone() || !curve) {
        return fail(ErrorCode::BadEncoding,
                    "no SubjectPublicKeyInfo in DER with a point on a known named curve");
    }
    auto point = normalisedPoint(*curve, given);
    if (!point) {
        return failFrom(point);
    }
    auto key = ecKeyOf(*curve, *point, nullptr);
    if (!key) {
        return failFrom(key);
    }
    return EcPublicKey(*curve, std::shared_ptr<evp_pkey_st>(std::move(*key)), std::move(*point));
}

Result<Bytes> EcPublicKey::toSpki() const {
    const Bytes algorithm = ecAlgorithm(m_curve);
    const std::size_t bits = 1 + m_point.size();
    const std::size_t outer = derSize(algorithm.size()) + derSize(bits);
    Bytes out(derSize(outer));
    DerWriter writer(out);
    writer.header(derSequence, outer).header(derSequence, algorithm.size()).bytes(algorithm);
    writer.header(derBitString, bits).zero().bytes(m_point);
    return out;
}

Status EcPublicKey::verify(ByteView digest, ByteView signature) const {
    if (auto checked = checkDigest(m_curve, digest); !checked) {
        return checked;
    }
    const auto context = contextOf(m_key.get());
    if (!context || EVP_PKEY_verify_init(context.get()) != 1) {
        return fail(cryptoFailed("set a verification up"));
    }
    if (EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) !=
        1) {
        ERR_clear_error();
        return fail(ErrorCode::NotAuthentic, "the signature does not match");
    }
    return {};
}

Result<Bytes> EcPublicKey::sm2Digest(ByteView message) const {
    if (m_curve != Curve::Sm2) {
        return fail(notSm2());
    }
    const auto identity = sm3Of(std::array<ByteView, 3>{sm2Identity, sm2Curve, ByteView(m_point).subspan(1)});
    if (!identity) {
        return identity;
    }
    return sm3Of(std::array<ByteView, 2>{*identity, message});
}

Result<Bytes> EcPublicKey::encryptSm2(ByteView plaintext) const {
    if (m_curve != Curve::Sm2) {
        return fail(notSm2());
    }
    const auto context = contextOf(m_key.get());
    std::size_t size = 0;
    if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 ||
        EVP_PKEY_encrypt(context.get(), nullptr, &size, plaintext.data(), plaintext.size()) != 1) {
        return fail(cryptoFailed("set SM2 encryption up"));
    }
    Bytes ciphertext(size); // the most that it can be
    if (EVP_PKEY_encrypt(context.get(), ciphertext.data(), &size, plaintext.data(), plaintext.size()) != 1) {
        return fail(cryptoFailed("encrypt with SM2"));
    }
    ciphertext.resize(size);
    return ciphertext;
}

Result<EcKeyPair> EcKeyPair::fromScalar(Curve curve, SecretBytes scalar) {
    auto point = publicPoint(curve, scalar.view());
    if (!point) {
        return failFrom(point);
    }
    auto key = ecKeyOf(curve, *point, &scalar);
    if (!key) {
        return failFrom(key);
    }
    return EcKeyPair(EcPublicKey(curve, std::shared_ptr<evp_pkey_st>(std::move(*key)), std::move(*point)),
                     std::move(scalar));
}

Result<EcKeyPair> EcKeyPair::generate(Curve curve) {
    const CurveInfo &info = curveInfo(curve);
    if (!hasCurve(curve)) {
        return fail(ErrorCode::UnsupportedOperation,
                    std::string("this OpenSSL does not have the curve ") + info.group);
    }
    std::array<OSSL_PARAM, 2> params{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char *>(info.group), 0),
        OSSL_PARAM_construct_end()};
    const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, info.keyType, nullptr));
    EVP_PKEY *made = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_params(context.get(), params.data()) != 1 ||
        EVP_PKEY_generate(context.get(), &made) != 1) {
        return fail(cryptoFailed("generate an elliptic-curve key"));
    }
    const KeyHandle key(made);
    auto scalar = scalarOf(key.get(), info.sizeBytes);
    if (!scalar) {
        return failFrom(scalar);
    }
    return fromScalar(curve, std::move(*scalar));
}

Result<EcKeyPair> EcKeyPair::fromPkcs8(ByteView der) {
    auto numbers = ecFromPkcs8(der);
    if (!numbers) {
        return failFrom(numbers);
    }
    return fromScalar(numbers->curve, std::move(numbers->scalar));
}

Result<SecretBytes> EcKeyPair::toPkcs8() const {
    return ecToPkcs8(curve(), m_scalar.view(), m_public.m_point);
}

Result<Bytes> EcKeyPair::sign(ByteView digest) const {
    if (auto checked = checkDigest(curve(), digest); !checked) {
        return failFrom(checked);
    }
    const auto context = contextOf(m_public.m_key.get());
    std::size_t size = 0;
    if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_sign(context.get(), nullptr, &size, digest.data(), digest.size()) != 1) {
        return fail(cryptoFailed("set a signature up"));
    }
    Bytes signature(size); // the most that it can be
    if (EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) != 1) {
        return fail(cryptoFailed("sign"));
    }
    signature.resize(size);
    return signature;
}

Result<SecretBytes> EcKeyPair::agree(const EcPublicKey &peer) const {
    if (peer.curve() != curve()) {
        return fail(ErrorCode::Usage, "the two keys are on different curves");
    }
    if (curve() == Curve::Sm2) { // OpenSSL offers its key agreement under EVP for no SM2 key
        return multiplied(curve(), peer.m_point, m_scalar.view());
    }
    const auto context = contextOf(m_public.m_key.get());
    SecretBytes shared(curveInfo(curve()).sizeBytes);
    std::size_t size = shared.size();
    if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), peer.m_key.get()) != 1 ||
        EVP_PKEY_derive(context.get(), shared.data(), &size) != 1 || size != shared.size()) {
        return fail(cryptoFailed("derive a shared secret"));
    }
    return shared;
}

Result<SecretBytes> EcKeyPair::decryptSm2(ByteView ciphertext) const {
    if (curve() != Curve::Sm2) {
        return fail(notSm2());
    }
    const auto notAuthentic = [] {
        ERR_clear_error();
        return fail(ErrorCode::NotAuthentic, "the ciphertext does not decrypt with this key");
    };
    const auto context = contextOf(m_public.m_key.get());
    if (!context || EVP_PKEY_decrypt_init(context.get()) != 1) {
        return fail(cryptoFailed("set SM2 decryption up"));
    }
    std::size_t size = 0;
    if (ciphertext.empty() ||
        EVP_PKEY_decrypt(context.get(), nullptr, &size, ciphertext.data(), ciphertext.size()) != 1) {
        return notAuthentic();
    }
    SecretBytes plaintext(std::max(size, ciphertext.size()));
    size = plaintext.size();
    if (EVP_PKEY_decrypt(context.get(), plaintext.data(), &size, ciphertext.data(), ciphertext.size()) != 1) {
        return notAuthentic();
    }
    plaintext.shrink(size);
    return plaintext;
}

} // namespace keyturn::crypto
