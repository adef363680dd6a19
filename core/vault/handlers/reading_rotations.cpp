// SPDX-License-Identifier: Apache-2.0
// GetKeyRotationStatus and ListKeyRotations (kms-semantics.md section 8).
#include "vault/handlers/key_rules.h"
#include "vault/handlers/markers.h"
#include "vault/handlers/reading.h"
#include "vault/handlers/resolve.h"

#include <charconv>

namespace keyturn::vault {

namespace {

Result<KeyPointer> rotatableKey(Call &call, const std::string &text) {
    auto key = resolveKey(call, text, kms::keyIdOrArn);
    if (!key) {
        return key;
    }
    if (auto rotatable = checkRotatable(**key); !rotatable) {
        return failFrom(rotatable);
    }
    return key;
}

kms::RotationsListEntry entryOf(const KeyState &key, const MaterialInfo &info) {
    kms::RotationsListEntry entry;
    entry.keyId = key.uuid;
    entry.keyMaterialId = info.externalId;
    entry.keyMaterialState =
        &info == &key.currentMaterial() ? kms::KeyMaterialState::CURRENT : kms::KeyMaterialState::NON_CURRENT;
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
    auto key = rotatableKey(call, *request.keyId);
    if (!key) {
        return failFrom(key);
    }
    const KeyState &state = **key;
    kms::GetKeyRotationStatus::Reply reply;
    reply.keyId = state.uuid;
    // Kept for when the deletion is cancelled, and shown as off until then.
    reply.keyRotationEnabled = state.rotationEnabled && state.state != kms::KeyState::PendingDeletion;
    if (*reply.keyRotationEnabled) {
        reply.rotationPeriodInDays = state.rotationPeriodDays;
        reply.nextRotationDate = state.nextRotation;
    }
    return reply;
}

Result<kms::ListKeyRotations::Reply> listKeyRotations(Call &call,
                                                      const kms::ListKeyRotations::Request &request) {
    auto key = rotatableKey(call, *request.keyId);
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
    const auto &materials = (*key)->materials;
    std::size_t index = indexFrom(*position);
    kms::ListKeyRotations::Reply reply;
    auto &rotations = reply.rotations.emplace();
    for (; index < materials.size() && rotations.size() < size; ++index) {
        if (all || materials[index].origin != MaterialOrigin::First) {
            rotations.push_back(entryOf(**key, materials[index]));
        }
    }
    reply.truncated = index < materials.size();
    if (*reply.truncated) {
        reply.nextMarker = makeMarker(call, scope, std::to_string(index));
    }
    return reply;
}

} // namespace keyturn::vault
