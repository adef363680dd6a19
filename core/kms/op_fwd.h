// SPDX-License-Identifier: Apache-2.0
// The only list of all operations. An operation is added here, in kms/operations/, and in each backend's
// dispatch (where -Werror=switch names the place that was forgotten).
#pragma once

#include <cstddef>
#include <cstdint>

namespace keyturn::kms {

enum class OperationId : std::uint8_t {
    CreateKey,
    DescribeKey,
    ListKeys,
    ListAliases,
    CreateAlias,
    UpdateAlias,
    DeleteAlias,
    EnableKey,
    DisableKey,
    ScheduleKeyDeletion,
    CancelKeyDeletion,
    RotateKeyOnDemand,
    EnableKeyRotation,
    DisableKeyRotation,
    GetKeyRotationStatus,
    ListKeyRotations,
    UpdateKeyDescription,
    TagResource,
    UntagResource,
    ListResourceTags,
    Encrypt,
    Decrypt,
    ReEncrypt,
    GenerateDataKey,
    GenerateDataKeyWithoutPlaintext,
    GenerateRandom,
    GetPublicKey,
    CreateGrant,
    ListGrants,
    ListRetirableGrants,
    RetireGrant,
    RevokeGrant,
    GetKeyPolicy,
    PutKeyPolicy,
    ListKeyPolicies,
    GetParametersForImport,
    ImportKeyMaterial,
    DeleteImportedKeyMaterial,
    ReplicateKey,
    UpdatePrimaryRegion,
    Sign,
    Verify,
    GenerateMac,
    VerifyMac,
    DeriveSharedSecret,
    Encapsulate,
    Decapsulate,
    GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext,
    GetKeyLastUsage,
    CreateCustomKeyStore,
    UpdateCustomKeyStore,
    DeleteCustomKeyStore,
    DescribeCustomKeyStores,
    ConnectCustomKeyStore,
    DisconnectCustomKeyStore,
};

inline constexpr std::size_t operationCount = 56;

struct CreateKey;
struct DescribeKey;
struct ListKeys;
struct ListAliases;
struct CreateAlias;
struct UpdateAlias;
struct DeleteAlias;
struct EnableKey;
struct DisableKey;
struct ScheduleKeyDeletion;
struct CancelKeyDeletion;
struct RotateKeyOnDemand;
struct EnableKeyRotation;
struct DisableKeyRotation;
struct GetKeyRotationStatus;
struct ListKeyRotations;
struct UpdateKeyDescription;
struct TagResource;
struct UntagResource;
struct ListResourceTags;
struct Encrypt;
struct Decrypt;
struct ReEncrypt;
struct GenerateDataKey;
struct GenerateDataKeyWithoutPlaintext;
struct GenerateRandom;
struct GetPublicKey;
struct CreateGrant;
struct ListGrants;
struct ListRetirableGrants;
struct RetireGrant;
struct RevokeGrant;
struct GetKeyPolicy;
struct PutKeyPolicy;
struct ListKeyPolicies;
struct GetParametersForImport;
struct ImportKeyMaterial;
struct DeleteImportedKeyMaterial;
struct ReplicateKey;
struct UpdatePrimaryRegion;
struct Sign;
struct Verify;
struct GenerateMac;
struct VerifyMac;
struct DeriveSharedSecret;
struct Encapsulate;
struct Decapsulate;
struct GenerateDataKeyPair;
struct GenerateDataKeyPairWithoutPlaintext;
struct GetKeyLastUsage;
struct CreateCustomKeyStore;
struct UpdateCustomKeyStore;
struct DeleteCustomKeyStore;
struct DescribeCustomKeyStores;
struct ConnectCustomKeyStore;
struct DisconnectCustomKeyStore;

} // namespace keyturn::kms
