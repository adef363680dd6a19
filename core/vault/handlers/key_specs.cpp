// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/key_specs.h"

#include <algorithm>

namespace keyturn::vault {

using kms::KeySpec;
using kms::KeyUsageType;

bool isCompatible(KeySpec spec, KeyUsageType usage) {
    switch (spec) {
    case KeySpec::SYMMETRIC_DEFAULT:
        return usage == KeyUsageType::ENCRYPT_DECRYPT;
    case KeySpec::RSA_2048:
    case KeySpec::RSA_3072:
    case KeySpec::RSA_4096:
        return usage == KeyUsageType::ENCRYPT_DECRYPT || usage == KeyUsageType::SIGN_VERIFY;
    case KeySpec::ECC_NIST_P256:
    case KeySpec::ECC_NIST_P384:
    case KeySpec::ECC_NIST_P521:
        return usage == KeyUsageType::SIGN_VERIFY || usage == KeyUsageType::KEY_AGREEMENT;
    case KeySpec::ECC_SECG_P256K1:
    case KeySpec::ECC_NIST_EDWARDS25519:
    case KeySpec::ML_DSA_44:
    case KeySpec::ML_DSA_65:
    case KeySpec::ML_DSA_87:
        return usage == KeyUsageType::SIGN_VERIFY;
    case KeySpec::HMAC_224:
    case KeySpec::HMAC_256:
    case KeySpec::HMAC_384:
    case KeySpec::HMAC_512:
        return usage == KeyUsageType::GENERATE_VERIFY_MAC;
    case KeySpec::SM2:
        return usage == KeyUsageType::ENCRYPT_DECRYPT || usage == KeyUsageType::SIGN_VERIFY ||
               usage == KeyUsageType::KEY_AGREEMENT;
    case KeySpec::ML_KEM_512:
    case KeySpec::ML_KEM_768:
    case KeySpec::ML_KEM_1024:
        return usage == KeyUsageType::ENCAPSULATE_DECAPSULATE;
    }
    return false;
}

namespace {

bool isPostQuantum(KeySpec spec) {
    switch (spec) {
    case KeySpec::ML_DSA_44:
    case KeySpec::ML_DSA_65:
    case KeySpec::ML_DSA_87:
    case KeySpec::ML_KEM_512:
    case KeySpec::ML_KEM_768:
    case KeySpec::ML_KEM_1024:
        return true;
    default:
        return false;
    }
}

} // namespace

std::string whyAbsent(KeySpec spec) {
    const std::string name(kms::Open<KeySpec>(spec).text());
    if (isPostQuantum(spec)) {
        const std::string version = crypto::opensslVersion();
        return name +
               " is not supported: this vault has no ML-DSA and ML-KEM keys, which need OpenSSL 3.5 or "
               "newer. This program runs with " +
               version + ".";
    }
    const auto curve = curveOf(spec);
    if (curve && !crypto::hasCurve(*curve)) {
        return name + " is not supported: " + crypto::opensslVersion() + " was built without that curve.";
    }
    return {};
}

const std::vector<KeySpec> &creatableSpecs() {
    static const std::vector<KeySpec> specs = [] {
        std::vector<KeySpec> made{KeySpec::SYMMETRIC_DEFAULT,
                                  KeySpec::RSA_2048,
                                  KeySpec::RSA_3072,
                                  KeySpec::RSA_4096,
                                  KeySpec::ECC_NIST_P256,
                                  KeySpec::ECC_NIST_P384,
                                  KeySpec::ECC_NIST_P521,
                                  KeySpec::ECC_SECG_P256K1,
                                  KeySpec::ECC_NIST_EDWARDS25519,
                                  KeySpec::HMAC_224,
                                  KeySpec::HMAC_256,
                                  KeySpec::HMAC_384,
                                  KeySpec::HMAC_512,
                                  KeySpec::SM2};
        std::erase_if(made, [](KeySpec spec) { return !whyAbsent(spec).empty(); });
        return made;
    }();
    return specs;
}

unsigned rsaSizeBits(KeySpec spec) {
    if (spec == KeySpec::RSA_2048) {
        return 2048;
    }
    if (spec == KeySpec::RSA_3072) {
        return 3072;
    }
    return spec == KeySpec::RSA_4096 ? 4096 : 0;
}

std::optional<crypto::Curve> curveOf(KeySpec spec) {
    switch (spec) {
    case KeySpec::ECC_NIST_P256:
        return crypto::Curve::P256;
    case KeySpec::ECC_NIST_P384:
        return crypto::Curve::P384;
    case KeySpec::ECC_NIST_P521:
        return crypto::Curve::P521;
    case KeySpec::ECC_SECG_P256K1:
        return crypto::Curve::Secp256k1;
    case KeySpec::SM2:
        return crypto::Curve::Sm2;
    default:
        return std::nullopt;
    }
}

std::optional<crypto::Hash> macHashOf(KeySpec spec) {
    switch (spec) {
    case KeySpec::HMAC_224:
        return crypto::Hash::Sha224;
    case KeySpec::HMAC_256:
        return crypto::Hash::Sha256;
    case KeySpec::HMAC_384:
        return crypto::Hash::Sha384;
    case KeySpec::HMAC_512:
        return crypto::Hash::Sha512;
    default:
        return std::nullopt;
    }
}

SizeRange macKeySizeBytes(crypto::Hash hash) {
    const bool hasLongBlock = hash == crypto::Hash::Sha384 || hash == crypto::Hash::Sha512;
    return {crypto::hashSizeBytes(hash), hasLongBlock ? std::size_t(128) : std::size_t(64)};
}

std::vector<kms::Open<kms::EncryptionAlgorithmSpec>> encryptionAlgorithmsOf(KeySpec spec) {
    using enum kms::EncryptionAlgorithmSpec;
    if (spec == KeySpec::SYMMETRIC_DEFAULT) {
        return {SYMMETRIC_DEFAULT};
    }
    if (rsaSizeBits(spec) != 0) {
        return {RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256};
    }
    return spec == KeySpec::SM2 ? std::vector<kms::Open<kms::EncryptionAlgorithmSpec>>{SM2PKE}
                                : std::vector<kms::Open<kms::EncryptionAlgorithmSpec>>{};
}

std::vector<kms::Open<kms::SigningAlgorithmSpec>> signingAlgorithmsOf(KeySpec spec) {
    using enum kms::SigningAlgorithmSpec;
    switch (spec) {
    case KeySpec::RSA_2048:
    case KeySpec::RSA_3072:
    case KeySpec::RSA_4096:
        return {RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512,
                RSASSA_PSS_SHA_256,        RSASSA_PSS_SHA_384,        RSASSA_PSS_SHA_512};
    case KeySpec::ECC_NIST_P256:
    case KeySpec::ECC_SECG_P256K1:
        return {ECDSA_SHA_256};
    case KeySpec::ECC_NIST_P384:
        return {ECDSA_SHA_384};
    case KeySpec::ECC_NIST_P521:
        return {ECDSA_SHA_512};
    case KeySpec::ECC_NIST_EDWARDS25519:
        return {ED25519_SHA_512, ED25519_PH_SHA_512};
    case KeySpec::SM2:
        return {SM2DSA};
    default:
        return {};
    }
}

std::vector<kms::Open<kms::MacAlgorithmSpec>> macAlgorithmsOf(KeySpec spec) {
    using enum kms::MacAlgorithmSpec;
    switch (spec) {
    case KeySpec::HMAC_224:
        return {HMAC_SHA_224};
    case KeySpec::HMAC_256:
        return {HMAC_SHA_256};
    case KeySpec::HMAC_384:
        return {HMAC_SHA_384};
    case KeySpec::HMAC_512:
        return {HMAC_SHA_512};
    default:
        return {};
    }
}

std::optional<crypto::Hash> hashOf(kms::SigningAlgorithmSpec algorithm) {
    using enum kms::SigningAlgorithmSpec;
    switch (algorithm) {
    case RSASSA_PSS_SHA_256:
    case RSASSA_PKCS1_V1_5_SHA_256:
    case ECDSA_SHA_256:
        return crypto::Hash::Sha256;
    case RSASSA_PSS_SHA_384:
    case RSASSA_PKCS1_V1_5_SHA_384:
    case ECDSA_SHA_384:
        return crypto::Hash::Sha384;
    case RSASSA_PSS_SHA_512:
    case RSASSA_PKCS1_V1_5_SHA_512:
    case ECDSA_SHA_512:
        return crypto::Hash::Sha512;
    case SM2DSA:
        return crypto::Hash::Sm3;
    case ML_DSA_SHAKE_256:
    case ED25519_SHA_512:
    case ED25519_PH_SHA_512:
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace keyturn::vault
