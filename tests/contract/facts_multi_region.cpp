// SPDX-License-Identifier: Apache-2.0
// Multi-Region keys and Regions (kms-semantics.md sections 3, 8 and 10).
#include "probe.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/replicate_key.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/update_primary_region.h"

namespace keyturn::contract {
namespace {

using kms::ReplicateKey;
using kms::UpdatePrimaryRegion;

const std::string far = "eu-west-1";

kms::KeyMetadata newPrimary(Probe &probe) {
    kms::CreateKey::Request request;
    request.multiRegion = true;
    return probe.newKey(std::move(request));
}

/// Replicated to `far`; its ARN there.
std::string replicated(Probe &probe, const std::string &key) {
    return *probe.must<ReplicateKey>({.keyId = key, .replicaRegion = far}).replicaKeyMetadata->arn;
}

std::string notPrimary(const std::string &arn) {
    return arn + " is not a multi-region primary key.";
}

void addReplicaFacts(Facts &facts) {
    facts.push_back({"multi-Region: how a key is named and described",
                     [](Probe &probe) {
                         const auto key = newPrimary(probe);
                         Probe::check(key.keyId->starts_with("mrk-") && key.keyId->size() == 36,
                                      "no mrk- id");
                         Probe::check(key.multiRegion == true, "MultiRegion is not true");
                         const auto &told = key.multiRegionConfiguration;
                         Probe::check(told && told->multiRegionKeyType == kms::MultiRegionKeyType::PRIMARY,
                                      "it is no primary");
                         Probe::equal("primary", *told->primaryKey->arn, *key.arn);
                         Probe::check(told->replicaKeys->empty(), "it has replicas");
                     },
                     Need::MultiRegion});
    facts.push_back({"ReplicateKey: what is told, and what is its own",
                     [](Probe &probe) {
                         const auto key = newPrimary(probe);
                         ReplicateKey::Request request{.keyId = key.arn, .replicaRegion = far};
                         request.tags = std::vector<kms::Tag>{{"a", "b"}};
                         const auto reply = probe.must<ReplicateKey>(std::move(request));
                         const auto &replica = *reply.replicaKeyMetadata;
                         Probe::equal("id", *replica.keyId, *key.keyId);
                         Probe::equal("ARN", *replica.arn, Probe::withRegion(*key.arn, far));
                         Probe::equal("description", replica.description.value_or(""), "");
                         Probe::check(replica.multiRegionConfiguration->multiRegionKeyType ==
                                          kms::MultiRegionKeyType::REPLICA,
                                      "it is no replica");
                         Probe::check(reply.replicaTags->size() == 1, "its tag is not told");
                         Probe::check(reply.replicaPolicy->find("key-default-1") != std::string::npos,
                                      "its policy is not the default");
                         Probe::check(probe.must<kms::ListResourceTags>({.keyId = key.keyId}).tags->empty(),
                                      "the primary has the replica's tag");
                         const auto seen = probe.describe(*key.keyId).multiRegionConfiguration;
                         Probe::equal("replica", *seen->replicaKeys->at(0).arn, *replica.arn);
                     },
                     Need::MultiRegion});
}

void addRefusalFacts(Facts &facts) {
    facts.push_back({"ReplicateKey and UpdatePrimaryRegion: of a key of one Region",
                     [](Probe &probe) {
                         const auto key = probe.newKey();
                         probe.refused<ReplicateKey>({.keyId = key.keyId, .replicaRegion = far},
                                                     ErrorCode::UnsupportedOperation, notPrimary(*key.arn));
                         probe.refused<UpdatePrimaryRegion>({key.keyId, far}, ErrorCode::UnsupportedOperation,
                                                            notPrimary(*key.arn));
                     },
                     Need::MultiRegion});
    facts.push_back({"ReplicateKey: where a related key is already",
                     [](Probe &probe) {
                         const auto key = newPrimary(probe);
                         replicated(probe, *key.keyId);
                         probe.refused<ReplicateKey>({.keyId = key.keyId, .replicaRegion = far},
                                                     ErrorCode::AlreadyExists);
                     },
                     Need::MultiRegion});
    facts.push_back({"ReplicateKey: ReplicaRegion that is no Region",
                     [](Probe &probe) {
                         const auto key = newPrimary(probe);
                         for (const char *name : {"Nowhere", "", "eu-west"}) {
                             probe.refused<ReplicateKey>({.keyId = key.keyId, .replicaRegion = name},
                                                         ErrorCode::Validation);
                         }
                     },
                     Need::MultiRegion});
    facts.push_back({"UpdatePrimaryRegion: where no replica is",
                     [](Probe &probe) {
                         const auto key = newPrimary(probe);
                         probe.refused<UpdatePrimaryRegion>({key.keyId, far}, ErrorCode::NotFound,
                                                            "Key '" + Probe::withRegion(*key.arn, far) +
                                                                "' does not exist");
                     },
                     Need::MultiRegion});
}

void addDeletionOfPrimaryFacts(Facts &facts) {
    facts.push_back({"ScheduleKeyDeletion: a primary waits for its replicas",
                     [](Probe &probe) {
                         const auto key = newPrimary(probe);
                         replicated(probe, *key.keyId);
                         const auto told = probe.must<kms::ScheduleKeyDeletion>({key.keyId, 7});
                         Probe::check(told.keyState == kms::KeyState::PendingReplicaDeletion,
                                      "another state");
                         Probe::check(!told.deletionDate, "it has a date already");
                         Probe::equal("window", told.pendingWindowInDays.value_or(0), 7);
                         const auto seen = probe.describe(*key.keyId);
                         Probe::equal("window", seen.pendingDeletionWindowInDays.value_or(0), 7);
                         probe.refused<kms::Encrypt>({.keyId = key.keyId, .plaintext = SecretBytes(1)},
                                                     {ErrorCode::KMSInvalidState, ErrorCode::Disabled});
                         probe.must<kms::CancelKeyDeletion>({key.keyId});
                         Probe::check(probe.describe(*key.keyId).keyState == kms::KeyState::Disabled,
                                      "it is not disabled");
                     },
                     Need::MultiRegion});
}

/// As the other Region's callers see it.
Probe there(Probe &probe) {
    return Probe(probe.backend(), far);
}

void addRegionFacts(Facts &facts) {
    facts.push_back(
        {"Regions: a blob opens wherever a related key is, and nowhere else",
         [](Probe &probe) {
             Probe other = there(probe);
             const auto key = newPrimary(probe);
             const auto blob = probe.encrypt(*key.keyId, "crosses");
             other.refused<kms::Decrypt>(other.decryptRequest(blob), ErrorCode::InvalidCiphertext);
             const std::string arn = replicated(probe, *key.keyId);
             Probe::equal("key", *other.must<kms::Decrypt>(other.decryptRequest(blob)).keyId, arn);
             probe.opensTo(other.encrypt(*key.keyId, "comes back"), "comes back");
             other.must<kms::DisableKey>({key.keyId});
             probe.opensTo(blob, "crosses");
         },
         Need::Regions});
    facts.push_back({"Regions: keys and aliases are of one",
                     [](Probe &probe) {
                         Probe other = there(probe);
                         const auto key = probe.newKey();
                         other.refused<kms::DescribeKey>({.keyId = key.keyId}, ErrorCode::NotFound);
                         other.refused<kms::DescribeKey>({.keyId = key.arn}, ErrorCode::NotFound);
                         const std::string alias = probe.newAlias(*key.keyId);
                         other.refused<kms::DescribeKey>({.keyId = alias}, ErrorCode::NotFound);
                         const std::string elsewhere = other.newKeyId();
                         other.must<kms::CreateAlias>({alias, elsewhere});
                         Probe::equal("key", *other.describe(alias).keyId, elsewhere);
                         Probe::equal("key", *probe.describe(alias).keyId, *key.keyId);
                     },
                     Need::Regions});
}

void addPrimaryFacts(Facts &facts) {
    facts.push_back(
        {"Regions: rotation is the primary's, and every related key's",
         [](Probe &probe) {
             Probe other = there(probe);
             const auto key = newPrimary(probe);
             const std::string arn = replicated(probe, *key.keyId);
             other.refused<kms::RotateKeyOnDemand>({key.keyId}, ErrorCode::UnsupportedOperation,
                                                   notPrimary(arn));
             other.refused<kms::EnableKeyRotation>({.keyId = key.keyId}, ErrorCode::UnsupportedOperation,
                                                   notPrimary(arn));
             probe.must<kms::RotateKeyOnDemand>({key.keyId});
             probe.must<kms::EnableKeyRotation>({.keyId = key.keyId});
             Probe::check(other.must<kms::GetKeyRotationStatus>({key.keyId}).keyRotationEnabled == true,
                          "rotation is off at the replica");
             Probe::equal("material", *other.describe(*key.keyId).currentKeyMaterialId,
                          *probe.describe(*key.keyId).currentKeyMaterialId);
         },
         Need::Regions});
    facts.push_back({"Regions: the primary moves",
                     [](Probe &probe) {
                         Probe other = there(probe);
                         const auto key = newPrimary(probe);
                         const std::string arn = replicated(probe, *key.keyId);
                         other.refused<UpdatePrimaryRegion>({key.keyId, far}, ErrorCode::UnsupportedOperation,
                                                            notPrimary(arn));
                         other.must<kms::DisableKey>({key.keyId});
                         probe.refused<UpdatePrimaryRegion>({key.keyId, far}, ErrorCode::Disabled);
                         other.must<kms::EnableKey>({key.keyId});
                         probe.must<UpdatePrimaryRegion>({key.keyId, far});
                         for (Probe *where : {&probe, &other}) {
                             const auto told = where->describe(*key.keyId).multiRegionConfiguration;
                             Probe::equal("primary", *told->primaryKey->arn, arn);
                             Probe::equal("replica", *told->replicaKeys->at(0).arn, *key.arn);
                         }
                         probe.refused<ReplicateKey>({.keyId = key.keyId, .replicaRegion = "us-west-2"},
                                                     ErrorCode::UnsupportedOperation, notPrimary(*key.arn));
                     },
                     Need::Regions});
}

} // namespace

void addMultiRegionFacts(Facts &facts) {
    addReplicaFacts(facts);
    addRefusalFacts(facts);
    addDeletionOfPrimaryFacts(facts);
    addRegionFacts(facts);
    addPrimaryFacts(facts);
}

} // namespace keyturn::contract
