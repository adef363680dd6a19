// SPDX-License-Identifier: Apache-2.0
// Key pairs of every asymmetric spec, as CreateKey stores them and GenerateDataKeyPair hands them out. Any
// thread; RSA, which takes up to seconds, only where call.mayTakeLong, otherwise call.needsPool is set.
// Errors: Cancelled (by the caller or because the vault is locked), CryptoFailed.
#pragma once

#include "vault/handlers/call.h"

namespace keyturn::vault {

struct MadeKeyPair {
    SecretBytes privateKey; ///< PKCS#8
    Bytes publicKey;        ///< SubjectPublicKeyInfo
};

/// `spec`: an asymmetric one for which whyAbsent() is empty.
Result<MadeKeyPair> makeKeyPair(Call &call, kms::KeySpec spec);

} // namespace keyturn::vault
