// SPDX-License-Identifier: Apache-2.0
// What only reads: descriptions, lists page by page, rotation status, public keys.
#include "fakes/fake_kms_store.h"

#include <algorithm>

namespace keyturn::test {

using kms::KeyState;

namespace {

/// The part of `all` that a page is, from the marker on; a marker is "from:<position>".
template <class Item>
Result<std::vector<Item>> page(const std::vector<Item> &all, const std::optional<std::int64_t> &limit,
                               const std::optional<std::string> &marker, std::int64_t defaultLimit,
                               std::optional<std::string> &nextMarker, std::optional<bool> &truncated) {
    constexpr std::string_view prefix = "from:";
    std::size_t from = 0;
    if (marker) {
        const bool known = marker->starts_with(prefix) && marker->size() > prefix.size() &&
                           marker->find_first_not_of("0123456789", prefix.size()) == std::string::npos;
        from = known ? std::stoul(marker->substr(prefix.size())) : all.size() + 1;
        if (from > all.size()) {
            return refuse(ErrorCode::InvalidMarker, "The marker is not one that this operation has given.");
        }
    }
    const std::size_t end =
        std::min(all.size(), from + static_cast<std::size_t>(limit.value_or(defaultLimit)));
    truncated = end < all.size();
    if (*truncated) {
        nextMarker = std::string(prefix) + std::to_string(end);
    }
    return std::vector<Item>(all.begin() + static_cast<std::ptrdiff_t>(from),
                             all.begin() + static_cast<std::ptrdiff_t>(end));
}

} // namespace

kms::KeyMetadata FakeKms::Store::metadataOf(const FakeKey &key) const {
    kms::KeyMetadata metadata;
    metadata.awsAccountId = m_options.accountId;
    metadata.keyId = key.id;
    metadata.arn = key.arn;
    metadata.creationDate = key.created;
    metadata.enabled = key.state == KeyState::Enabled;
    metadata.description = key.description;
    metadata.keyUsage = key.usage;
    metadata.keyState = key.state;
    metadata.deletionDate = key.deletionDate;
    metadata.origin = kms::OriginType::AWS_KMS;
    metadata.keyManager = kms::KeyManagerType::CUSTOMER;
    metadata.customerMasterKeySpec =
        kms::Open<kms::CustomerMasterKeySpec>::fromText(kms::Open(key.spec).text());
    metadata.keySpec = key.spec;
    if (key.usage == kms::KeyUsageType::ENCRYPT_DECRYPT) {
        metadata.encryptionAlgorithms = algorithmsOf(key);
    }
    metadata.multiRegion = false;
    if (key.isSymmetric()) {
        metadata.currentKeyMaterialId = key.materials.back().id;
    }
    return metadata;
}

Result<kms::DescribeKey::Reply> FakeKms::Store::handle(const kms::DescribeKey::Request &request) {
    if (auto tokens = checkGrantTokens(request.grantTokens); !tokens) {
        return failFrom(tokens);
    }
    auto key = find(*request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    return kms::DescribeKey::Reply{metadataOf(**key)};
}

Result<kms::ListKeys::Reply> FakeKms::Store::handle(const kms::ListKeys::Request &request) {
    std::vector<kms::KeyListEntry> all;
    for (const auto &[id, key] : m_keys) {
        all.push_back({id, key.arn});
    }
    kms::ListKeys::Reply reply;
    auto keys = page(all, request.limit, request.marker, 100, reply.nextMarker, reply.truncated);
    if (!keys) {
        return failFrom(keys);
    }
    reply.keys = std::move(*keys);
    return reply;
}

Result<kms::ListAliases::Reply> FakeKms::Store::handle(const kms::ListAliases::Request &request) {
    std::string only;
    if (request.keyId) {
        auto key = find(*request.keyId, kms::keyIdOrArn);
        if (!key) {
            return failFrom(key);
        }
        only = (*key)->id;
    }
    std::vector<kms::AliasListEntry> all;
    for (const auto &[name, alias] : m_aliases) {
        if (only.empty() || alias.keyId == only) {
            all.push_back({name, aliasArn(name), alias.keyId, alias.created, alias.updated});
        }
    }
    kms::ListAliases::Reply reply;
    auto aliases = page(all, request.limit, request.marker, 50, reply.nextMarker, reply.truncated);
    if (!aliases) {
        return failFrom(aliases);
    }
    reply.aliases = std::move(*aliases);
    return reply;
}

Result<kms::ListResourceTags::Reply> FakeKms::Store::handle(const kms::ListResourceTags::Request &request) {
    auto key = find(*request.keyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    Tags all;
    for (const auto &[name, value] : (*key)->tags) {
        all.push_back({name, value});
    }
    kms::ListResourceTags::Reply reply;
    auto tags = page(all, request.limit, request.marker, 50, reply.nextMarker, reply.truncated);
    if (!tags) {
        return failFrom(tags);
    }
    reply.tags = std::move(*tags);
    return reply;
}

Result<kms::GetKeyRotationStatus::Reply>
FakeKms::Store::handle(const kms::GetKeyRotationStatus::Request &request) {
    auto key = rotatingKey(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    kms::GetKeyRotationStatus::Reply reply;
    reply.keyId = (*key)->id;
    reply.keyRotationEnabled = (*key)->rotates && (*key)->state != KeyState::PendingDeletion;
    if (*reply.keyRotationEnabled) {
        reply.rotationPeriodInDays = (*key)->periodDays;
        reply.nextRotationDate = (*key)->nextRotation;
    }
    return reply;
}

Result<kms::ListKeyRotations::Reply> FakeKms::Store::handle(const kms::ListKeyRotations::Request &request) {
    auto key = rotatingKey(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    const bool everything = request.includeKeyMaterial &&
                            *request.includeKeyMaterial == kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
    std::vector<kms::RotationsListEntry> all;
    for (const FakeMaterial &material : (*key)->materials) {
        if (!everything && !material.rotation) {
            continue;
        }
        kms::RotationsListEntry entry;
        entry.keyId = (*key)->id;
        entry.keyMaterialId = material.id;
        entry.keyMaterialState = &material == &(*key)->materials.back() ? kms::KeyMaterialState::CURRENT
                                                                        : kms::KeyMaterialState::NON_CURRENT;
        if (material.rotation) {
            entry.rotationDate = material.since;
            entry.rotationType = *material.rotation;
        }
        all.push_back(std::move(entry));
    }
    kms::ListKeyRotations::Reply reply;
    auto rotations = page(all, request.limit, request.marker, 100, reply.nextMarker, reply.truncated);
    if (!rotations) {
        return failFrom(rotations);
    }
    reply.rotations = std::move(*rotations);
    return reply;
}

Result<kms::GetPublicKey::Reply> FakeKms::Store::handle(const kms::GetPublicKey::Request &request) {
    if (auto tokens = checkGrantTokens(request.grantTokens); !tokens) {
        return failFrom(tokens);
    }
    auto key = find(*request.keyId, kms::anyKeyIdentifier);
    if (!key) {
        return failFrom(key);
    }
    if (!(*key)->rsa) {
        return refuse(ErrorCode::UnsupportedOperation, (*key)->arn + " has no public key.");
    }
    if (auto state = checkState(**key); !state) {
        return failFrom(state);
    }
    auto spki = (*key)->rsa->publicKey().toSpki();
    if (!spki) {
        return failFrom(spki);
    }
    kms::GetPublicKey::Reply reply;
    reply.keyId = (*key)->arn;
    reply.publicKey = std::move(*spki);
    reply.customerMasterKeySpec =
        kms::Open<kms::CustomerMasterKeySpec>::fromText(kms::Open((*key)->spec).text());
    reply.keySpec = (*key)->spec;
    reply.keyUsage = (*key)->usage;
    reply.encryptionAlgorithms = algorithmsOf(**key);
    return reply;
}

} // namespace keyturn::test
