// SPDX-License-Identifier: Apache-2.0
// Rotation (kms-semantics.md section 8).
#include "probe.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"

namespace keyturn::contract {
namespace {

using kms::EnableKeyRotation;
using kms::GetKeyRotationStatus;
using kms::ListKeyRotations;
using kms::RotateKeyOnDemand;

void addAutomaticFacts(Facts &facts) {
    facts.push_back({"GetKeyRotationStatus: off tells nothing more", [](Probe &probe) {
                         const auto status = probe.must<GetKeyRotationStatus>({.keyId = probe.newKeyId()});
                         probe.check(status.keyRotationEnabled == false, "rotation is on");
                         probe.check(!status.rotationPeriodInDays && !status.nextRotationDate &&
                                         !status.onDemandRotationStartDate,
                                     "more is told than KeyId and KeyRotationEnabled");
                     }});
    facts.push_back({"EnableKeyRotation: a year when no period is given", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.must<EnableKeyRotation>({.keyId = key});
                         const auto status = probe.must<GetKeyRotationStatus>({.keyId = key});
                         probe.check(status.keyRotationEnabled == true, "rotation is off");
                         probe.equal("period", status.rotationPeriodInDays.value_or(0), 365);
                         probe.check(status.nextRotationDate.has_value(), "NextRotationDate is absent");
                     }});
    facts.push_back({"EnableKeyRotation: again changes the period", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         for (const int days : {90, 2560}) {
                             probe.must<EnableKeyRotation>({.keyId = key, .rotationPeriodInDays = days});
                             const auto status = probe.must<GetKeyRotationStatus>({.keyId = key});
                             probe.equal("period", *status.rotationPeriodInDays, days);
                         }
                     }});
    for (const int days : {89, 2561, 0}) {
        facts.push_back(
            {"EnableKeyRotation: a period of " + std::to_string(days) + " days", [days](Probe &probe) {
                 probe.refused<EnableKeyRotation>({.keyId = probe.newKeyId(), .rotationPeriodInDays = days},
                                                  ErrorCode::Validation);
             }});
    }
}

void addSwitchFacts(Facts &facts) {
    facts.push_back({"DisableKeyRotation: off, and off again", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.must<EnableKeyRotation>({.keyId = key});
                         probe.must<kms::DisableKeyRotation>({.keyId = key});
                         probe.must<kms::DisableKeyRotation>({.keyId = key});
                         probe.check(probe.must<GetKeyRotationStatus>({.keyId = key}).keyRotationEnabled ==
                                         false,
                                     "rotation is on");
                     }});
    facts.push_back(
        {"GetKeyRotationStatus: hidden while pending deletion, back afterwards", [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.must<EnableKeyRotation>({.keyId = key});
             probe.must<kms::ScheduleKeyDeletion>({.keyId = key});
             probe.check(probe.must<GetKeyRotationStatus>({.keyId = key}).keyRotationEnabled == false,
                         "it shows");
             probe.must<kms::CancelKeyDeletion>({.keyId = key});
             probe.must<kms::EnableKey>({.keyId = key});
             probe.check(probe.must<GetKeyRotationStatus>({.keyId = key}).keyRotationEnabled == true,
                         "it is gone");
         }});
    facts.push_back(
        {"rotation: comes by itself when it is due",
         [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.must<EnableKeyRotation>({.keyId = key, .rotationPeriodInDays = 90});
             const auto blob = probe.encrypt(key, "old material");
             const std::string before = *probe.describe(key).currentKeyMaterialId;
             probe.backend().advance(std::chrono::days(91));
             probe.check(*probe.describe(key).currentKeyMaterialId != before, "the material is the old one");
             const auto rotations = probe.must<ListKeyRotations>({.keyId = key});
             probe.equal("rotations", static_cast<std::int64_t>(rotations.rotations->size()), 1);
             probe.check(rotations.rotations->front().rotationType == kms::RotationType::AUTOMATIC,
                         "RotationType is not AUTOMATIC");
             probe.opensTo(blob, "old material");
         },
         Need::Clock});
}

void addOnDemandFacts(Facts &facts) {
    facts.push_back({"RotateKeyOnDemand: new material, the ARN told", [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto reply = probe.must<RotateKeyOnDemand>({.keyId = key.keyId});
                         probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
                         probe.check(*probe.describe(*key.keyId).currentKeyMaterialId !=
                                         *key.currentKeyMaterialId,
                                     "the material is the old one");
                     }});
    facts.push_back(
        {"RotateKeyOnDemand: the automatic schedule stays", [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.must<EnableKeyRotation>({.keyId = key});
             const auto before = *probe.must<GetKeyRotationStatus>({.keyId = key}).nextRotationDate;
             probe.must<RotateKeyOnDemand>({.keyId = key});
             probe.check(*probe.must<GetKeyRotationStatus>({.keyId = key}).nextRotationDate == before,
                         "NextRotationDate has moved");
         }});
    facts.push_back({"RotateKeyOnDemand: twenty-five times, no more", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const auto blob = probe.encrypt(key, "the first material");
                         for (int i = 0; i < 25; ++i) {
                             probe.must<RotateKeyOnDemand>({.keyId = key});
                         }
                         probe.refused<RotateKeyOnDemand>({.keyId = key}, ErrorCode::LimitExceeded);
                         probe.opensTo(blob, "the first material");
                     }});
}

void addListFacts(Facts &facts) {
    facts.push_back({"ListKeyRotations: never rotated", [](Probe &probe) {
                         const auto reply = probe.must<ListKeyRotations>({.keyId = probe.newKeyId()});
                         probe.check(reply.rotations && reply.rotations->empty(), "there are rotations");
                         probe.check(reply.truncated == false, "there are more pages");
                     }});
    facts.push_back(
        {"ListKeyRotations: what a rotation says", [](Probe &probe) {
             const std::string key = probe.newKeyId();
             probe.must<RotateKeyOnDemand>({.keyId = key});
             const auto reply = probe.must<ListKeyRotations>({.keyId = key});
             probe.equal("rotations", static_cast<std::int64_t>(reply.rotations->size()), 1);
             const auto &entry = reply.rotations->front();
             probe.check(entry.rotationType == kms::RotationType::ON_DEMAND, "RotationType is not ON_DEMAND");
             probe.check(entry.rotationDate.has_value(), "RotationDate is absent");
             probe.equal("KeyMaterialId", entry.keyMaterialId.value_or(""),
                         *probe.describe(key).currentKeyMaterialId);
             probe.check(entry.keyMaterialState == kms::KeyMaterialState::CURRENT, "it is not CURRENT");
             probe.check(!entry.importState && !entry.expirationModel && !entry.validTo,
                         "import facts are there");
         }});
    facts.push_back({"ListKeyRotations: with all material", [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const std::string first = *probe.describe(key).currentKeyMaterialId;
                         probe.must<RotateKeyOnDemand>({.keyId = key});
                         ListKeyRotations::Request request{.keyId = key};
                         request.includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
                         const auto reply = probe.must<ListKeyRotations>(std::move(request));
                         probe.equal("materials", static_cast<std::int64_t>(reply.rotations->size()), 2);
                         bool found = false;
                         for (const auto &entry : *reply.rotations) {
                             if (*entry.keyMaterialId == first) {
                                 found = entry.keyMaterialState == kms::KeyMaterialState::NON_CURRENT &&
                                         !entry.rotationDate && !entry.rotationType;
                             }
                         }
                         probe.check(found, "the first material is not as it should be");
                     }});
}

template <class Op>
void addUnsupported(Facts &facts, const char *name) {
    facts.push_back({std::string(name) + ": not for an asymmetric key",
                     [](Probe &probe) {
                         probe.refused<Op>({.keyId = probe.sharedRsaKey(kms::KeySpec::RSA_2048).keyId},
                                           ErrorCode::UnsupportedOperation);
                     },
                     Need::Rsa});
}

} // namespace

void addRotationFacts(Facts &facts) {
    addAutomaticFacts(facts);
    addSwitchFacts(facts);
    addOnDemandFacts(facts);
    addListFacts(facts);
    addUnsupported<EnableKeyRotation>(facts, "EnableKeyRotation");
    addUnsupported<kms::DisableKeyRotation>(facts, "DisableKeyRotation");
    addUnsupported<GetKeyRotationStatus>(facts, "GetKeyRotationStatus");
    addUnsupported<RotateKeyOnDemand>(facts, "RotateKeyOnDemand");
}

} // namespace keyturn::contract
