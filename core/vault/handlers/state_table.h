// SPDX-License-Identifier: Apache-2.0
// Which states of a key an operation takes: kms-semantics.md section 2, as far as a vault's keys reach them.
// One row for every operation, in the order of OperationId: a forgotten one does not compile. Pure, any
// thread.
#pragma once

#include "kms/op_fwd.h"

namespace keyturn::vault {

/// What Disabled, PendingDeletion and PendingImport mean for an operation.
enum class States : std::uint8_t {
    Any,                ///< or the operation is on no key
    NotPendingDeletion, ///< a disabled key is fine, and one that waits for its material
    HasMaterial,        ///< a disabled key is fine
    EnabledOnly,
    PendingDeletionOnly
};
States statesOf(kms::OperationId operation);

} // namespace keyturn::vault
