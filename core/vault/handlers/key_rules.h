// SPDX-License-Identifier: Apache-2.0
// What a key may be used for: states (kms-semantics.md section 2), usage, algorithms, sizes. Pure functions.
// Errors: Disabled, KMSInvalidState, InvalidKeyUsage, Validation, UnsupportedOperation, in the service's
// words.
#pragma once

#include "kms/encryption_context.h"
#include "vault/handlers/call.h"

#include <optional>
#include <string>
#include <vector>

namespace keyturn::vault {

using Algorithm = kms::EncryptionAlgorithmSpec;

/// In any state.
inline constexpr std::size_t maxKeysPerRegion = 100'000;

/// The states in which the operation is allowed on a key.
Status checkState(const KeyState &key, kms::OperationId operation);
/// Automatic and on-demand rotation exist for symmetric keys only, in every state.
Status checkRotatable(const KeyState &key);
/// ... and automatic rotation only for those whose material is made here.
Status checkRotatesByItself(const KeyState &key);

/// Absent means SYMMETRIC_DEFAULT.
Algorithm algorithmOf(const std::optional<kms::Open<Algorithm>> &given);
/// One side of a cryptographic operation against its key: usage and algorithm, context, state, in this order.
/// `contextMember` is the context's name in the request.
Status checkSide(const Call &call, const KeyState &key, Algorithm algorithm,
                 const std::optional<kms::EncryptionContext> &context, std::string_view contextMember);

/// InvalidKeyUsage, in the service's words, for a key that is made for something else.
Status checkUsage(const Call &call, const KeyState &key, kms::KeyUsageType usage);

std::size_t maxPlaintextSizeBytes(kms::KeySpec spec, Algorithm algorithm);
/// Validation, naming the limit.
Status checkPlaintextSize(const KeyState &key, Algorithm algorithm, std::size_t sizeBytes);

/// UnsupportedOperation where a Recipient is given.
Status refuseRecipient(bool given);

} // namespace keyturn::vault
