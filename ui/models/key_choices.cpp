// SPDX-License-Identifier: Apache-2.0
#include "ui/models/key_choices.h"

#include <algorithm>
#include <array>

namespace keyturn::ui {
namespace {

constexpr std::size_t longestSymmetric = 4096;
constexpr std::size_t longestSm2 = 1024;

/// The order of the list: the usual ones first, families together.
constexpr std::array<std::string_view, 20> inOrder{
    "SYMMETRIC_DEFAULT", "RSA_2048",      "RSA_3072",      "RSA_4096",
    "ECC_NIST_P256",     "ECC_NIST_P384", "ECC_NIST_P521", "ECC_NIST_EDWARDS25519",
    "ECC_SECG_P256K1",   "SM2",           "HMAC_224",      "HMAC_256",
    "HMAC_384",          "HMAC_512",      "ML_DSA_44",     "ML_DSA_65",
    "ML_DSA_87",         "ML_KEM_512",    "ML_KEM_768",    "ML_KEM_1024",
};

bool isNistCurve(std::string_view keySpec) {
    return keySpec.starts_with("ECC_NIST_P");
}

} // namespace

std::vector<std::string> offeredKeySpecs(const kms::Capabilities &capabilities) {
    std::vector<std::string> specs;
    for (const std::string_view spec : inOrder) {
        if (capabilities.hasKeySpec(spec)) {
            specs.emplace_back(spec);
        }
    }
    for (const std::string &spec : capabilities.keySpecs) {
        if (std::ranges::find(inOrder, spec) == inOrder.end()) {
            specs.push_back(spec);
        }
    }
    return specs;
}

std::vector<std::string> usagesOfSpec(std::string_view keySpec) {
    if (isSymmetricSpec(keySpec)) {
        return {"ENCRYPT_DECRYPT"};
    }
    if (isHmacSpec(keySpec)) {
        return {"GENERATE_VERIFY_MAC"};
    }
    if (keySpec.starts_with("RSA_")) {
        return {"ENCRYPT_DECRYPT", "SIGN_VERIFY"};
    }
    if (isNistCurve(keySpec)) {
        return {"SIGN_VERIFY", "KEY_AGREEMENT"};
    }
    if (keySpec == "ECC_NIST_EDWARDS25519" || keySpec == "ECC_SECG_P256K1" ||
        keySpec.starts_with("ML_DSA_")) {
        return {"SIGN_VERIFY"};
    }
    if (keySpec.starts_with("ML_KEM_")) {
        return {"ENCAPSULATE_DECAPSULATE"};
    }
    if (keySpec == "SM2") {
        return {"ENCRYPT_DECRYPT", "SIGN_VERIFY", "KEY_AGREEMENT"};
    }
    return {"ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT",
            "ENCAPSULATE_DECAPSULATE"};
}

bool takesImportedMaterial(const kms::Capabilities &capabilities) {
    return capabilities.of(kms::OperationId::GetParametersForImport).available &&
           capabilities.of(kms::OperationId::ImportKeyMaterial).available;
}

bool takesMultiRegion(const kms::Capabilities &capabilities) {
    return capabilities.of(kms::OperationId::ReplicateKey).available;
}

bool isSymmetricSpec(std::string_view keySpec) {
    return keySpec == "SYMMETRIC_DEFAULT";
}

bool isHmacSpec(std::string_view keySpec) {
    return keySpec.starts_with("HMAC_");
}

bool isPairSpec(std::string_view keySpec) {
    return !isSymmetricSpec(keySpec) && !isHmacSpec(keySpec);
}

std::string_view specOf(const kms::KeyMetadata &key) {
    return key.keySpec ? key.keySpec->text() : std::string_view("SYMMETRIC_DEFAULT");
}

bool isAsymmetricKey(const std::optional<kms::KeyMetadata> &key) {
    return key && isPairSpec(specOf(*key));
}

bool hasUsage(const kms::KeyMetadata &key, kms::KeyUsageType usage) {
    return key.keyUsage && *key.keyUsage == usage;
}

bool isEnabledKey(const kms::KeyMetadata &key) {
    return key.keyState && *key.keyState == kms::KeyState::Enabled;
}

std::size_t longestPlaintext(std::string_view keySpec, std::string_view algorithm) {
    if (keySpec == "SM2" || algorithm == "SM2PKE") {
        return longestSm2;
    }
    if (!keySpec.starts_with("RSA_")) {
        return longestSymmetric;
    }
    const std::size_t modulusBytes = keySpec == "RSA_4096" ? 512 : keySpec == "RSA_3072" ? 384 : 256;
    const std::size_t hashBytes = algorithm == "RSAES_OAEP_SHA_1" ? 20 : 32;
    return modulusBytes - 2 * hashBytes - 2; // RFC 8017 section 7.1.1
}

} // namespace keyturn::ui
