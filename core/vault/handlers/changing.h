// SPDX-License-Identifier: Apache-2.0
// Handlers of the operations that change keys, aliases, tags and rotation (kms-semantics.md sections 2, 7, 8,
// 10 and 11). Member constraints were checked before; everything else is checked here, before the first row
// is written. Thread rule: writer thread, but for prepareKey(). Errors: as AWS KMS, and those of Changes.
#pragma once

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/rotate_key_on_demand.h"
#include "kms/operations/schedule_key_deletion.h"
#include "kms/operations/tag_resource.h"
#include "kms/operations/untag_resource.h"
#include "kms/operations/update_alias.h"
#include "kms/operations/update_key_description.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"

#include <span>

namespace keyturn::vault {

/// A key that only needs to be written.
struct PreparedKey {
    KeyState key;
    SecretBytes secret;
};

/// CreateKey's checks and the making of its material, which for RSA takes up to seconds. Any thread; RSA
/// where call.mayTakeLong, otherwise call.needsPool is set.
Result<PreparedKey> prepareKey(Call &call, const kms::CreateKey::Request &request);
Result<kms::CreateKey::Reply> createKey(Call &call, Changes &changes, PreparedKey prepared);

Result<kms::EnableKey::Reply> enableKey(Call &call, Changes &changes, const kms::EnableKey::Request &request);
Result<kms::DisableKey::Reply> disableKey(Call &call, Changes &changes,
                                          const kms::DisableKey::Request &request);
Result<kms::ScheduleKeyDeletion::Reply> scheduleKeyDeletion(Call &call, Changes &changes,
                                                            const kms::ScheduleKeyDeletion::Request &request);
Result<kms::CancelKeyDeletion::Reply> cancelKeyDeletion(Call &call, Changes &changes,
                                                        const kms::CancelKeyDeletion::Request &request);
Result<kms::UpdateKeyDescription::Reply>
updateKeyDescription(Call &call, Changes &changes, const kms::UpdateKeyDescription::Request &request);

Result<kms::EnableKeyRotation::Reply> enableKeyRotation(Call &call, Changes &changes,
                                                        const kms::EnableKeyRotation::Request &request);
Result<kms::DisableKeyRotation::Reply> disableKeyRotation(Call &call, Changes &changes,
                                                          const kms::DisableKeyRotation::Request &request);
Result<kms::RotateKeyOnDemand::Reply> rotateKeyOnDemand(Call &call, Changes &changes,
                                                        const kms::RotateKeyOnDemand::Request &request);

Result<kms::CreateAlias::Reply> createAlias(Call &call, Changes &changes,
                                            const kms::CreateAlias::Request &request);
Result<kms::UpdateAlias::Reply> updateAlias(Call &call, Changes &changes,
                                            const kms::UpdateAlias::Request &request);
Result<kms::DeleteAlias::Reply> deleteAlias(Call &call, Changes &changes,
                                            const kms::DeleteAlias::Request &request);

Result<kms::TagResource::Reply> tagResource(Call &call, Changes &changes,
                                            const kms::TagResource::Request &request);
Result<kms::UntagResource::Reply> untagResource(Call &call, Changes &changes,
                                                const kms::UntagResource::Request &request);

/// The new tags over the old ones, in the order of their keys. TagException for reserved or repeated tag keys
/// and for too many.
Result<std::vector<kms::Tag>> mergedTags(const std::vector<kms::Tag> &old,
                                         const std::vector<kms::Tag> &added);
/// Adds a fresh material that encrypts from `now` on. For symmetric keys.
Result<KeyState> withNewMaterial(Changes &changes, KeyState key, MaterialOrigin origin, Timestamp now);

} // namespace keyturn::vault
