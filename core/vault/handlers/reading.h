// SPDX-License-Identifier: Apache-2.0
// Handlers of the operations that only read: keys, aliases, tags, rotations, uses, public keys
// (kms-semantics.md sections 3, 8 and 11). Member constraints were checked before. Thread rule: any thread.
// Errors: as AWS KMS.
#pragma once

#include "kms/operations/describe_key.h"
#include "kms/operations/get_key_last_usage.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_resource_tags.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

kms::KeyMetadata metadataOf(const VaultNames &names, const KeyState &key);

Result<kms::DescribeKey::Reply> describeKey(Call &call, const kms::DescribeKey::Request &request);
Result<kms::ListKeys::Reply> listKeys(Call &call, const kms::ListKeys::Request &request);
Result<kms::ListAliases::Reply> listAliases(Call &call, const kms::ListAliases::Request &request);
Result<kms::ListResourceTags::Reply> listResourceTags(Call &call,
                                                      const kms::ListResourceTags::Request &request);
Result<kms::GetKeyRotationStatus::Reply>
getKeyRotationStatus(Call &call, const kms::GetKeyRotationStatus::Request &request);
Result<kms::ListKeyRotations::Reply> listKeyRotations(Call &call,
                                                      const kms::ListKeyRotations::Request &request);
Result<kms::GetKeyLastUsage::Reply> getKeyLastUsage(Call &call, const kms::GetKeyLastUsage::Request &request);
Result<kms::GetPublicKey::Reply> getPublicKey(Call &call, const kms::GetPublicKey::Request &request);

} // namespace keyturn::vault
