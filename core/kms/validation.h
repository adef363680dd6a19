// SPDX-License-Identifier: Apache-2.0
// Member constraints with the service's own messages (kms-semantics.md section 1, "ValidationException
// grammar"). Pure functions. Errors: Validation, message "1 validation error detected: Value '...' at '...'
// failed to satisfy constraint: ..."; secret values are not echoed.
#pragma once

#include "base/result.h"
#include "kms/operation.h"

namespace keyturn::kms {

/// All constraints of the table: required, length, range, items, pattern, enumeration. Several faults stand
/// in one message ("2 validation errors detected: ...; ...").
Status validateMembers(std::span<const Field> fields, const void *object);
/// validateMembers over the request of an operation, then members that depend on each other where it is no
/// matter of key state: Decrypt and ReEncrypt without CiphertextBlob, KeySpec or NumberOfBytes of a data key,
/// NumberOfBytes of GenerateRandom.
Status validateRequest(const AnyRequest &request);

} // namespace keyturn::kms
