// SPDX-License-Identifier: Apache-2.0
#include "kms/structures.h"

#include "kms/field_table.h"

namespace keyturn::kms {

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

} // namespace keyturn::kms
