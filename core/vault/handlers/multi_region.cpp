// SPDX-License-Identifier: Apache-2.0
// ReplicateKey and UpdatePrimaryRegion.
#include "crypto/random.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/policies.h"
#include "vault/handlers/reading.h"
#include "vault/handlers/related_keys.h"
#include "vault/handlers/resolve.h"
#include "vault/vault_regions.h"

#include <algorithm>

namespace keyturn::vault {

namespace {

/// The key that is named, which must be the primary of a multi-Region key, in a state for the operation.
Result<KeyPointer> primaryNamed(Call &call, const std::string &keyId) {
    auto key = resolveKey(call, keyId, kms::keyIdOrArn);
    if (!key) {
        return key;
    }
    if (!(*key)->isMultiRegion() || (*key)->isReplica) {
        return unsupportedFault((*key)->arn + " is not a multi-region primary key.");
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    return key;
}

Result<VaultCore *> regionNamed(const Call &call, std::string_view member, const std::string &region) {
    if (VaultCore *core = call.core.regions.find(region)) {
        return core;
    }
    return validationFault(std::string(member) + " " + region + " is not a Region of the partition " +
                           call.core.names.partition + ", which the key is in.");
}

/// The same call, as the other Region sees it.
Call callIn(VaultCore &core, const Call &call) {
    return {core,       call.request,  call.context,     call.operation, call.now,
            call.trace, call.stopping, call.mayTakeLong, false,          call.principalArn};
}

/// Policy, tags and description of a replica are its own, nothing of them comes from the primary.
Result<KeyState> replicaOf(const Call &call, const VaultCore &target, const KeyState &primary,
                           const kms::ReplicateKey::Request &request, const Call &there) {
    KeyState replica = freshReplica(primary);
    if (auto filled = crypto::fillRandom(replica.rowId); !filled) {
        return failFrom(filled);
    }
    replica.region = target.names.rowRegion;
    replica.arn = target.names.keyArn(replica.uuid);
    replica.isReplica = true;
    replica.created = call.now;
    replica.description = request.description.value_or("");
    replica.policy = request.policy.value_or(defaultPolicy(target.names));
    if (request.policy) {
        const bool bypass = request.bypassPolicyLockoutSafetyCheck.value_or(false);
        if (auto checked = checkPolicy(there, replica, *request.policy, bypass); !checked) {
            return failFrom(checked);
        }
    }
    auto tags = mergedTags({}, request.tags.value_or(std::vector<kms::Tag>()));
    if (!tags) {
        return failFrom(tags);
    }
    replica.tags = std::move(*tags);
    replica.relatedRegions.push_back(target.names.region);
    std::sort(replica.relatedRegions.begin() + 1, replica.relatedRegions.end());
    return replica;
}

Status checkRoom(const VaultCore &target, const KeyState &primary) {
    if (const KeyPointer there = target.keys.find(primary.id)) {
        return serviceFault(ErrorCode::AlreadyExists, there->arn + " already exists.");
    }
    if (target.keys.keyCount() >= maxKeysPerRegion) {
        return serviceFault(ErrorCode::LimitExceeded, "A vault has at most 100000 keys in a Region.");
    }
    return {};
}

} // namespace

Result<kms::ReplicateKey::Reply> replicateKey(Call &call, Changes &changes,
                                              const kms::ReplicateKey::Request &request) {
    const auto key = primaryNamed(call, *request.keyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    const auto target = regionNamed(call, "ReplicaRegion", *request.replicaRegion);
    if (!target) {
        return tl::unexpected<Error>(target.error());
    }
    if (auto room = checkRoom(**target, **key); !room) {
        return failFrom(room);
    }
    auto replica = replicaOf(call, **target, **key, request, callIn(**target, call));
    if (!replica) {
        return failFrom(replica);
    }
    kms::ReplicateKey::Reply reply{metadataOf((*target)->names, *replica), replica->policy, replica->tags};
    // First the new row: the related keys are changed by name, and it is one of them.
    KeyState primary = **key;
    primary.relatedRegions = replica->relatedRegions;
    Status put = changes.putKey(std::move(*replica));
    put = put ? putShared(call.core, changes, std::move(primary)) : std::move(put);
    if (!put) {
        return failFrom(put);
    }
    call.trace.found((*target)->keys.find((*key)->id));
    return reply;
}

Result<kms::UpdatePrimaryRegion::Reply>
updatePrimaryRegion(Call &call, Changes &changes, const kms::UpdatePrimaryRegion::Request &request) {
    const auto key = primaryNamed(call, *request.keyId);
    if (!key) {
        return tl::unexpected<Error>(key.error());
    }
    const auto target = regionNamed(call, "PrimaryRegion", *request.primaryRegion);
    if (!target) {
        return tl::unexpected<Error>(target.error());
    }
    if (*target == &call.core) {
        return validationFault((*key)->arn + " is the primary key already.");
    }
    const KeyPointer replica = (*target)->keys.find((*key)->id);
    if (!replica) {
        return noSuchKeyFault((*target)->names, (*key)->uuid);
    }
    call.trace.found(replica);
    if (auto state = checkState(*replica, call.operation.id); !state) {
        return failFrom(state);
    }
    KeyState primary = *replica;
    std::erase(primary.relatedRegions, (*target)->names.region);
    primary.relatedRegions.insert(primary.relatedRegions.begin(), (*target)->names.region);
    std::sort(primary.relatedRegions.begin() + 1, primary.relatedRegions.end());
    primary.isReplica = false;
    if (auto put = putShared(**target, changes, std::move(primary)); !put) {
        return failFrom(put);
    }
    return kms::UpdatePrimaryRegion::Reply{};
}

} // namespace keyturn::vault
