// SPDX-License-Identifier: Apache-2.0
// Due work: keys whose deletion date has come, automatic rotations. Each key in one transaction with its
// record.
#include "vault/handlers/changing.h"
#include "vault/writer.h"

#include <chrono>

namespace keyturn::vault {

namespace {

constexpr std::string_view vaultItself = "vault";

/// The first date of the schedule that lies ahead: a vault that was closed for long rotates once.
Timestamp nextOnSchedule(const KeyState &key, Timestamp now) {
    const std::chrono::days period(key.rotationPeriodDays);
    const auto missed = (now - key.nextRotation) / period;
    return key.nextRotation + (missed + 1) * period;
}

Status rotate(Changes &changes, const KeyState &key, Timestamp now) {
    auto rotated = withNewMaterial(changes, key, MaterialOrigin::Automatic, now);
    if (!rotated) {
        return failFrom(rotated);
    }
    rotated->nextRotation = nextOnSchedule(key, now);
    return changes.putKey(std::move(*rotated));
}

} // namespace

Status Writer::settleWhatIsDue() {
    if (m_container.access() != Access::ReadWrite || m_core.clock->steadyNow() < m_settleAgain) {
        return {};
    }
    const Timestamp now = m_core.clock->now();
    if (const auto next = m_core.keys.nextDue(); !next || *next > now) {
        return {};
    }
    for (const KeyId &id : m_core.keys.due(now)) {
        if (auto settled = settleKey(id, now); !settled) {
            return settled;
        }
    }
    return {};
}

Status Writer::settleKey(const KeyId &id, Timestamp now) {
    const KeyPointer key = m_core.keys.find(id);
    auto transaction = m_container.begin();
    if (!transaction) {
        return failFrom(transaction);
    }
    Changes changes(m_core, *transaction);
    const bool isDeletion = key->state == kms::KeyState::PendingDeletion;
    Status done = isDeletion ? changes.deleteKey(key) : rotate(changes, *key, now);
    if (done && m_options.keepLog) {
        auto record =
            makeRecord(*m_core.clock, std::string(vaultItself), isDeletion ? "DeleteKey" : "RotateKey");
        record.keyId = key->uuid;
        if (!isDeletion) {
            record.materialId = m_core.keys.find(id)->currentMaterial().externalId;
        }
        done = transaction->appendLog({&record, 1});
    }
    if (done) {
        done = transaction->commit();
    }
    done ? changes.settle() : changes.undo();
    return done;
}

} // namespace keyturn::vault
