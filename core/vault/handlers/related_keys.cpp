// SPDX-License-Identifier: Apache-2.0
#include "vault/handlers/related_keys.h"

#include "kms/identifier.h"
#include "vault/handlers/faults.h"
#include "vault/vault_regions.h"

#include <algorithm>
#include <chrono>

namespace keyturn::vault {

namespace {

const MaterialInfo *findAmong(const KeyState &key, const MaterialId &id) {
    for (const auto *list : {&key.materials, &key.pendingRotation}) {
        const auto found =
            std::ranges::find_if(*list, [&](const MaterialInfo &info) { return info.id == id; });
        if (found != list->end()) {
            return &*found;
        }
    }
    return nullptr;
}

/// The same materials; of imported ones each Region has its own bytes, or has them not.
std::vector<MaterialInfo> sharedMaterials(const std::vector<MaterialInfo> &materials,
                                          const KeyState &related) {
    std::vector<MaterialInfo> shared = materials;
    for (MaterialInfo &info : shared) {
        if (!info.imported) {
            continue;
        }
        if (const MaterialInfo *own = findAmong(related, info.id)) {
            info.imported = own->imported;
        } else {
            info.imported = std::make_shared<const ImportedFacts>(
                ImportedFacts{info.imported->fingerprint, info.imported->description, {}, false});
        }
    }
    return shared;
}

/// What a replica has from its primary for ever, and what is changed there.
void shareWith(const KeyState &key, KeyState &related) {
    auto materials = sharedMaterials(key.materials, related);
    related.pendingRotation = sharedMaterials(key.pendingRotation, related);
    related.materials = std::move(materials);
    related.publicKey = key.publicKey;
    related.rotationEnabled = key.rotationEnabled;
    related.rotationPeriodDays = key.rotationPeriodDays;
    related.nextRotation = key.nextRotation;
    related.onDemandRotations = key.onDemandRotations;
    related.relatedRegions = key.relatedRegions;
    if (related.isImported) {
        related.settleState();
    }
}

} // namespace

Status checkNotReplica(const KeyState &key) {
    if (!key.isReplica) {
        return {};
    }
    return unsupportedFault(key.arn + " is not a multi-region primary key.");
}

Status putShared(VaultCore &core, Changes &changes, KeyState key) {
    for (const std::string &name : key.relatedRegions) {
        if (name == core.names.region) {
            continue;
        }
        const VaultCore *other = core.regions.find(name);
        const KeyPointer related = other != nullptr ? other->keys.find(key.id) : nullptr;
        if (!related) {
            return fail(ErrorCode::VaultDamaged, "a related key of a multi-Region key is missing",
                        ErrorOrigin::Vault);
        }
        KeyState changed = *related;
        shareWith(key, changed);
        changed.isReplica = name != key.relatedRegions.front();
        if (auto put = changes.putKey(std::move(changed)); !put) {
            return put;
        }
    }
    return changes.putKey(std::move(key));
}

Status deleteForGood(VaultCore &core, Changes &changes, const KeyPointer &key, Timestamp now) {
    if (auto deleted = changes.deleteKey(key); !deleted || key->relatedRegions.size() <= 1) {
        return deleted;
    }
    // A primary is not deleted while it has replicas: this was one.
    VaultCore *primaryCore = core.regions.find(key->relatedRegions.front());
    const KeyPointer primary = primaryCore != nullptr ? primaryCore->keys.find(key->id) : nullptr;
    if (!primary) {
        return fail(ErrorCode::VaultDamaged, "the primary key of a replica is missing", ErrorOrigin::Vault);
    }
    KeyState changed = *primary;
    std::erase(changed.relatedRegions, core.names.region);
    if (changed.relatedRegions.size() == 1 && changed.state == kms::KeyState::PendingReplicaDeletion) {
        changed.state = kms::KeyState::PendingDeletion;
        changed.deletionDate = now + std::chrono::days(changed.deletionWindowDays);
    }
    return putShared(*primaryCore, changes, std::move(changed));
}

KeyState freshReplica(const KeyState &primary) {
    KeyState replica = primary;
    replica.materials.clear();
    replica.pendingRotation.clear();
    replica.state = kms::KeyState::Enabled;
    shareWith(primary, replica);
    return replica;
}

namespace {

template <class Says>
bool anyRelated(const VaultCore &core, const KeyState &key, Says says) {
    return std::ranges::any_of(key.relatedRegions, [&](const std::string &name) {
        const VaultCore *other = core.regions.find(name);
        const KeyPointer related = other != nullptr ? other->keys.find(key.id) : nullptr;
        return related && says(*related);
    });
}

} // namespace

bool isAnywhere(const VaultCore &core, const KeyState &key, const std::vector<MaterialInfo> &materials) {
    return std::ranges::any_of(materials, [&](const MaterialInfo &material) {
        return anyRelated(core, key, [&](const KeyState &related) {
            const MaterialInfo *there = findAmong(related, material.id);
            return there != nullptr && there->isPresent();
        });
    });
}

bool isEverywhere(const VaultCore &core, const KeyState &key, const MaterialInfo &material) {
    return !anyRelated(core, key, [&](const KeyState &related) {
        const MaterialInfo *there = findAmong(related, material.id);
        return there == nullptr || !there->isPresent();
    });
}

kms::MultiRegionConfiguration configurationOf(const VaultNames &names, const KeyState &key) {
    const auto keyIn = [&](const std::string &region) {
        return kms::MultiRegionKey{kms::keyArn(names.partition, region, names.account, key.uuid), region};
    };
    kms::MultiRegionConfiguration configuration;
    configuration.multiRegionKeyType =
        key.isReplica ? kms::MultiRegionKeyType::REPLICA : kms::MultiRegionKeyType::PRIMARY;
    configuration.primaryKey = keyIn(key.relatedRegions.front());
    auto &replicas = configuration.replicaKeys.emplace();
    for (auto region = key.relatedRegions.begin() + 1; region != key.relatedRegions.end(); ++region) {
        replicas.push_back(keyIn(*region));
    }
    return configuration;
}

} // namespace keyturn::vault
