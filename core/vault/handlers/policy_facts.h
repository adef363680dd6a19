// SPDX-License-Identifier: Apache-2.0
// What condition keys of a key policy mean for one call: those of kms: and aws: that a vault can tell.
// Pure functions.
#pragma once

#include "kms/encryption_context.h"
#include "kms/key_policy.h"
#include "vault/handlers/call.h"

namespace keyturn::vault {

/// The encryption context of one side of a request; null: none.
const kms::EncryptionContext *contextOf(const kms::AnyRequest &request, kms::KeySide side);

/// Whoever unlocked the vault asks as the account itself.
kms::PolicyCaller callerOf(const Call &call);

/// `side`: on which key of the request; `key` may be one that is about to be made.
kms::PolicyFact policyFact(const Call &call, const KeyState &key, kms::KeySide side, std::string_view name);

} // namespace keyturn::vault
