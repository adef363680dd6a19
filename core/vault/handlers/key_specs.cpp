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

std::string_view whyAbsent(KeySpec spec, KeyUsageType usage) {
    switch (spec) {
    case KeySpec::SYMMETRIC_DEFAULT:
        return {};
    case KeySpec::RSA_2048:
    case KeySpec::RSA_3072:
    case KeySpec::RSA_4096:
        return usage == KeyUsageType::ENCRYPT_DECRYPT
                   ? std::string_view()
                   : "RSA keys for SIGN_VERIFY are not in this version of the vault.";
    case KeySpec::ECC_NIST_P256:
    case KeySpec::ECC_NIST_P384:
    case KeySpec::ECC_NIST_P521:
    case KeySpec::ECC_SECG_P256K1:
    case KeySpec::ECC_NIST_EDWARDS25519:
        return "Elliptic-curve keys are not in this version of the vault.";
    case KeySpec::HMAC_224:
    case KeySpec::HMAC_256:
    case KeySpec::HMAC_384:
    case KeySpec::HMAC_512:
        return "HMAC keys are not in this version of the vault.";
    case KeySpec::SM2:
        return "SM2 keys exist in China Regions only.";
    case KeySpec::ML_DSA_44:
    case KeySpec::ML_DSA_65:
    case KeySpec::ML_DSA_87:
        return "ML-DSA keys are not in this version of the vault.";
    case KeySpec::ML_KEM_512:
    case KeySpec::ML_KEM_768:
    case KeySpec::ML_KEM_1024:
        return "ML-KEM keys are not in this version of the vault.";
    }
    return "That key spec is not in this version of the vault.";
}

const std::vector<KeySpec> &creatableSpecs() {
    static const std::vector<KeySpec> specs{KeySpec::SYMMETRIC_DEFAULT, KeySpec::RSA_2048, KeySpec::RSA_3072,
                                            KeySpec::RSA_4096};
    return specs;
}

} // namespace keyturn::vault
