// SPDX-License-Identifier: Apache-2.0
// The enumerations of the KMS API (kms-api.json "enums"), under their wire names. A value that is not listed
// here is kept as the received text by Open<> (kms/open_enum.h). Plain values.
#pragma once

#include "kms/open_enum.h"

#include <cstdint>

namespace keyturn::kms {

enum class KeyUsageType : std::uint8_t {
    SIGN_VERIFY,
    ENCRYPT_DECRYPT,
    GENERATE_VERIFY_MAC,
    KEY_AGREEMENT,
    ENCAPSULATE_DECAPSULATE
};
enum class CustomerMasterKeySpec : std::uint8_t {
    RSA_2048,
    RSA_3072,
    RSA_4096,
    ECC_NIST_P256,
    ECC_NIST_P384,
    ECC_NIST_P521,
    ECC_SECG_P256K1,
    SYMMETRIC_DEFAULT,
    HMAC_224,
    HMAC_256,
    HMAC_384,
    HMAC_512,
    SM2
};
enum class KeySpec : std::uint8_t {
    RSA_2048,
    RSA_3072,
    RSA_4096,
    ECC_NIST_P256,
    ECC_NIST_P384,
    ECC_NIST_P521,
    ECC_SECG_P256K1,
    SYMMETRIC_DEFAULT,
    HMAC_224,
    HMAC_256,
    HMAC_384,
    HMAC_512,
    SM2,
    ML_DSA_44,
    ML_DSA_65,
    ML_DSA_87,
    ECC_NIST_EDWARDS25519,
    ML_KEM_1024,
    ML_KEM_512,
    ML_KEM_768
};
enum class OriginType : std::uint8_t { AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE };
enum class KeyState : std::uint8_t {
    Creating,
    Enabled,
    Disabled,
    PendingDeletion,
    PendingImport,
    PendingReplicaDeletion,
    Unavailable,
    Updating
};
enum class ExpirationModelType : std::uint8_t { KEY_MATERIAL_EXPIRES, KEY_MATERIAL_DOES_NOT_EXPIRE };
enum class KeyManagerType : std::uint8_t { AWS, CUSTOMER };
enum class EncryptionAlgorithmSpec : std::uint8_t {
    SYMMETRIC_DEFAULT,
    RSAES_OAEP_SHA_1,
    RSAES_OAEP_SHA_256,
    SM2PKE
};
enum class SigningAlgorithmSpec : std::uint8_t {
    RSASSA_PSS_SHA_256,
    RSASSA_PSS_SHA_384,
    RSASSA_PSS_SHA_512,
    RSASSA_PKCS1_V1_5_SHA_256,
    RSASSA_PKCS1_V1_5_SHA_384,
    RSASSA_PKCS1_V1_5_SHA_512,
    ECDSA_SHA_256,
    ECDSA_SHA_384,
    ECDSA_SHA_512,
    SM2DSA,
    ML_DSA_SHAKE_256,
    ED25519_SHA_512,
    ED25519_PH_SHA_512
};
enum class KeyAgreementAlgorithmSpec : std::uint8_t { ECDH };
enum class EncapsulationAlgorithmSpec : std::uint8_t { ML_KEM };
enum class MultiRegionKeyType : std::uint8_t { PRIMARY, REPLICA };
enum class MacAlgorithmSpec : std::uint8_t { HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384, HMAC_SHA_512 };
enum class IncludeKeyMaterial : std::uint8_t { ALL_KEY_MATERIAL, ROTATIONS_ONLY };
enum class ImportState : std::uint8_t { IMPORTED, PENDING_IMPORT };
enum class KeyMaterialState : std::uint8_t {
    NON_CURRENT,
    CURRENT,
    PENDING_ROTATION,
    PENDING_MULTI_REGION_IMPORT_AND_ROTATION
};
enum class RotationType : std::uint8_t { AUTOMATIC, ON_DEMAND };
enum class KeyEncryptionMechanism : std::uint8_t { RSAES_OAEP_SHA_256 };
enum class DryRunModifierType : std::uint8_t { IGNORE_CIPHERTEXT };
enum class DataKeySpec : std::uint8_t { AES_256, AES_128 };
enum class AlgorithmSpec : std::uint8_t {
    RSAES_PKCS1_V1_5,
    RSAES_OAEP_SHA_1,
    RSAES_OAEP_SHA_256,
    RSA_AES_KEY_WRAP_SHA_1,
    RSA_AES_KEY_WRAP_SHA_256,
    SM2PKE
};
enum class ConnectionErrorCodeType : std::uint8_t {
    INVALID_CREDENTIALS,
    CLUSTER_NOT_FOUND,
    NETWORK_ERRORS,
    INTERNAL_ERROR,
    INSUFFICIENT_CLOUDHSM_HSMS,
    USER_LOCKED_OUT,
    USER_NOT_FOUND,
    USER_LOGGED_IN,
    SUBNET_NOT_FOUND,
    INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET,
    XKS_PROXY_ACCESS_DENIED,
    XKS_PROXY_NOT_REACHABLE,
    XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND,
    XKS_PROXY_INVALID_RESPONSE,
    XKS_PROXY_INVALID_CONFIGURATION,
    XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION,
    XKS_PROXY_TIMED_OUT,
    XKS_PROXY_INVALID_TLS_CONFIGURATION
};
enum class ConnectionStateType : std::uint8_t { CONNECTED, CONNECTING, FAILED, DISCONNECTED, DISCONNECTING };
enum class CustomKeyStoreType : std::uint8_t { AWS_CLOUDHSM, EXTERNAL_KEY_STORE };
enum class DataKeyPairSpec : std::uint8_t {
    RSA_2048,
    RSA_3072,
    RSA_4096,
    ECC_NIST_P256,
    ECC_NIST_P384,
    ECC_NIST_P521,
    ECC_SECG_P256K1,
    SM2,
    ECC_NIST_EDWARDS25519,
    ML_KEM_1024,
    ML_KEM_512,
    ML_KEM_768
};
enum class GrantOperation : std::uint8_t {
    Decrypt,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    ReEncryptFrom,
    ReEncryptTo,
    Sign,
    Verify,
    GetPublicKey,
    CreateGrant,
    RetireGrant,
    DescribeKey,
    GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext,
    GenerateMac,
    VerifyMac,
    DeriveSharedSecret,
    Decapsulate,
    Encapsulate
};
enum class ImportType : std::uint8_t { NEW_KEY_MATERIAL, EXISTING_KEY_MATERIAL };
enum class KeyLastUsageTrackingOperation : std::uint8_t {
    Decrypt,
    DeriveSharedSecret,
    Encrypt,
    GenerateDataKey,
    GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext,
    GenerateDataKeyWithoutPlaintext,
    GenerateMac,
    ReEncrypt,
    Sign,
    Verify,
    VerifyMac,
    Decapsulate,
    Encapsulate
};
enum class MessageType : std::uint8_t { RAW, DIGEST, EXTERNAL_MU };
enum class WrappingKeySpec : std::uint8_t { RSA_2048, RSA_3072, RSA_4096, SM2 };
enum class XksProxyConnectivityType : std::uint8_t { PUBLIC_ENDPOINT, VPC_ENDPOINT_SERVICE };

template <>
const EnumInfo &enumInfo<KeyUsageType>();
template <>
const EnumInfo &enumInfo<CustomerMasterKeySpec>();
template <>
const EnumInfo &enumInfo<KeySpec>();
template <>
const EnumInfo &enumInfo<OriginType>();
template <>
const EnumInfo &enumInfo<KeyState>();
template <>
const EnumInfo &enumInfo<ExpirationModelType>();
template <>
const EnumInfo &enumInfo<KeyManagerType>();
template <>
const EnumInfo &enumInfo<EncryptionAlgorithmSpec>();
template <>
const EnumInfo &enumInfo<SigningAlgorithmSpec>();
template <>
const EnumInfo &enumInfo<KeyAgreementAlgorithmSpec>();
template <>
const EnumInfo &enumInfo<EncapsulationAlgorithmSpec>();
template <>
const EnumInfo &enumInfo<MultiRegionKeyType>();
template <>
const EnumInfo &enumInfo<MacAlgorithmSpec>();
template <>
const EnumInfo &enumInfo<IncludeKeyMaterial>();
template <>
const EnumInfo &enumInfo<ImportState>();
template <>
const EnumInfo &enumInfo<KeyMaterialState>();
template <>
const EnumInfo &enumInfo<RotationType>();
template <>
const EnumInfo &enumInfo<KeyEncryptionMechanism>();
template <>
const EnumInfo &enumInfo<DryRunModifierType>();
template <>
const EnumInfo &enumInfo<DataKeySpec>();
template <>
const EnumInfo &enumInfo<AlgorithmSpec>();
template <>
const EnumInfo &enumInfo<ConnectionErrorCodeType>();
template <>
const EnumInfo &enumInfo<ConnectionStateType>();
template <>
const EnumInfo &enumInfo<CustomKeyStoreType>();
template <>
const EnumInfo &enumInfo<DataKeyPairSpec>();
template <>
const EnumInfo &enumInfo<GrantOperation>();
template <>
const EnumInfo &enumInfo<ImportType>();
template <>
const EnumInfo &enumInfo<KeyLastUsageTrackingOperation>();
template <>
const EnumInfo &enumInfo<MessageType>();
template <>
const EnumInfo &enumInfo<WrappingKeySpec>();
template <>
const EnumInfo &enumInfo<XksProxyConnectivityType>();

} // namespace keyturn::kms
