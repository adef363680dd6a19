// SPDX-License-Identifier: Apache-2.0
// Due work: keys whose deletion date has come, automatic rotations, imported material that expires. Each key
// in one transaction with its record.
#include "vault/handlers/changing.h"
#include "vault/handlers/importing.h"
#include "vault/handlers/related_keys.h"
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

/// The new material's id.
Result<std::string> rotate(VaultCore &core, Changes &changes, const KeyState &key, Timestamp now) {
    auto rotated = withNewMaterial(changes, key, MaterialOrigin::Automatic, now);
    if (!rotated) {
        return failFrom(rotated);
    }
    rotated->nextRotation = nextOnSchedule(key, now);
    std::string material = rotated->currentMaterial().externalId;
    if (auto put = putShared(core, changes, std::move(*rotated)); !put) {
        return failFrom(put);
    }
    return material;
}

struct Settled {
    std::string_view action;
    std::string materialId;
};

/// One thing at a time: what else is due of the key comes with the next look.
Result<Settled> settleOne(VaultCore &core, Changes &changes, const KeyPointer &key, Timestamp now) {
    if (key->state == kms::KeyState::PendingDeletion && key->deletionDate && *key->deletionDate <= now) {
        auto deleted = deleteForGood(core, changes, key, now);
        return deleted ? Result<Settled>(Settled{"DeleteKey", {}}) : failFrom(deleted);
    }
    const auto expires = key->materialExpires();
    if (expires && *expires <= now) {
        auto expired = expireMaterial(changes, *key);
        return expired ? Result<Settled>(Settled{"DeleteExpiredKeyMaterial", std::move(*expired)})
                       : failFrom(expired);
    }
    auto material = rotate(core, changes, *key, now);
    return material ? Result<Settled>(Settled{"RotateKey", std::move(*material)}) : failFrom(material);
}

} // namespace

std::optional<Timestamp> Writer::nextDue() const {
    std::optional<Timestamp> first;
    for (const auto &core : m_regions.all()) {
        const auto next = core->keys.nextDue();
        if (next && (!first || *next < *first)) {
            first = next;
        }
    }
    return first;
}

Status Writer::settleWhatIsDue() {
    if (m_container.access() != Access::ReadWrite || m_core.clock->steadyNow() < m_settleAgain) {
        return {};
    }
    const Timestamp now = m_core.clock->now();
    if (const auto next = nextDue(); !next || *next > now) {
        return {};
    }
    for (const auto &core : m_regions.all()) {
        if (auto settled = settleRegion(*core, now); !settled) {
            return settled;
        }
    }
    return {};
}

Status Writer::settleRegion(VaultCore &core, Timestamp now) {
    for (auto due = core.keys.due(now); !due.empty(); due = core.keys.due(now)) {
        for (const KeyId &id : due) {
            if (auto settled = settleKey(core, id, now); !settled) {
                return settled;
            }
        }
    }
    return {};
}

Status Writer::settleKey(VaultCore &core, const KeyId &id, Timestamp now) {
    const KeyPointer key = core.keys.find(id);
    auto transaction = m_container.begin();
    if (!transaction) {
        return failFrom(transaction);
    }
    Changes changes(m_regions, *transaction);
    auto settled = settleOne(core, changes, key, now);
    Status done = settled ? Status() : failFrom(settled);
    if (done && m_options.keepLog) {
        auto record = makeRecord(*m_core.clock, std::string(vaultItself), settled->action);
        record.keyId = key->logName();
        record.materialId = std::move(settled->materialId);
        done = transaction->appendLog({&record, 1});
    }
    if (done) {
        done = transaction->commit();
    }
    done ? changes.settle() : changes.undo();
    return done;
}

} // namespace keyturn::vault
