// SPDX-License-Identifier: Apache-2.0
// The structures that requests and replies hold (kms-api.json "structures"). Every member is optional:
// services leave members out, and "absent" and "empty" are different things on the wire. Plain values.
#pragma once

#include "base/bytes.h"
#include "base/clock.h"
#include "base/secret_text.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/field.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::kms {

struct Tag {
    std::optional<std::string> tagKey;   ///< required; 1 to 128 characters
    std::optional<std::string> tagValue; ///< required; 0 to 256 characters

    bool operator==(const Tag &) const = default;
};

struct MultiRegionKey {
    std::optional<std::string> arn;    ///< 20 to 2048 characters
    std::optional<std::string> region; ///< 1 to 32 characters

    bool operator==(const MultiRegionKey &) const = default;
};

struct MultiRegionConfiguration {
    std::optional<Open<MultiRegionKeyType>> multiRegionKeyType;
    std::optional<MultiRegionKey> primaryKey;
    std::optional<std::vector<MultiRegionKey>> replicaKeys;

    bool operator==(const MultiRegionConfiguration &) const = default;
};

struct XksKeyConfigurationType {
    std::optional<std::string> id; ///< 1 to 128 characters

    bool operator==(const XksKeyConfigurationType &) const = default;
};

struct KeyMetadata {
    std::optional<std::string> awsAccountId;
    std::optional<std::string> keyId; ///< required; 1 to 2048 characters
    std::optional<std::string> arn;   ///< 20 to 2048 characters
    std::optional<Timestamp> creationDate;
    std::optional<bool> enabled;
    std::optional<std::string> description; ///< 0 to 8192 characters
    std::optional<Open<KeyUsageType>> keyUsage;
    std::optional<Open<KeyState>> keyState;
    std::optional<Timestamp> deletionDate;
    std::optional<Timestamp> validTo;
    std::optional<Open<OriginType>> origin;
    std::optional<std::string> customKeyStoreId;  ///< 1 to 64 characters
    std::optional<std::string> cloudHsmClusterId; ///< 19 to 24 characters
    std::optional<Open<ExpirationModelType>> expirationModel;
    std::optional<Open<KeyManagerType>> keyManager;
    std::optional<Open<CustomerMasterKeySpec>> customerMasterKeySpec; ///< deprecated
    std::optional<Open<KeySpec>> keySpec;
    std::optional<std::vector<Open<EncryptionAlgorithmSpec>>> encryptionAlgorithms;
    std::optional<std::vector<Open<SigningAlgorithmSpec>>> signingAlgorithms;
    std::optional<bool> multiRegion;
    std::optional<MultiRegionConfiguration> multiRegionConfiguration;
    std::optional<std::int64_t> pendingDeletionWindowInDays; ///< 1 to 365
    std::optional<std::vector<Open<MacAlgorithmSpec>>> macAlgorithms;
    std::optional<XksKeyConfigurationType> xksKeyConfiguration;
    std::optional<std::vector<Open<KeyAgreementAlgorithmSpec>>> keyAgreementAlgorithms;
    std::optional<std::vector<Open<EncapsulationAlgorithmSpec>>> encapsulationAlgorithms;
    std::optional<std::string> currentKeyMaterialId; ///< 64 to 64 characters

    bool operator==(const KeyMetadata &) const = default;
};

struct KeyListEntry {
    std::optional<std::string> keyId;  ///< 1 to 2048 characters
    std::optional<std::string> keyArn; ///< 20 to 2048 characters

    bool operator==(const KeyListEntry &) const = default;
};

struct AliasListEntry {
    std::optional<std::string> aliasName;   ///< 1 to 256 characters
    std::optional<std::string> aliasArn;    ///< 20 to 2048 characters
    std::optional<std::string> targetKeyId; ///< 1 to 2048 characters
    std::optional<Timestamp> creationDate;
    std::optional<Timestamp> lastUpdatedDate;

    bool operator==(const AliasListEntry &) const = default;
};

struct RotationsListEntry {
    std::optional<std::string> keyId;                  ///< 1 to 2048 characters
    std::optional<std::string> keyMaterialId;          ///< 64 to 64 characters
    std::optional<std::string> keyMaterialDescription; ///< 0 to 256 characters
    std::optional<Open<ImportState>> importState;
    std::optional<Open<KeyMaterialState>> keyMaterialState;
    std::optional<Open<ExpirationModelType>> expirationModel;
    std::optional<Timestamp> validTo;
    std::optional<Timestamp> rotationDate;
    std::optional<Open<RotationType>> rotationType;

    bool operator==(const RotationsListEntry &) const = default;
};

struct RecipientInfo {
    std::optional<Open<KeyEncryptionMechanism>> keyEncryptionAlgorithm;
    std::optional<Bytes> attestationDocument; ///< 1 to 262144 bytes

    bool operator==(const RecipientInfo &) const = default;
};

/// What a grant is narrowed to. Contexts count for symmetric keys only; published bounds: at most 8 pairs in
/// each, values of at most 384 characters (kms-semantics.md section 4).
struct GrantConstraints {
    std::optional<EncryptionContext> encryptionContextSubset;
    std::optional<EncryptionContext> encryptionContextEquals;
    std::optional<std::string> sourceArn; ///< 20 to 512 characters

    bool operator==(const GrantConstraints &) const = default;
};

/// A grant as it is listed: never with its token.
struct GrantListEntry {
    std::optional<std::string> keyId;   ///< 1 to 2048 characters
    std::optional<std::string> grantId; ///< 1 to 128 characters
    std::optional<std::string> name;    ///< 1 to 256 characters
    std::optional<Timestamp> creationDate;
    std::optional<std::string> granteePrincipal;  ///< 1 to 256 characters
    std::optional<std::string> retiringPrincipal; ///< 1 to 256 characters
    std::optional<std::string> issuingAccount;    ///< 1 to 256 characters
    std::optional<std::vector<Open<GrantOperation>>> operations;
    std::optional<GrantConstraints> constraints;
    std::optional<std::string> granteeServicePrincipal;  ///< 1 to 128 characters
    std::optional<std::string> retiringServicePrincipal; ///< 1 to 128 characters

    bool operator==(const GrantListEntry &) const = default;
};

struct KeyLastUsageData {
    std::optional<Open<KeyLastUsageTrackingOperation>> operation;
    std::optional<Timestamp> timestamp;
    std::optional<std::string> cloudTrailEventId;
    std::optional<std::string> kmsRequestId;

    bool operator==(const KeyLastUsageData &) const = default;
};

/// With what KMS signs its requests to an external key store's proxy. Moves, never copies.
struct XksProxyAuthenticationCredentialType {
    std::optional<SecretText> accessKeyId;        ///< required; 20 to 30 characters
    std::optional<SecretText> rawSecretAccessKey; ///< required; 43 to 64 characters
};

/// The proxy of an external key store, as it is listed: without the secret half of its credential.
struct XksProxyConfigurationType {
    std::optional<Open<XksProxyConnectivityType>> connectivity;
    std::optional<SecretText> accessKeyId;              ///< 20 to 30 characters
    std::optional<std::string> uriEndpoint;             ///< 10 to 128 characters
    std::optional<std::string> uriPath;                 ///< 10 to 128 characters
    std::optional<std::string> vpcEndpointServiceName;  ///< 20 to 64 characters
    std::optional<std::string> vpcEndpointServiceOwner; ///< 12 to 12 characters
};

struct CustomKeyStoresListEntry {
    std::optional<std::string> customKeyStoreId;       ///< 1 to 64 characters
    std::optional<std::string> customKeyStoreName;     ///< 1 to 256 characters
    std::optional<std::string> cloudHsmClusterId;      ///< 19 to 24 characters
    std::optional<std::string> trustAnchorCertificate; ///< 1 to 5000 characters
    std::optional<Open<ConnectionStateType>> connectionState;
    std::optional<Open<ConnectionErrorCodeType>> connectionErrorCode;
    std::optional<Timestamp> creationDate;
    std::optional<Open<CustomKeyStoreType>> customKeyStoreType;
    std::optional<XksProxyConfigurationType> xksProxyConfiguration;
};

template <>
const StructureInfo &structureInfo<Tag>();
template <>
const StructureInfo &structureInfo<MultiRegionKey>();
template <>
const StructureInfo &structureInfo<MultiRegionConfiguration>();
template <>
const StructureInfo &structureInfo<XksKeyConfigurationType>();
template <>
const StructureInfo &structureInfo<KeyMetadata>();
template <>
const StructureInfo &structureInfo<KeyListEntry>();
template <>
const StructureInfo &structureInfo<AliasListEntry>();
template <>
const StructureInfo &structureInfo<RotationsListEntry>();
template <>
const StructureInfo &structureInfo<RecipientInfo>();
template <>
const StructureInfo &structureInfo<GrantConstraints>();
template <>
const StructureInfo &structureInfo<GrantListEntry>();
template <>
const StructureInfo &structureInfo<KeyLastUsageData>();
template <>
const StructureInfo &structureInfo<XksProxyAuthenticationCredentialType>();
template <>
const StructureInfo &structureInfo<XksProxyConfigurationType>();
template <>
const StructureInfo &structureInfo<CustomKeyStoresListEntry>();

} // namespace keyturn::kms
