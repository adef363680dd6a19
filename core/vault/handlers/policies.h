// SPDX-License-Identifier: Apache-2.0
// Key policies as CreateKey takes them (kms-semantics.md section 11). They are stored, not evaluated: whoever
// unlocked a vault may do everything. Pure functions. Errors: MalformedPolicyDocument, LimitExceeded.
#pragma once

#include "base/result.h"
#include "vault/vault_kms_core.h"

#include <string>

namespace keyturn::vault {

/// Size, characters, and that it is a JSON object.
Status checkPolicy(std::string_view policy);
/// What a key gets when none is given: one statement for the account.
std::string defaultPolicy(const VaultNames &names);

} // namespace keyturn::vault
