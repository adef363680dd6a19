// SPDX-License-Identifier: Apache-2.0
// Keys, their states, aliases, tags and rotation (kms-semantics.md sections 2, 7, 8, 10 and 11).
#include "fakes/fake_kms_store.h"

#include "base/text.h"
#include "kms/identifier.h"

#include <algorithm>
#include <set>

namespace keyturn::test {

using kms::KeySpec;
using kms::KeyState;
using kms::KeyUsageType;

namespace {

constexpr std::size_t maxTags = 50;
constexpr std::size_t maxAliases = 50;
constexpr int maxOnDemandRotations = 25;

KeySpec specOf(const kms::CreateKey::Request &request) {
    if (request.keySpec) {
        return request.keySpec->known().value_or(KeySpec::SYMMETRIC_DEFAULT);
    }
    return request.customerMasterKeySpec ? kms::Open<KeySpec>::fromText(request.customerMasterKeySpec->text())
                                               .known()
                                               .value_or(KeySpec::SYMMETRIC_DEFAULT)
                                         : KeySpec::SYMMETRIC_DEFAULT;
}

Result<KeyUsageType> usageOf(const kms::CreateKey::Request &request, KeySpec spec) {
    if (!request.keyUsage && spec != KeySpec::SYMMETRIC_DEFAULT) {
        return refuse(
            ErrorCode::Validation,
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
    }
    const auto usage = request.keyUsage ? request.keyUsage->known().value_or(KeyUsageType::ENCRYPT_DECRYPT)
                                        : KeyUsageType::ENCRYPT_DECRYPT;
    const bool hmac = spec == KeySpec::HMAC_256;
    const bool rsa = rsaSizeBits(spec) != 0;
    const bool fits = (usage == KeyUsageType::ENCRYPT_DECRYPT && !hmac) ||
                      (usage == KeyUsageType::GENERATE_VERIFY_MAC && hmac) ||
                      (usage == KeyUsageType::SIGN_VERIFY && rsa);
    if (!fits) {
        return refuse(ErrorCode::Validation, "KeyUsage " + std::string(kms::Open(usage).text()) +
                                                 " is not compatible with KeySpec " +
                                                 std::string(kms::Open(spec).text()));
    }
    return usage;
}

Status checkAliasName(const std::string &name) {
    if (!name.starts_with("alias/")) {
        return refuse(ErrorCode::Validation, "Alias must start with the prefix \"alias/\".");
    }
    if (name.starts_with("alias/aws/")) {
        return refuse(ErrorCode::NotAuthorized, "Aliases that begin with alias/aws/ are reserved.");
    }
    if (!kms::isWellFormedAliasName(name)) {
        return refuse(ErrorCode::InvalidAliasName, "The alias name is not valid.");
    }
    return {};
}

} // namespace

Status FakeKms::Store::mergeTags(std::map<std::string, std::string> &tags, const Tags &added) const {
    std::set<std::string> names;
    auto merged = tags;
    for (const kms::Tag &tag : added) {
        if (!names.insert(*tag.tagKey).second) {
            return refuse(ErrorCode::Tag, "Duplicate tag keys");
        }
        if (toLowerAscii(*tag.tagKey).starts_with("aws:")) {
            return refuse(ErrorCode::Tag, "Tags beginning with aws: are reserved");
        }
        merged[*tag.tagKey] = *tag.tagValue;
    }
    if (merged.size() > maxTags) {
        return refuse(ErrorCode::Tag, "Too many tags");
    }
    tags = std::move(merged);
    return {};
}

Result<kms::CreateKey::Reply> FakeKms::Store::handle(const kms::CreateKey::Request &request) {
    FakeKey key;
    key.spec = specOf(request);
    const auto usage = usageOf(request, key.spec);
    if (!usage) {
        return tl::unexpected<Error>(usage.error());
    }
    const bool own = !request.origin || *request.origin == kms::OriginType::AWS_KMS;
    if (!own || request.customKeyStoreId || request.xksKeyId || request.multiRegion.value_or(false)) {
        return refuse(ErrorCode::UnsupportedOperation, "FakeKms makes keys of its own in one Region only.");
    }
    if (auto tagged = mergeTags(key.tags, request.tags.value_or(Tags())); !tagged) {
        return failFrom(tagged);
    }
    if (const unsigned bits = rsaSizeBits(key.spec)) {
        auto pair = crypto::RsaKeyPair::generate(bits);
        if (!pair) {
            return failFrom(pair);
        }
        key.rsa.emplace(std::move(*pair));
    }
    const std::string hex = uniqueHex(32);
    key.id = hex.substr(0, 8) + '-' + hex.substr(8, 4) + "-4" + hex.substr(13, 3) + "-8" + hex.substr(17, 3) +
             '-' + hex.substr(20, 12);
    key.arn = kms::keyArn(m_options.partition, m_options.region, m_options.accountId, key.id);
    key.usage = *usage;
    key.description = request.description.value_or("");
    key.created = now();
    key.materials.push_back(newMaterial(std::nullopt));
    kms::CreateKey::Reply reply{metadataOf(key)};
    m_keys.emplace(key.id, std::move(key));
    return reply;
}

Result<kms::EnableKey::Reply> FakeKms::Store::handle(const kms::EnableKey::Request &request) {
    auto key = keyToChange(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    (*key)->state = KeyState::Enabled;
    return kms::EnableKey::Reply{};
}

Result<kms::DisableKey::Reply> FakeKms::Store::handle(const kms::DisableKey::Request &request) {
    auto key = keyToChange(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    (*key)->state = KeyState::Disabled;
    return kms::DisableKey::Reply{};
}

Result<kms::ScheduleKeyDeletion::Reply>
FakeKms::Store::handle(const kms::ScheduleKeyDeletion::Request &request) {
    auto found = keyToChange(*request.keyId);
    if (!found) {
        return failFrom(found);
    }
    constexpr std::int64_t defaultDays = 30;
    FakeKey &key = **found;
    const auto days = request.pendingWindowInDays.value_or(defaultDays);
    key.state = KeyState::PendingDeletion;
    key.deletionDate = now() + std::chrono::days(days);
    return kms::ScheduleKeyDeletion::Reply{key.arn, key.deletionDate, key.state, days};
}

Result<kms::CancelKeyDeletion::Reply> FakeKms::Store::handle(const kms::CancelKeyDeletion::Request &request) {
    auto key = keyToChange(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    (*key)->state = KeyState::Disabled;
    (*key)->deletionDate.reset();
    return kms::CancelKeyDeletion::Reply{(*key)->arn};
}

Result<kms::UpdateKeyDescription::Reply>
FakeKms::Store::handle(const kms::UpdateKeyDescription::Request &request) {
    auto key = keyToChange(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    (*key)->description = *request.description;
    return kms::UpdateKeyDescription::Reply{};
}

Result<kms::TagResource::Reply> FakeKms::Store::handle(const kms::TagResource::Request &request) {
    auto key = keyToChange(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    if (auto tagged = mergeTags((*key)->tags, *request.tags); !tagged) {
        return failFrom(tagged);
    }
    return kms::TagResource::Reply{};
}

Result<kms::UntagResource::Reply> FakeKms::Store::handle(const kms::UntagResource::Request &request) {
    auto key = keyToChange(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    for (const std::string &name : *request.tagKeys) {
        (*key)->tags.erase(name);
    }
    return kms::UntagResource::Reply{};
}

Status FakeKms::Store::checkAliasTarget(const std::string &keyId) const {
    const auto count = std::count_if(m_aliases.begin(), m_aliases.end(),
                                     [&](const auto &alias) { return alias.second.keyId == keyId; });
    if (static_cast<std::size_t>(count) < maxAliases) {
        return {};
    }
    return refuse(ErrorCode::LimitExceeded, "The key has 50 aliases, which is the limit.");
}

Result<kms::CreateAlias::Reply> FakeKms::Store::handle(const kms::CreateAlias::Request &request) {
    if (auto name = checkAliasName(*request.aliasName); !name) {
        return failFrom(name);
    }
    if (kms::parseKeyIdentifier(*request.targetKeyId).isAlias()) {
        return refuse(ErrorCode::Validation, "Aliases must refer to keys. Not aliases");
    }
    auto key = find(*request.targetKeyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    if (m_aliases.contains(*request.aliasName)) {
        return refuse(ErrorCode::AlreadyExists,
                      "An alias with the name " + aliasArn(*request.aliasName) + " already exists");
    }
    auto allowed = checkState(**key);
    if (allowed) {
        allowed = checkAliasTarget((*key)->id);
    }
    if (!allowed) {
        return failFrom(allowed);
    }
    m_aliases[*request.aliasName] = {(*key)->id, now(), now()};
    return kms::CreateAlias::Reply{};
}

Result<kms::UpdateAlias::Reply> FakeKms::Store::handle(const kms::UpdateAlias::Request &request) {
    const auto alias = m_aliases.find(*request.aliasName);
    if (alias == m_aliases.end()) {
        return refuse(ErrorCode::NotFound, "Alias " + aliasArn(*request.aliasName) + " is not found.");
    }
    auto key = keyToChange(*request.targetKeyId);
    if (!key) {
        return failFrom(key);
    }
    const FakeKey &old = m_keys.at(alias->second.keyId);
    if (old.usage != (*key)->usage || old.isSymmetric() != (*key)->isSymmetric()) {
        return refuse(ErrorCode::Validation, "The alias cannot be moved to a key of another type or usage.");
    }
    if (auto allowed = checkAliasTarget((*key)->id); old.id != (*key)->id && !allowed) {
        return failFrom(allowed);
    }
    alias->second.keyId = (*key)->id;
    alias->second.updated = now();
    return kms::UpdateAlias::Reply{};
}

Result<kms::DeleteAlias::Reply> FakeKms::Store::handle(const kms::DeleteAlias::Request &request) {
    if (m_aliases.erase(*request.aliasName) == 0) {
        return refuse(ErrorCode::NotFound, "Alias " + aliasArn(*request.aliasName) + " is not found.");
    }
    return kms::DeleteAlias::Reply{};
}

Result<kms::EnableKeyRotation::Reply> FakeKms::Store::handle(const kms::EnableKeyRotation::Request &request) {
    auto key = rotatingKey(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    if (auto state = checkState(**key); !state) {
        return failFrom(state);
    }
    constexpr std::int64_t defaultDays = 365;
    (*key)->rotates = true;
    (*key)->periodDays = request.rotationPeriodInDays.value_or(defaultDays);
    (*key)->nextRotation = now() + std::chrono::days((*key)->periodDays);
    return kms::EnableKeyRotation::Reply{};
}

Result<kms::DisableKeyRotation::Reply>
FakeKms::Store::handle(const kms::DisableKeyRotation::Request &request) {
    auto key = rotatingKey(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    if (auto state = checkState(**key); !state) {
        return failFrom(state);
    }
    (*key)->rotates = false;
    return kms::DisableKeyRotation::Reply{};
}

Result<kms::RotateKeyOnDemand::Reply> FakeKms::Store::handle(const kms::RotateKeyOnDemand::Request &request) {
    auto key = rotatingKey(*request.keyId);
    if (!key) {
        return failFrom(key);
    }
    if (auto state = checkState(**key); !state) {
        return failFrom(state);
    }
    if ((*key)->onDemandRotations >= maxOnDemandRotations) {
        return refuse(ErrorCode::LimitExceeded, "The key has been rotated on demand 25 times, the limit.");
    }
    ++(*key)->onDemandRotations;
    (*key)->materials.push_back(newMaterial(kms::RotationType::ON_DEMAND));
    return kms::RotateKeyOnDemand::Reply{(*key)->arn};
}

} // namespace keyturn::test
