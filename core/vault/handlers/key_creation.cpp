// SPDX-License-Identifier: Apache-2.0
// CreateKey.
#include "crypto/random.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_pairs.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/key_specs.h"
#include "vault/handlers/policies.h"
#include "vault/handlers/reading.h"

namespace keyturn::vault {

using kms::KeySpec;
using kms::KeyUsageType;

namespace {

constexpr std::size_t symmetricSizeBytes = 32;

Result<KeySpec> specOf(const kms::CreateKey::Request &request) {
    if (request.keySpec && request.customerMasterKeySpec) {
        return validationFault("You cannot specify KeySpec and CustomerMasterKeySpec in the same request. "
                               "CustomerMasterKeySpec is deprecated.");
    }
    if (request.customerMasterKeySpec) {
        return kms::Open<KeySpec>::fromText(request.customerMasterKeySpec->text())
            .known()
            .value_or(KeySpec::SYMMETRIC_DEFAULT);
    }
    return request.keySpec ? request.keySpec->known().value_or(KeySpec::SYMMETRIC_DEFAULT)
                           : KeySpec::SYMMETRIC_DEFAULT;
}

Result<KeyUsageType> usageOf(const kms::CreateKey::Request &request, KeySpec spec) {
    if (!request.keyUsage) {
        if (spec == KeySpec::SYMMETRIC_DEFAULT) {
            return KeyUsageType::ENCRYPT_DECRYPT;
        }
        return validationFault(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
    }
    const auto usage = request.keyUsage->known().value_or(KeyUsageType::ENCRYPT_DECRYPT);
    if (!isCompatible(spec, usage)) {
        return validationFault("KeyUsage " + std::string(request.keyUsage->text()) +
                               " is not compatible with KeySpec " + std::string(kms::Open(spec).text()));
    }
    return usage;
}

bool isImported(const kms::CreateKey::Request &request) {
    return request.origin && *request.origin == kms::OriginType::EXTERNAL;
}

/// What AWS KMS has and this vault does not.
Status refuseAbsent(const kms::CreateKey::Request &request, KeySpec spec) {
    if (request.customKeyStoreId || request.xksKeyId) {
        return unsupportedFault(
            "CustomKeyStoreId and XksKeyId are not supported: a local vault has no custom "
            "key stores.");
    }
    if (request.origin && !(*request.origin == kms::OriginType::AWS_KMS) && !isImported(request)) {
        return unsupportedFault("Origin " + std::string(request.origin->text()) +
                                " is not supported: a local vault has no custom key stores.");
    }
    if (auto reason = whyAbsent(spec); !reason.empty()) {
        return unsupportedFault(std::move(reason));
    }
    return {};
}

/// An HMAC key is as long as its tags.
std::size_t secretSizeBytes(KeySpec spec) {
    const auto hash = macHashOf(spec);
    return hash ? crypto::hashSizeBytes(*hash) : symmetricSizeBytes;
}

Status nameMaterial(const Call &call, KeyState &key) {
    MaterialInfo info;
    if (auto filled = crypto::fillRandom(info.id); !filled) {
        return filled;
    }
    info.since = call.now;
    info.externalId = externalMaterialId(info.id);
    key.materials.push_back(std::move(info));
    return {};
}

Status makeMaterial(Call &call, PreparedKey &prepared) {
    const KeySpec spec = prepared.key.spec;
    if (auto named = nameMaterial(call, prepared.key); !named) {
        return named;
    }
    if (prepared.key.isSymmetric() || macHashOf(spec)) {
        auto secret = crypto::randomSecret(secretSizeBytes(spec));
        if (!secret) {
            return failFrom(secret);
        }
        prepared.secret = std::move(*secret);
        return {};
    }
    auto pair = makeKeyPair(call, spec);
    if (!pair) {
        return failFrom(pair);
    }
    prepared.secret = std::move(pair->privateKey);
    prepared.key.publicKey = std::move(pair->publicKey);
    return {};
}

/// A UUID of version 4, as AWS's key ids are; of a multi-Region key the same digits in its own form.
Status nameKey(const Call &call, KeyState &key, bool isMultiRegion) {
    if (auto filled = crypto::fillRandom(key.id); !filled) {
        return filled;
    }
    key.id[6] = static_cast<std::uint8_t>((key.id[6] & 0x0F) | 0x40);
    key.id[8] = static_cast<std::uint8_t>((key.id[8] & 0x3F) | 0x80);
    key.rowId = key.id;
    key.region = call.core.names.rowRegion;
    key.uuid = isMultiRegion ? formatMultiRegionId(key.id) : formatUuid(key.id);
    if (isMultiRegion) {
        key.relatedRegions = {call.core.names.region};
    }
    key.arn = call.core.names.keyArn(key.uuid);
    return {};
}

Status fillIn(const Call &call, const kms::CreateKey::Request &request, KeyState &key) {
    key.created = call.now;
    key.description = request.description.value_or("");
    key.policy = request.policy ? *request.policy : defaultPolicy(call.core.names);
    if (request.policy) {
        const bool bypass = request.bypassPolicyLockoutSafetyCheck.value_or(false);
        if (auto checked = checkPolicy(call, key, *request.policy, bypass); !checked) {
            return checked;
        }
    }
    auto tags = mergedTags({}, request.tags.value_or(std::vector<kms::Tag>()));
    if (!tags) {
        return failFrom(tags);
    }
    key.tags = std::move(*tags);
    return {};
}

} // namespace

Result<PreparedKey> prepareKey(Call &call, const kms::CreateKey::Request &request) {
    const auto spec = specOf(request);
    if (!spec) {
        return tl::unexpected<Error>(spec.error());
    }
    const auto usage = usageOf(request, *spec);
    if (!usage) {
        return tl::unexpected<Error>(usage.error());
    }
    PreparedKey prepared;
    prepared.key.spec = *spec;
    prepared.key.usage = *usage;
    Status done = refuseAbsent(request, *spec);
    if (done) {
        done = nameKey(call, prepared.key, request.multiRegion.value_or(false));
    }
    if (done) {
        done = fillIn(call, request, prepared.key);
    }
    if (done && isImported(request)) {
        prepared.key.isImported = true;
        prepared.key.state = kms::KeyState::PendingImport;
    } else if (done) {
        done = makeMaterial(call, prepared);
    }
    if (!done) {
        return failFrom(done);
    }
    return prepared;
}

Result<kms::CreateKey::Reply> createKey(Call &call, Changes &changes, PreparedKey prepared) {
    if (call.core.keys.keyCount() >= maxKeysPerRegion) {
        return serviceFault(ErrorCode::LimitExceeded, "A vault has at most 100000 keys in a Region.");
    }
    const KeyId id = prepared.key.id;
    if (!prepared.key.isImported) {
        const MaterialId materialId = prepared.key.currentMaterial().id;
        if (auto put = changes.putMaterial(id, materialId, prepared.secret.view()); !put) {
            return failFrom(put);
        }
    }
    if (auto put = changes.putKey(std::move(prepared.key)); !put) {
        return failFrom(put);
    }
    const KeyPointer key = call.core.keys.find(id);
    call.trace.found(key);
    if (!key->isImported) {
        call.trace.used(key, key->currentMaterial(), 0);
    }
    return kms::CreateKey::Reply{metadataOf(call.core.names, *key)};
}

} // namespace keyturn::vault
