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
/// validateMembers over the request of an operation, plus what kms-api.json says about members that depend on
/// each other only where it is no matter of key state (Decrypt and ReEncrypt without CiphertextBlob).
Status validateRequest(const AnyRequest &request);

} // namespace keyturn::kms
