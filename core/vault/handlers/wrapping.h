// SPDX-License-Identifier: Apache-2.0
// How key material travels into a vault: wrapping keys, which of them and which algorithms fit which key
// specs, and the unwrapping (kms-semantics.md section 9). Any thread; making RSA keys takes up to seconds and
// opening with them milliseconds: only where call.mayTakeLong, otherwise call.needsPool is set. Errors:
// UnsupportedOperation (a combination that the service does not take), InvalidCiphertext without a message
// (whatever does not open), Cancelled, CryptoFailed.
#pragma once

#include "vault/handlers/call.h"
#include "vault/handlers/key_pairs.h"
#include "vault/import_token.h"

namespace keyturn::vault {

Status checkWrapping(kms::KeySpec keySpec, kms::AlgorithmSpec algorithm, kms::WrappingKeySpec wrappingSpec);
Result<MadeKeyPair> makeWrappingKey(Call &call, kms::WrappingKeySpec spec);
/// The bytes inside, whatever they are.
Result<SecretBytes> unwrapMaterial(Call &call, const ImportToken &token, ByteView wrapped);

} // namespace keyturn::vault
