// SPDX-License-Identifier: Apache-2.0
// From an operation to its handler: one switch per group, -Werror=switch, so that a forgotten operation does
// not compile. Errors: as AWS KMS.
#pragma once

#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"

namespace keyturn::vault {

enum class Group : std::uint8_t {
    Cryptography, ///< uses material: any thread, answered once recorded
    Reading,      ///< as Cryptography, and allowed in a vault that is open read-only
    Changing      ///< writer thread
};
Group groupOf(kms::OperationId operation);

/// An operation of the first two groups.
Result<kms::AnyReply> answer(Call &call);
/// An operation of the last group but CreateKey, which is prepared before (changing.h).
Result<kms::AnyReply> change(Call &call, Changes &changes);

} // namespace keyturn::vault
