// SPDX-License-Identifier: Apache-2.0
// From an operation to its handler: one table with a row for every operation, in the order of OperationId,
// so that a forgotten operation does not compile. An operation without a handler is a row with the reason,
// which capabilities() and the answer repeat: a handler is added by changing its row. Errors: as AWS KMS;
// UnsupportedOperation with the reason.
#pragma once

#include "vault/handlers/call.h"
#include "vault/handlers/changes.h"

#include <string_view>

namespace keyturn::vault {

enum class Group : std::uint8_t {
    Cryptography, ///< uses material: any thread, answered once recorded
    Reading,      ///< as Cryptography, and allowed in a vault that is open read-only
    Changing,     ///< writer thread
    Absent        ///< a vault has no such operation
};
Group groupOf(kms::OperationId operation);
/// Why a vault has no such operation, as a sentence; empty for all but Group::Absent.
std::string_view absenceOf(kms::OperationId operation);

/// An operation of the first two groups.
Result<kms::AnyReply> answer(Call &call);
/// An operation of Group::Changing but CreateKey and ImportKeyMaterial, which are prepared before
/// (changing.h, importing.h).
Result<kms::AnyReply> change(Call &call, Changes &changes);

} // namespace keyturn::vault
