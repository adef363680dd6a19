// SPDX-License-Identifier: Apache-2.0
// GetKeyRotationStatus and ListKeyRotations (kms-semantics.md section 8).
#include "vault/handlers/key_rules.h"
#include "vault/handlers/markers.h"
#include "vault/handlers/reading.h"
#include "vault/handlers/related_keys.h"
#include "vault/handlers/resolve.h"

#include <charconv>

namespace keyturn::vault {

namespace {

Result<KeyPointer> rotatableKey(Call &call, const std::string &text, Status (*check)(const KeyState &)) {
    auto key = resolveKey(call, text, kms::keyIdOrArn);
    if (!key) {
        return key;
    }
    if (auto rotatable = check(**key); !rotatable) {
        return failFrom(rotatable);
    }
    return key;
}

kms::KeyMaterialState stateOf(const VaultCore &core, const KeyState &key, const MaterialInfo &info) {
    if (!key.pendingRotation.empty() && &info == &key.pendingRotation.front()) {
        return isEverywhere(core, key, info)
                   ? kms::KeyMaterialState::PENDING_ROTATION
                   : kms::KeyMaterialState::PENDING_MULTI_REGION_IMPORT_AND_ROTATION;
    }
    return &info == &key.currentMaterial() ? kms::KeyMaterialState::CURRENT
                                           : kms::KeyMaterialState::NON_CURRENT;
}

void describeImport(const ImportedFacts &facts, kms::RotationsListEntry &entry) {
    if (!facts.description.empty()) {
        entry.keyMaterialDescription = facts.description;
    }
    entry.importState = facts.present ? kms::ImportState::IMPORTED : kms::ImportState::PENDING_IMPORT;
    if (facts.present) {
        entry.validTo = facts.validTo;
        entry.expirationModel = facts.validTo ? kms::ExpirationModelType::KEY_MATERIAL_EXPIRES
                                              : kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
    }
}

kms::RotationsListEntry entryOf(const VaultCore &core, const KeyState &key, const MaterialInfo &info) {
    kms::RotationsListEntry entry;
    entry.keyId = key.uuid;
    entry.keyMaterialId = info.externalId;
    entry.keyMaterialState = stateOf(core, key, info);
    if (info.imported) {
        describeImport(*info.imported, entry);
    }
    if (info.origin != MaterialOrigin::First) {
        entry.rotationDate = info.since;
        entry.rotationType = info.origin == MaterialOrigin::Automatic ? kms::RotationType::AUTOMATIC
                                                                      : kms::RotationType::ON_DEMAND;
    }
    return entry;
}

std::size_t indexFrom(std::string_view position) {
    std::size_t index = 0;
    std::from_chars(position.data(), position.data() + position.size(), index);
    return index;
}

} // namespace

Result<kms::GetKeyRotationStatus::Reply>
getKeyRotationStatus(Call &call, const kms::GetKeyRotationStatus::Request &request) {
    auto key = rotatableKey(call, *request.keyId, &checkRotatesByItself);
    if (!key) {
        return failFrom(key);
    }
    const KeyState &state = **key;
    kms::GetKeyRotationStatus::Reply reply;
    reply.keyId = state.uuid;
    // Kept for when the deletion is cancelled, and shown as off until then.
    reply.keyRotationEnabled = state.rotationEnabled && !state.isPendingDeletion();
    if (*reply.keyRotationEnabled) {
        reply.rotationPeriodInDays = state.rotationPeriodDays;
        reply.nextRotationDate = state.nextRotation;
    }
    return reply;
}

Result<kms::ListKeyRotations::Reply> listKeyRotations(Call &call,
                                                      const kms::ListKeyRotations::Request &request) {
    auto key = rotatableKey(call, *request.keyId, &checkRotatable);
    if (!key) {
        return failFrom(key);
    }
    const bool all = request.includeKeyMaterial &&
                     *request.includeKeyMaterial == kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
    // Positions count materials; both kinds of list are one list each.
    const std::string scope = (*key)->uuid + (all ? "/all" : "/rotations");
    auto position = readMarker(call, scope, request.marker);
    if (!position) {
        return failFrom(position);
    }
    const std::size_t size = pageSize(call, request.limit);
    std::vector<const MaterialInfo *> materials;
    for (const auto *list : {&(*key)->materials, &(*key)->pendingRotation}) {
        for (const MaterialInfo &info : *list) {
            materials.push_back(&info);
        }
    }
    std::size_t index = indexFrom(*position);
    kms::ListKeyRotations::Reply reply;
    auto &rotations = reply.rotations.emplace();
    for (; index < materials.size() && rotations.size() < size; ++index) {
        // What waits for its rotation has the origin of a first one until then.
        if (all || materials[index]->origin != MaterialOrigin::First) {
            rotations.push_back(entryOf(call.core, **key, *materials[index]));
        }
    }
    reply.truncated = index < materials.size();
    if (*reply.truncated) {
        reply.nextMarker = makeMarker(call, scope, std::to_string(index));
    }
    return reply;
}

} // namespace keyturn::vault
