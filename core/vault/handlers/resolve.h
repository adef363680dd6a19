// SPDX-License-Identifier: Apache-2.0
// From the text of a KeyId member to the key (kms-semantics.md section 3): key id, key ARN, alias, alias ARN,
// as far as the member takes them. What was found is noted in the call's trace. Pure but for that.
// Errors: NotFound with the service's words for each form, InvalidArn where an operation has it.
#pragma once

#include "vault/handlers/call.h"

namespace keyturn::vault {

/// `forms`: what the member takes.
Result<KeyPointer> resolveKey(Call &call, std::string_view text, kms::IdForm forms);
/// The same without noting it in the trace: for the key that an IncorrectKey is decided by.
Result<KeyPointer> lookUpKey(Call &call, std::string_view text, kms::IdForm forms);

} // namespace keyturn::vault
