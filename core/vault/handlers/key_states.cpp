// SPDX-License-Identifier: Apache-2.0
// EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion, UpdateKeyDescription.
#include "vault/handlers/changing.h"
#include "vault/handlers/faults.h"
#include "vault/handlers/key_rules.h"
#include "vault/handlers/resolve.h"

#include <chrono>

namespace keyturn::vault {

namespace {

constexpr std::int64_t defaultWindowDays = 30;

/// A copy to change, of a key in a state that allows it.
Result<KeyState> keyToChange(Call &call, const std::string &keyId) {
    auto key = resolveKey(call, keyId, kms::keyIdOrArn);
    if (!key) {
        return failFrom(key);
    }
    if (auto state = checkState(**key, call.operation.id); !state) {
        return failFrom(state);
    }
    return **key;
}

Status setEnabled(Call &call, Changes &changes, const std::string &keyId, kms::KeyState state) {
    auto key = keyToChange(call, keyId);
    if (!key) {
        return failFrom(key);
    }
    if (key->state == state) {
        return {};
    }
    key->state = state;
    return changes.putKey(std::move(*key));
}

} // namespace

Result<kms::EnableKey::Reply> enableKey(Call &call, Changes &changes,
                                        const kms::EnableKey::Request &request) {
    if (auto done = setEnabled(call, changes, *request.keyId, kms::KeyState::Enabled); !done) {
        return failFrom(done);
    }
    return kms::EnableKey::Reply{};
}

Result<kms::DisableKey::Reply> disableKey(Call &call, Changes &changes,
                                          const kms::DisableKey::Request &request) {
    if (auto done = setEnabled(call, changes, *request.keyId, kms::KeyState::Disabled); !done) {
        return failFrom(done);
    }
    return kms::DisableKey::Reply{};
}

Result<kms::ScheduleKeyDeletion::Reply>
scheduleKeyDeletion(Call &call, Changes &changes, const kms::ScheduleKeyDeletion::Request &request) {
    auto key = keyToChange(call, *request.keyId);
    if (!key) {
        return failFrom(key);
    }
    key->deletionWindowDays = request.pendingWindowInDays.value_or(defaultWindowDays);
    if (!key->isReplica && key->relatedRegions.size() > 1) {
        key->state = kms::KeyState::PendingReplicaDeletion; // its window opens when the last replica is gone
    } else {
        key->state = kms::KeyState::PendingDeletion;
        key->deletionDate = call.now + std::chrono::days(key->deletionWindowDays);
    }
    kms::ScheduleKeyDeletion::Reply reply{key->arn, key->deletionDate, key->state, key->deletionWindowDays};
    if (auto put = changes.putKey(std::move(*key)); !put) {
        return failFrom(put);
    }
    return reply;
}

Result<kms::CancelKeyDeletion::Reply> cancelKeyDeletion(Call &call, Changes &changes,
                                                        const kms::CancelKeyDeletion::Request &request) {
    auto key = keyToChange(call, *request.keyId);
    if (!key) {
        return failFrom(key);
    }
    // Not what it was before: enabling is a decision of its own.
    key->state = key->hasItsMaterials() ? kms::KeyState::Disabled : kms::KeyState::PendingImport;
    key->deletionDate.reset();
    key->deletionWindowDays = 0;
    kms::CancelKeyDeletion::Reply reply{key->arn};
    if (auto put = changes.putKey(std::move(*key)); !put) {
        return failFrom(put);
    }
    return reply;
}

Result<kms::UpdateKeyDescription::Reply>
updateKeyDescription(Call &call, Changes &changes, const kms::UpdateKeyDescription::Request &request) {
    auto key = keyToChange(call, *request.keyId);
    if (!key) {
        return failFrom(key);
    }
    key->description = *request.description;
    if (auto put = changes.putKey(std::move(*key)); !put) {
        return failFrom(put);
    }
    return kms::UpdateKeyDescription::Reply{};
}

} // namespace keyturn::vault
