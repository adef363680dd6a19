// SPDX-License-Identifier: Apache-2.0
// DescribeKey, GetPublicKey, ListKeys, ListAliases, ListResourceTags.
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/markers.h"
#include "vault/handlers/reading.h"
#include "vault/handlers/related_keys.h"
#include "vault/handlers/resolve.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

/// The deprecated twin has the same value, as long as it knows the spec.
kms::Open<kms::CustomerMasterKeySpec> deprecatedSpec(kms::KeySpec spec) {
    return kms::Open<kms::CustomerMasterKeySpec>::fromText(kms::Open(spec).text());
}

/// The list of the key's one usage, in KeyMetadata and in GetPublicKey's answer.
template <class T>
void listAlgorithms(const KeyState &key, T &out) {
    if (key.usage == kms::KeyUsageType::ENCRYPT_DECRYPT) {
        out.encryptionAlgorithms = encryptionAlgorithmsOf(key.spec);
    } else if (key.usage == kms::KeyUsageType::SIGN_VERIFY) {
        out.signingAlgorithms = signingAlgorithmsOf(key.spec);
    } else if (key.usage == kms::KeyUsageType::KEY_AGREEMENT) {
        out.keyAgreementAlgorithms = {kms::KeyAgreementAlgorithmSpec::ECDH};
    }
}

/// Of imported material that is there; the first expiry counts.
void describeImport(const KeyState &key, kms::KeyMetadata &metadata) {
    if (!std::ranges::any_of(key.materials, &MaterialInfo::isPresent) || !key.isImported) {
        return;
    }
    metadata.validTo = key.materialExpires();
    metadata.expirationModel = metadata.validTo ? kms::ExpirationModelType::KEY_MATERIAL_EXPIRES
                                                : kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
}

} // namespace

kms::KeyMetadata metadataOf(const VaultNames &names, const KeyState &key) {
    kms::KeyMetadata metadata;
    metadata.awsAccountId = names.account;
    metadata.keyId = key.uuid;
    metadata.arn = key.arn;
    metadata.creationDate = key.created;
    metadata.enabled = key.state == kms::KeyState::Enabled;
    metadata.description = key.description;
    metadata.keyUsage = key.usage;
    metadata.keyState = key.state;
    metadata.deletionDate = key.deletionDate;
    metadata.origin = key.isImported ? kms::OriginType::EXTERNAL : kms::OriginType::AWS_KMS;
    metadata.keyManager = kms::KeyManagerType::CUSTOMER;
    metadata.customerMasterKeySpec = deprecatedSpec(key.spec);
    metadata.keySpec = key.spec;
    listAlgorithms(key, metadata);
    if (key.usage == kms::KeyUsageType::GENERATE_VERIFY_MAC) {
        metadata.macAlgorithms = macAlgorithmsOf(key.spec);
    }
    metadata.multiRegion = key.isMultiRegion();
    if (key.isMultiRegion()) {
        metadata.multiRegionConfiguration = configurationOf(names, key);
    }
    if (key.state == kms::KeyState::PendingReplicaDeletion) {
        metadata.pendingDeletionWindowInDays = key.deletionWindowDays;
    }
    describeImport(key, metadata);
    if (key.isSymmetric() && !key.materials.empty()) {
        metadata.currentKeyMaterialId = key.currentMaterial().externalId;
    }
    return metadata;
}

Result<kms::DescribeKey::Reply> describeKey(Call &call, const kms::DescribeKey::Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    return kms::DescribeKey::Reply{metadataOf(call.core.names, **key)};
}

Result<kms::GetPublicKey::Reply> getPublicKey(Call &call, const kms::GetPublicKey::Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    const bool isHmac = macHashOf((*key)->spec).has_value();
    if (isHmac || (*key)->isSymmetric()) {
        return unsupportedFault((*key)->arn + (isHmac ? " is an HMAC" : " is a symmetric") +
                                " key: it has no public key.");
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    kms::GetPublicKey::Reply reply;
    reply.keyId = (*key)->arn;
    reply.publicKey = (*key)->publicKey;
    reply.customerMasterKeySpec = deprecatedSpec((*key)->spec);
    reply.keySpec = (*key)->spec;
    reply.keyUsage = (*key)->usage;
    listAlgorithms(**key, reply);
    return reply;
}

Result<kms::ListKeys::Reply> listKeys(Call &call, const kms::ListKeys::Request &request) {
    auto position = readMarker(call, {}, request.marker);
    if (!position) {
        return failFrom(position);
    }
    const std::size_t size = pageSize(call, request.limit);
    call.trace.directoryGeneration = call.core.keys.generation();
    const auto keys = call.core.keys.keysAfter(parseKeyId(*position), size + 1);
    kms::ListKeys::Reply reply;
    auto &entries = reply.keys.emplace();
    for (const KeyPointer &key : keys) {
        entries.push_back({key->uuid, key->arn});
    }
    closePage(call, {}, size, entries, reply, [](const kms::KeyListEntry &last) { return *last.keyId; });
    return reply;
}

Result<kms::ListAliases::Reply> listAliases(Call &call, const kms::ListAliases::Request &request) {
    KeyPointer key;
    if (request.keyId) {
        auto found = resolveKey(call, *request.keyId, kms::keyIdOrArn);
        if (!found) {
            return failFrom(found);
        }
        key = std::move(*found);
    }
    const std::string scope = key ? key->uuid : std::string();
    auto position = readMarker(call, scope, request.marker);
    if (!position) {
        return failFrom(position);
    }
    const std::size_t size = pageSize(call, request.limit);
    call.trace.directoryGeneration = call.core.keys.generation();
    const auto aliases =
        call.core.keys.aliasesAfter(*position, size + 1, key ? std::optional(key->id) : std::nullopt);
    kms::ListAliases::Reply reply;
    auto &entries = reply.aliases.emplace();
    for (const AliasState &alias : aliases) {
        const KeyPointer target = key ? key : call.core.keys.find(alias.target);
        entries.push_back({alias.name, call.core.names.aliasArn(alias.name),
                           target ? target->uuid : formatUuid(alias.target), alias.created, alias.updated});
    }
    closePage(call, scope, size, entries, reply,
              [](const kms::AliasListEntry &last) { return *last.aliasName; });
    return reply;
}

Result<kms::ListResourceTags::Reply> listResourceTags(Call &call,
                                                      const kms::ListResourceTags::Request &request) {
    auto key = resolveKey(call, *request.keyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    auto position = readMarker(call, (*key)->uuid, request.marker);
    if (!position) {
        return failFrom(position);
    }
    const std::size_t size = pageSize(call, request.limit);
    const auto &all = (*key)->tags;
    auto tag = position->empty() ? all.begin()
                                 : std::find_if(all.begin(), all.end(), [&](const kms::Tag &candidate) {
                                       return *candidate.tagKey > *position;
                                   });
    kms::ListResourceTags::Reply reply;
    auto &tags = reply.tags.emplace();
    for (; tag != all.end() && tags.size() <= size; ++tag) {
        tags.push_back(*tag);
    }
    closePage(call, (*key)->uuid, size, tags, reply, [](const kms::Tag &last) { return *last.tagKey; });
    return reply;
}

} // namespace keyturn::vault
