// SPDX-License-Identifier: Apache-2.0
#include "kms/structures.h"

#include "kms/field_table.h"

#include <algorithm>

namespace keyturn::kms {

bool holdsSecret(const Field &field) {
    if (field.structure == nullptr) {
        return field.secret;
    }
    const auto inner = field.structure().fields;
    return std::any_of(inner.begin(), inner.end(), &holdsSecret);
}

template <>
const StructureInfo &structureInfo<Tag>() {
    static constexpr Field fields[] = {
        field<&Tag::tagKey>("TagKey").require().length(1, 128),
        field<&Tag::tagValue>("TagValue").require().length(0, 256),
    };
    static constexpr StructureInfo info{"Tag", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<MultiRegionKey>() {
    static constexpr Field fields[] = {
        field<&MultiRegionKey::arn>("Arn").length(20, 2048),
        field<&MultiRegionKey::region>("Region").length(1, 32).matching(R"re(^([a-z]+-){2,3}\d+$)re"),
    };
    static constexpr StructureInfo info{"MultiRegionKey", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<MultiRegionConfiguration>() {
    static constexpr Field fields[] = {
        field<&MultiRegionConfiguration::multiRegionKeyType>("MultiRegionKeyType"),
        field<&MultiRegionConfiguration::primaryKey>("PrimaryKey"),
        field<&MultiRegionConfiguration::replicaKeys>("ReplicaKeys"),
    };
    static constexpr StructureInfo info{"MultiRegionConfiguration", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<XksKeyConfigurationType>() {
    static constexpr Field fields[] = {
        field<&XksKeyConfigurationType::id>("Id").length(1, 128).matching(R"re(^[a-zA-Z0-9-_.]+$)re"),
    };
    static constexpr StructureInfo info{"XksKeyConfigurationType", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<KeyMetadata>() {
    static constexpr Field fields[] = {
        field<&KeyMetadata::awsAccountId>("AWSAccountId"),
        field<&KeyMetadata::keyId>("KeyId").require().length(1, 2048),
        field<&KeyMetadata::arn>("Arn").length(20, 2048),
        field<&KeyMetadata::creationDate>("CreationDate"),
        field<&KeyMetadata::enabled>("Enabled"),
        field<&KeyMetadata::description>("Description").length(0, 8192),
        field<&KeyMetadata::keyUsage>("KeyUsage"),
        field<&KeyMetadata::keyState>("KeyState"),
        field<&KeyMetadata::deletionDate>("DeletionDate"),
        field<&KeyMetadata::validTo>("ValidTo"),
        field<&KeyMetadata::origin>("Origin"),
        field<&KeyMetadata::customKeyStoreId>("CustomKeyStoreId").length(1, 64),
        field<&KeyMetadata::cloudHsmClusterId>("CloudHsmClusterId")
            .length(19, 24)
            .matching(R"re(cluster-[2-7a-zA-Z]{11,16})re"),
        field<&KeyMetadata::expirationModel>("ExpirationModel"),
        field<&KeyMetadata::keyManager>("KeyManager"),
        field<&KeyMetadata::customerMasterKeySpec>("CustomerMasterKeySpec").deprecate(),
        field<&KeyMetadata::keySpec>("KeySpec"),
        field<&KeyMetadata::encryptionAlgorithms>("EncryptionAlgorithms"),
        field<&KeyMetadata::signingAlgorithms>("SigningAlgorithms"),
        field<&KeyMetadata::multiRegion>("MultiRegion"),
        field<&KeyMetadata::multiRegionConfiguration>("MultiRegionConfiguration"),
        field<&KeyMetadata::pendingDeletionWindowInDays>("PendingDeletionWindowInDays").range(1, 365),
        field<&KeyMetadata::macAlgorithms>("MacAlgorithms"),
        field<&KeyMetadata::xksKeyConfiguration>("XksKeyConfiguration"),
        field<&KeyMetadata::keyAgreementAlgorithms>("KeyAgreementAlgorithms"),
        field<&KeyMetadata::encapsulationAlgorithms>("EncapsulationAlgorithms"),
        field<&KeyMetadata::currentKeyMaterialId>("CurrentKeyMaterialId")
            .length(64, 64)
            .matching(R"re(^[a-f0-9]+$)re"),
    };
    static constexpr StructureInfo info{"KeyMetadata", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<KeyListEntry>() {
    static constexpr Field fields[] = {
        field<&KeyListEntry::keyId>("KeyId").length(1, 2048),
        field<&KeyListEntry::keyArn>("KeyArn").length(20, 2048),
    };
    static constexpr StructureInfo info{"KeyListEntry", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<AliasListEntry>() {
    static constexpr Field fields[] = {
        field<&AliasListEntry::aliasName>("AliasName").length(1, 256).matching(R"re(^[a-zA-Z0-9:/_-]+$)re"),
        field<&AliasListEntry::aliasArn>("AliasArn").length(20, 2048),
        field<&AliasListEntry::targetKeyId>("TargetKeyId").length(1, 2048),
        field<&AliasListEntry::creationDate>("CreationDate"),
        field<&AliasListEntry::lastUpdatedDate>("LastUpdatedDate"),
    };
    static constexpr StructureInfo info{"AliasListEntry", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<RotationsListEntry>() {
    static constexpr Field fields[] = {
        field<&RotationsListEntry::keyId>("KeyId").length(1, 2048),
        field<&RotationsListEntry::keyMaterialId>("KeyMaterialId")
            .length(64, 64)
            .matching(R"re(^[a-f0-9]+$)re"),
        field<&RotationsListEntry::keyMaterialDescription>("KeyMaterialDescription")
            .length(0, 256)
            .matching(R"re(^[a-zA-Z0-9:/_\s.-]+$)re"),
        field<&RotationsListEntry::importState>("ImportState"),
        field<&RotationsListEntry::keyMaterialState>("KeyMaterialState"),
        field<&RotationsListEntry::expirationModel>("ExpirationModel"),
        field<&RotationsListEntry::validTo>("ValidTo"),
        field<&RotationsListEntry::rotationDate>("RotationDate"),
        field<&RotationsListEntry::rotationType>("RotationType"),
    };
    static constexpr StructureInfo info{"RotationsListEntry", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<RecipientInfo>() {
    static constexpr Field fields[] = {
        field<&RecipientInfo::keyEncryptionAlgorithm>("KeyEncryptionAlgorithm"),
        field<&RecipientInfo::attestationDocument>("AttestationDocument").length(1, 262144),
    };
    static constexpr StructureInfo info{"RecipientInfo", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<GrantConstraints>() {
    static constexpr Field fields[] = {
        field<&GrantConstraints::encryptionContextSubset>("EncryptionContextSubset"),
        field<&GrantConstraints::encryptionContextEquals>("EncryptionContextEquals"),
        field<&GrantConstraints::sourceArn>("SourceArn")
            .length(20, 512)
            .matching(R"re(^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$)re"),
    };
    static constexpr StructureInfo info{"GrantConstraints", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<GrantListEntry>() {
    static constexpr Field fields[] = {
        field<&GrantListEntry::keyId>("KeyId").length(1, 2048),
        field<&GrantListEntry::grantId>("GrantId").length(1, 128),
        field<&GrantListEntry::name>("Name").length(1, 256).matching(R"re(^[a-zA-Z0-9:/_-]+$)re"),
        field<&GrantListEntry::creationDate>("CreationDate"),
        field<&GrantListEntry::granteePrincipal>("GranteePrincipal")
            .length(1, 256)
            .matching(R"re(^[\w+=,.@:/-]+$)re"),
        field<&GrantListEntry::retiringPrincipal>("RetiringPrincipal")
            .length(1, 256)
            .matching(R"re(^[\w+=,.@:/-]+$)re"),
        field<&GrantListEntry::issuingAccount>("IssuingAccount")
            .length(1, 256)
            .matching(R"re(^[\w+=,.@:/-]+$)re"),
        field<&GrantListEntry::operations>("Operations"),
        field<&GrantListEntry::constraints>("Constraints"),
        field<&GrantListEntry::granteeServicePrincipal>("GranteeServicePrincipal")
            .length(1, 128)
            .matching(R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re"),
        field<&GrantListEntry::retiringServicePrincipal>("RetiringServicePrincipal")
            .length(1, 128)
            .matching(R"re(^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$)re"),
    };
    static constexpr StructureInfo info{"GrantListEntry", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<KeyLastUsageData>() {
    static constexpr Field fields[] = {
        field<&KeyLastUsageData::operation>("Operation"),
        field<&KeyLastUsageData::timestamp>("Timestamp"),
        field<&KeyLastUsageData::cloudTrailEventId>("CloudTrailEventId"),
        field<&KeyLastUsageData::kmsRequestId>("KmsRequestId"),
    };
    static constexpr StructureInfo info{"KeyLastUsageData", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<XksProxyAuthenticationCredentialType>() {
    static constexpr Field fields[] = {
        field<&XksProxyAuthenticationCredentialType::accessKeyId>("AccessKeyId")
            .require()
            .length(20, 30)
            .matching(R"re(^[A-Z2-7]+$)re"),
        field<&XksProxyAuthenticationCredentialType::rawSecretAccessKey>("RawSecretAccessKey")
            .require()
            .length(43, 64)
            .matching(R"re(^[a-zA-Z0-9\/+=]+$)re"),
    };
    static constexpr StructureInfo info{"XksProxyAuthenticationCredentialType", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<XksProxyConfigurationType>() {
    static constexpr Field fields[] = {
        field<&XksProxyConfigurationType::connectivity>("Connectivity"),
        field<&XksProxyConfigurationType::accessKeyId>("AccessKeyId")
            .length(20, 30)
            .matching(R"re(^[A-Z2-7]+$)re"),
        field<&XksProxyConfigurationType::uriEndpoint>("UriEndpoint")
            .length(10, 128)
            .matching(R"re(^https://[a-zA-Z0-9.-]+$)re"),
        field<&XksProxyConfigurationType::uriPath>("UriPath").length(10, 128).matching(
            R"re(^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$)re"),
        field<&XksProxyConfigurationType::vpcEndpointServiceName>("VpcEndpointServiceName")
            .length(20, 64)
            .matching(R"re(^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$)re"),
        field<&XksProxyConfigurationType::vpcEndpointServiceOwner>("VpcEndpointServiceOwner")
            .length(12, 12)
            .matching(R"re([0-9]{12})re"),
    };
    static constexpr StructureInfo info{"XksProxyConfigurationType", fields};
    return info;
}

template <>
const StructureInfo &structureInfo<CustomKeyStoresListEntry>() {
    static constexpr Field fields[] = {
        field<&CustomKeyStoresListEntry::customKeyStoreId>("CustomKeyStoreId").length(1, 64),
        field<&CustomKeyStoresListEntry::customKeyStoreName>("CustomKeyStoreName").length(1, 256),
        field<&CustomKeyStoresListEntry::cloudHsmClusterId>("CloudHsmClusterId")
            .length(19, 24)
            .matching(R"re(cluster-[2-7a-zA-Z]{11,16})re"),
        field<&CustomKeyStoresListEntry::trustAnchorCertificate>("TrustAnchorCertificate").length(1, 5000),
        field<&CustomKeyStoresListEntry::connectionState>("ConnectionState"),
        field<&CustomKeyStoresListEntry::connectionErrorCode>("ConnectionErrorCode"),
        field<&CustomKeyStoresListEntry::creationDate>("CreationDate"),
        field<&CustomKeyStoresListEntry::customKeyStoreType>("CustomKeyStoreType"),
        field<&CustomKeyStoresListEntry::xksProxyConfiguration>("XksProxyConfiguration"),
    };
    static constexpr StructureInfo info{"CustomKeyStoresListEntry", fields};
    return info;
}

} // namespace keyturn::kms
