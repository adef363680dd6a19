// SPDX-License-Identifier: Apache-2.0
#include "kms/enums.h"

namespace keyturn::kms {
namespace {

using Names = std::string_view;

constexpr Names keyUsageTypeNames[] = {"SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC",
                                       "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"};
constexpr Names customerMasterKeySpecNames[] = {"RSA_2048",
                                                "RSA_3072",
                                                "RSA_4096",
                                                "ECC_NIST_P256",
                                                "ECC_NIST_P384",
                                                "ECC_NIST_P521",
                                                "ECC_SECG_P256K1",
                                                "SYMMETRIC_DEFAULT",
                                                "HMAC_224",
                                                "HMAC_256",
                                                "HMAC_384",
                                                "HMAC_512",
                                                "SM2"};
constexpr Names keySpecNames[] = {"RSA_2048",
                                  "RSA_3072",
                                  "RSA_4096",
                                  "ECC_NIST_P256",
                                  "ECC_NIST_P384",
                                  "ECC_NIST_P521",
                                  "ECC_SECG_P256K1",
                                  "SYMMETRIC_DEFAULT",
                                  "HMAC_224",
                                  "HMAC_256",
                                  "HMAC_384",
                                  "HMAC_512",
                                  "SM2",
                                  "ML_DSA_44",
                                  "ML_DSA_65",
                                  "ML_DSA_87",
                                  "ECC_NIST_EDWARDS25519",
                                  "ML_KEM_1024",
                                  "ML_KEM_512",
                                  "ML_KEM_768"};
constexpr Names originTypeNames[] = {"AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"};
constexpr Names keyStateNames[] = {"Creating",        "Enabled",       "Disabled",
                                   "PendingDeletion", "PendingImport", "PendingReplicaDeletion",
                                   "Unavailable",     "Updating"};
constexpr Names expirationModelTypeNames[] = {"KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"};
constexpr Names keyManagerTypeNames[] = {"AWS", "CUSTOMER"};
constexpr Names encryptionAlgorithmSpecNames[] = {"SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1",
                                                  "RSAES_OAEP_SHA_256", "SM2PKE"};
constexpr Names signingAlgorithmSpecNames[] = {"RSASSA_PSS_SHA_256",
                                               "RSASSA_PSS_SHA_384",
                                               "RSASSA_PSS_SHA_512",
                                               "RSASSA_PKCS1_V1_5_SHA_256",
                                               "RSASSA_PKCS1_V1_5_SHA_384",
                                               "RSASSA_PKCS1_V1_5_SHA_512",
                                               "ECDSA_SHA_256",
                                               "ECDSA_SHA_384",
                                               "ECDSA_SHA_512",
                                               "SM2DSA",
                                               "ML_DSA_SHAKE_256",
                                               "ED25519_SHA_512",
                                               "ED25519_PH_SHA_512"};
constexpr Names keyAgreementAlgorithmSpecNames[] = {"ECDH"};
constexpr Names encapsulationAlgorithmSpecNames[] = {"ML_KEM"};
constexpr Names multiRegionKeyTypeNames[] = {"PRIMARY", "REPLICA"};
constexpr Names macAlgorithmSpecNames[] = {"HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"};
constexpr Names includeKeyMaterialNames[] = {"ALL_KEY_MATERIAL", "ROTATIONS_ONLY"};
constexpr Names importStateNames[] = {"IMPORTED", "PENDING_IMPORT"};
constexpr Names keyMaterialStateNames[] = {"NON_CURRENT", "CURRENT", "PENDING_ROTATION",
                                           "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"};
constexpr Names rotationTypeNames[] = {"AUTOMATIC", "ON_DEMAND"};
constexpr Names keyEncryptionMechanismNames[] = {"RSAES_OAEP_SHA_256"};
constexpr Names dryRunModifierTypeNames[] = {"IGNORE_CIPHERTEXT"};
constexpr Names dataKeySpecNames[] = {"AES_256", "AES_128"};
constexpr Names algorithmSpecNames[] = {"RSAES_PKCS1_V1_5",         "RSAES_OAEP_SHA_1",
                                        "RSAES_OAEP_SHA_256",       "RSA_AES_KEY_WRAP_SHA_1",
                                        "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE"};
constexpr Names connectionErrorCodeTypeNames[] = {"INVALID_CREDENTIALS",
                                                  "CLUSTER_NOT_FOUND",
                                                  "NETWORK_ERRORS",
                                                  "INTERNAL_ERROR",
                                                  "INSUFFICIENT_CLOUDHSM_HSMS",
                                                  "USER_LOCKED_OUT",
                                                  "USER_NOT_FOUND",
                                                  "USER_LOGGED_IN",
                                                  "SUBNET_NOT_FOUND",
                                                  "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
                                                  "XKS_PROXY_ACCESS_DENIED",
                                                  "XKS_PROXY_NOT_REACHABLE",
                                                  "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
                                                  "XKS_PROXY_INVALID_RESPONSE",
                                                  "XKS_PROXY_INVALID_CONFIGURATION",
                                                  "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
                                                  "XKS_PROXY_TIMED_OUT",
                                                  "XKS_PROXY_INVALID_TLS_CONFIGURATION"};
constexpr Names connectionStateTypeNames[] = {"CONNECTED", "CONNECTING", "FAILED", "DISCONNECTED",
                                              "DISCONNECTING"};
constexpr Names customKeyStoreTypeNames[] = {"AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"};
constexpr Names dataKeyPairSpecNames[] = {"RSA_2048",        "RSA_3072",      "RSA_4096",
                                          "ECC_NIST_P256",   "ECC_NIST_P384", "ECC_NIST_P521",
                                          "ECC_SECG_P256K1", "SM2",           "ECC_NIST_EDWARDS25519",
                                          "ML_KEM_1024",     "ML_KEM_512",    "ML_KEM_768"};
constexpr Names grantOperationNames[] = {"Decrypt",
                                         "Encrypt",
                                         "GenerateDataKey",
                                         "GenerateDataKeyWithoutPlaintext",
                                         "ReEncryptFrom",
                                         "ReEncryptTo",
                                         "Sign",
                                         "Verify",
                                         "GetPublicKey",
                                         "CreateGrant",
                                         "RetireGrant",
                                         "DescribeKey",
                                         "GenerateDataKeyPair",
                                         "GenerateDataKeyPairWithoutPlaintext",
                                         "GenerateMac",
                                         "VerifyMac",
                                         "DeriveSharedSecret",
                                         "Decapsulate",
                                         "Encapsulate"};
constexpr Names importTypeNames[] = {"NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"};
constexpr Names keyLastUsageTrackingOperationNames[] = {"Decrypt",
                                                        "DeriveSharedSecret",
                                                        "Encrypt",
                                                        "GenerateDataKey",
                                                        "GenerateDataKeyPair",
                                                        "GenerateDataKeyPairWithoutPlaintext",
                                                        "GenerateDataKeyWithoutPlaintext",
                                                        "GenerateMac",
                                                        "ReEncrypt",
                                                        "Sign",
                                                        "Verify",
                                                        "VerifyMac",
                                                        "Decapsulate",
                                                        "Encapsulate"};
constexpr Names messageTypeNames[] = {"RAW", "DIGEST", "EXTERNAL_MU"};
constexpr Names wrappingKeySpecNames[] = {"RSA_2048", "RSA_3072", "RSA_4096", "SM2"};
constexpr Names xksProxyConnectivityTypeNames[] = {"PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"};

} // namespace

template <>
const EnumInfo &enumInfo<KeyUsageType>() {
    static constexpr EnumInfo info{"KeyUsageType", keyUsageTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<CustomerMasterKeySpec>() {
    static constexpr EnumInfo info{"CustomerMasterKeySpec", customerMasterKeySpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeySpec>() {
    static constexpr EnumInfo info{"KeySpec", keySpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<OriginType>() {
    static constexpr EnumInfo info{"OriginType", originTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeyState>() {
    static constexpr EnumInfo info{"KeyState", keyStateNames};
    return info;
}

template <>
const EnumInfo &enumInfo<ExpirationModelType>() {
    static constexpr EnumInfo info{"ExpirationModelType", expirationModelTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeyManagerType>() {
    static constexpr EnumInfo info{"KeyManagerType", keyManagerTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<EncryptionAlgorithmSpec>() {
    static constexpr EnumInfo info{"EncryptionAlgorithmSpec", encryptionAlgorithmSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<SigningAlgorithmSpec>() {
    static constexpr EnumInfo info{"SigningAlgorithmSpec", signingAlgorithmSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeyAgreementAlgorithmSpec>() {
    static constexpr EnumInfo info{"KeyAgreementAlgorithmSpec", keyAgreementAlgorithmSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<EncapsulationAlgorithmSpec>() {
    static constexpr EnumInfo info{"EncapsulationAlgorithmSpec", encapsulationAlgorithmSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<MultiRegionKeyType>() {
    static constexpr EnumInfo info{"MultiRegionKeyType", multiRegionKeyTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<MacAlgorithmSpec>() {
    static constexpr EnumInfo info{"MacAlgorithmSpec", macAlgorithmSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<IncludeKeyMaterial>() {
    static constexpr EnumInfo info{"IncludeKeyMaterial", includeKeyMaterialNames};
    return info;
}

template <>
const EnumInfo &enumInfo<ImportState>() {
    static constexpr EnumInfo info{"ImportState", importStateNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeyMaterialState>() {
    static constexpr EnumInfo info{"KeyMaterialState", keyMaterialStateNames};
    return info;
}

template <>
const EnumInfo &enumInfo<RotationType>() {
    static constexpr EnumInfo info{"RotationType", rotationTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeyEncryptionMechanism>() {
    static constexpr EnumInfo info{"KeyEncryptionMechanism", keyEncryptionMechanismNames};
    return info;
}

template <>
const EnumInfo &enumInfo<DryRunModifierType>() {
    static constexpr EnumInfo info{"DryRunModifierType", dryRunModifierTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<DataKeySpec>() {
    static constexpr EnumInfo info{"DataKeySpec", dataKeySpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<AlgorithmSpec>() {
    static constexpr EnumInfo info{"AlgorithmSpec", algorithmSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<ConnectionErrorCodeType>() {
    static constexpr EnumInfo info{"ConnectionErrorCodeType", connectionErrorCodeTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<ConnectionStateType>() {
    static constexpr EnumInfo info{"ConnectionStateType", connectionStateTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<CustomKeyStoreType>() {
    static constexpr EnumInfo info{"CustomKeyStoreType", customKeyStoreTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<DataKeyPairSpec>() {
    static constexpr EnumInfo info{"DataKeyPairSpec", dataKeyPairSpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<GrantOperation>() {
    static constexpr EnumInfo info{"GrantOperation", grantOperationNames};
    return info;
}

template <>
const EnumInfo &enumInfo<ImportType>() {
    static constexpr EnumInfo info{"ImportType", importTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<KeyLastUsageTrackingOperation>() {
    static constexpr EnumInfo info{"KeyLastUsageTrackingOperation", keyLastUsageTrackingOperationNames};
    return info;
}

template <>
const EnumInfo &enumInfo<MessageType>() {
    static constexpr EnumInfo info{"MessageType", messageTypeNames};
    return info;
}

template <>
const EnumInfo &enumInfo<WrappingKeySpec>() {
    static constexpr EnumInfo info{"WrappingKeySpec", wrappingKeySpecNames};
    return info;
}

template <>
const EnumInfo &enumInfo<XksProxyConnectivityType>() {
    static constexpr EnumInfo info{"XksProxyConnectivityType", xksProxyConnectivityTypeNames};
    return info;
}

} // namespace keyturn::kms
