// SPDX-License-Identifier: Apache-2.0
// Deletion (kms-semantics.md section 10).
#include "probe.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/schedule_key_deletion.h"

namespace keyturn::contract {
namespace {

using kms::CancelKeyDeletion;
using kms::ScheduleKeyDeletion;

void addScheduleFacts(Facts &facts) {
    for (const int days : {6, 31, 0, 366}) {
        facts.push_back(
            {"ScheduleKeyDeletion: a window of " + std::to_string(days) + " days", [days](Probe &probe) {
                 const std::string key = probe.newKeyId();
                 probe.refused<ScheduleKeyDeletion>({.keyId = key, .pendingWindowInDays = days},
                                                    ErrorCode::Validation);
                 probe.check(probe.describe(key).keyState == kms::KeyState::Enabled, "the state has changed");
             }});
    }
    for (const int days : {7, 30}) {
        facts.push_back(
            {"ScheduleKeyDeletion: what is told, " + std::to_string(days) + " days", [days](Probe &probe) {
                 const auto key = probe.newKey();
                 ScheduleKeyDeletion::Request request{.keyId = key.keyId, .pendingWindowInDays = days};
                 if (days == 30) {
                     request.pendingWindowInDays.reset(); // the default
                 }
                 const auto reply = probe.must<ScheduleKeyDeletion>(std::move(request));
                 probe.equal("KeyId", reply.keyId.value_or(""), *key.arn);
                 probe.check(reply.keyState == kms::KeyState::PendingDeletion, "KeyState is another");
                 probe.equal("PendingWindowInDays", reply.pendingWindowInDays.value_or(0), days);
                 const auto ahead = *reply.deletionDate - *key.creationDate;
                 probe.check(ahead >= std::chrono::days(days) && ahead < std::chrono::days(days + 2),
                             "DeletionDate is not that far ahead");
                 const auto seen = probe.describe(*key.keyId);
                 probe.check(seen.keyState == kms::KeyState::PendingDeletion && seen.enabled == false,
                             "DescribeKey tells another state");
                 probe.check(seen.deletionDate == reply.deletionDate, "DescribeKey tells another date");
             }});
    }
}

} // namespace

void addDeletionFacts(Facts &facts) {
    addScheduleFacts(facts);
    facts.push_back({"CancelKeyDeletion: the key is disabled afterwards", [](Probe &probe) {
                         const auto key = probe.newKey();
                         const auto blob = probe.encrypt(*key.keyId, "kept");
                         probe.must<ScheduleKeyDeletion>({.keyId = key.keyId});
                         probe.equal("KeyId",
                                     probe.must<CancelKeyDeletion>({.keyId = key.keyId}).keyId.value_or(""),
                                     *key.arn);
                         const auto seen = probe.describe(*key.keyId);
                         probe.check(seen.keyState == kms::KeyState::Disabled && !seen.deletionDate,
                                     "it is not disabled");
                         probe.refused<kms::Decrypt>(probe.decryptRequest(blob), ErrorCode::Disabled,
                                                     *key.arn + " is disabled.");
                         probe.must<kms::EnableKey>({.keyId = key.keyId});
                         probe.opensTo(blob, "kept");
                     }});
    facts.push_back({"deletion: the key and its aliases go when the window is over",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         const std::string alias = probe.newAlias(key);
                         const auto blob = probe.encrypt(key, "lost");
                         probe.must<ScheduleKeyDeletion>({.keyId = key, .pendingWindowInDays = 7});
                         probe.backend().advance(std::chrono::hours(24 * 7 - 1));
                         probe.describe(key);
                         probe.backend().advance(std::chrono::hours(26)); // up to a day later is legal
                         probe.refused<kms::DescribeKey>({.keyId = key}, ErrorCode::NotFound);
                         probe.refused<kms::DescribeKey>({.keyId = alias}, ErrorCode::NotFound);
                         probe.refused<kms::Decrypt>(probe.decryptRequest(blob),
                                                     {ErrorCode::InvalidCiphertext, ErrorCode::NotFound});
                     },
                     Need::Clock});
    facts.push_back({"deletion: a cancelled one does not come back",
                     [](Probe &probe) {
                         const std::string key = probe.newKeyId();
                         probe.must<ScheduleKeyDeletion>({.keyId = key, .pendingWindowInDays = 7});
                         probe.must<CancelKeyDeletion>({.keyId = key});
                         probe.backend().advance(std::chrono::days(60));
                         probe.check(probe.describe(key).keyState == kms::KeyState::Disabled,
                                     "it is not disabled");
                     },
                     Need::Clock});
}

} // namespace keyturn::contract
