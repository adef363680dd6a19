// SPDX-License-Identifier: Apache-2.0
// Key policies (kms-semantics.md section 11): what CreateKey and PutKeyPolicy take, what a key has when none
// is given, and the handlers of GetKeyPolicy, PutKeyPolicy and ListKeyPolicies. Whom they allow what:
// permissions.h. Thread rule: as the groups of handlers. Errors: MalformedPolicyDocument, LimitExceeded,
// NotFound.
#pragma once

#include "kms/operations/get_key_policy.h"
#include "kms/operations/list_key_policies.h"
#include "kms/operations/put_key_policy.h"
#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"

#include <string>

namespace keyturn::vault {

/// Size, characters, and that it is a key policy; and unless `bypassLockoutCheck`, that whoever asks could
/// still replace it. `key` is the one that is to have it.
Status checkPolicy(const Call &call, const KeyState &key, const std::string &policy, bool bypassLockoutCheck);
/// What a key gets when none is given, as AWS writes it: one statement for the account.
std::string defaultPolicy(const VaultNames &names);

Result<kms::GetKeyPolicy::Reply> getKeyPolicy(Call &call, const kms::GetKeyPolicy::Request &request);
Result<kms::ListKeyPolicies::Reply> listKeyPolicies(Call &call, const kms::ListKeyPolicies::Request &request);
Result<kms::PutKeyPolicy::Reply> putKeyPolicy(Call &call, Changes &changes,
                                              const kms::PutKeyPolicy::Request &request);

} // namespace keyturn::vault
