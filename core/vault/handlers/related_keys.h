// SPDX-License-Identifier: Apache-2.0
// Multi-Region keys (kms-semantics.md sections 8 and 10): the related keys of one id, in several Regions.
// What they share (material, rotation, which of them is the primary) stands in the row of each and is changed
// in all of them by one transaction; handlers of ReplicateKey and UpdatePrimaryRegion. Thread rule: writer
// thread, but for the checks. Errors: as AWS KMS, those of Changes, VaultDamaged.
#pragma once

#include "kms/operations/replicate_key.h"
#include "kms/operations/update_primary_region.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"

namespace keyturn::vault {

Result<kms::ReplicateKey::Reply> replicateKey(Call &call, Changes &changes,
                                              const kms::ReplicateKey::Request &request);
Result<kms::UpdatePrimaryRegion::Reply> updatePrimaryRegion(Call &call, Changes &changes,
                                                            const kms::UpdatePrimaryRegion::Request &request);

/// UnsupportedOperation where the key is a replica: what is shared is changed at the primary.
Status checkNotReplica(const KeyState &key);

/// What a replica of the key begins as: the same materials, of which imported ones are not there yet.
KeyState freshReplica(const KeyState &primary);

/// The key, and what related keys share with it in the rows of all of them. `core` is the key's Region.
Status putShared(VaultCore &core, Changes &changes, KeyState key);

/// A key whose time has come. The last replica takes its primary along from PendingReplicaDeletion to
/// PendingDeletion. `core` is the key's Region.
Status deleteForGood(VaultCore &core, Changes &changes, const KeyPointer &key, Timestamp now);

/// Whether one of these imported materials is there in any of the key's Regions; `core` is one of them.
bool isAnywhere(const VaultCore &core, const KeyState &key, const std::vector<MaterialInfo> &materials);
/// Whether it is there in all of them.
bool isEverywhere(const VaultCore &core, const KeyState &key, const MaterialInfo &material);

/// MultiRegionConfiguration of DescribeKey.
kms::MultiRegionConfiguration configurationOf(const VaultNames &names, const KeyState &key);

} // namespace keyturn::vault
