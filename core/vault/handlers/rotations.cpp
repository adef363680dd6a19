// SPDX-License-Identifier: Apache-2.0
// EnableKeyRotation, DisableKeyRotation, RotateKeyOnDemand (kms-semantics.md section 8).
#include "crypto/random.h"
#include "vault/handlers/changing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/related_keys.h"
#include "vault/handlers/resolve.h"

#include <chrono>

namespace keyturn::vault {

namespace {

constexpr std::uint32_t maxOnDemandRotations = 25;
constexpr std::chrono::minutes automaticRotationStartsWithin{20};
constexpr std::size_t symmetricSizeBytes = 32;

Result<KeyState> keyToRotate(Call &call, const std::string &keyId, Status (*check)(const KeyState &)) {
    auto key = resolveKey(call, keyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    if (auto rotatable = check(**key); !rotatable) {
        return failFrom(rotatable);
    }
    if (auto primary = checkNotReplica(**key); !primary) {
        return failFrom(primary);
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    return **key;
}

/// What was imported for it becomes the current one, once it is there in every Region.
Result<KeyState> withPendingMaterial(const VaultCore &core, KeyState key, Timestamp now) {
    if (key.pendingRotation.empty() || !isEverywhere(core, key, key.pendingRotation.front())) {
        return serviceFault(ErrorCode::KMSInvalidState,
                            "No available key material pending rotation for the key: " + key.arn + ".");
    }
    MaterialInfo info = std::move(key.pendingRotation.front());
    key.pendingRotation.clear();
    info.version = key.currentMaterial().version + 1;
    info.origin = MaterialOrigin::OnDemand;
    info.since = now;
    key.materials.push_back(std::move(info));
    return key;
}

} // namespace

Result<KeyState> withNewMaterial(Changes &changes, KeyState key, MaterialOrigin origin, Timestamp now) {
    auto secret = crypto::randomSecret(symmetricSizeBytes);
    if (!secret) {
        return failFrom(secret);
    }
    MaterialInfo info;
    if (auto filled = crypto::fillRandom(info.id); !filled) {
        return failFrom(filled);
    }
    info.version = key.currentMaterial().version + 1;
    info.origin = origin;
    info.since = now;
    info.externalId = externalMaterialId(info.id);
    if (auto put = changes.putMaterial(key.id, info.id, secret->view()); !put) {
        return failFrom(put);
    }
    key.materials.push_back(std::move(info));
    return key;
}

Result<kms::EnableKeyRotation::Reply> enableKeyRotation(Call &call, Changes &changes,
                                                        const kms::EnableKeyRotation::Request &request) {
    auto key = keyToRotate(call, *request.keyId, &checkRotatesByItself);
    if (!key) {
        return failFrom(key);
    }
    const auto days = request.rotationPeriodInDays.value_or(KeyState::defaultRotationPeriodDays);
    if (key->rotationEnabled && key->rotationPeriodDays == days) {
        return kms::EnableKeyRotation::Reply{}; // asked twice: the date stays
    }
    key->rotationEnabled = true;
    key->rotationPeriodDays = days;
    key->nextRotation = call.now + std::chrono::days(days);
    if (auto put = putShared(call.core, changes, std::move(*key)); !put) {
        return failFrom(put);
    }
    return kms::EnableKeyRotation::Reply{};
}

Result<kms::DisableKeyRotation::Reply> disableKeyRotation(Call &call, Changes &changes,
                                                          const kms::DisableKeyRotation::Request &request) {
    auto key = keyToRotate(call, *request.keyId, &checkRotatesByItself);
    if (!key) {
        return failFrom(key);
    }
    if (key->rotationEnabled) {
        key->rotationEnabled = false;
        if (auto put = putShared(call.core, changes, std::move(*key)); !put) {
            return failFrom(put);
        }
    }
    return kms::DisableKeyRotation::Reply{};
}

Result<kms::RotateKeyOnDemand::Reply> rotateKeyOnDemand(Call &call, Changes &changes,
                                                        const kms::RotateKeyOnDemand::Request &request) {
    auto key = keyToRotate(call, *request.keyId, &checkRotatable);
    if (!key) {
        return failFrom(key);
    }
    if (key->rotationEnabled && key->nextRotation - call.now < automaticRotationStartsWithin) {
        return serviceFault(ErrorCode::Conflict, "An automatic rotation of " + key->arn +
                                                     " is about to start. Try again when it is done.");
    }
    if (key->onDemandRotations >= maxOnDemandRotations) {
        return serviceFault(ErrorCode::LimitExceeded,
                            "The on-demand rotations limit has been reached for the given keyId. No more "
                            "on-demand rotations can be performed for this key: " +
                                key->arn);
    }
    auto rotated = key->isImported
                       ? withPendingMaterial(call.core, std::move(*key), call.now)
                       : withNewMaterial(changes, std::move(*key), MaterialOrigin::OnDemand, call.now);
    if (!rotated) {
        return failFrom(rotated);
    }
    ++rotated->onDemandRotations;
    kms::RotateKeyOnDemand::Reply reply{rotated->arn};
    if (auto put = putShared(call.core, changes, std::move(*rotated)); !put) {
        return failFrom(put);
    }
    return reply;
}

} // namespace keyturn::vault
