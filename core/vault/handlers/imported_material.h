// SPDX-License-Identifier: Apache-2.0
// Imported bytes as a key's material: looked at, brought into the form that rows keep, and known again by
// their fingerprint. Pure functions, any thread; an RSA key is tried out, which takes milliseconds. Errors:
// IncorrectKeyMaterial (of another length, spec or form; names what is needed, quotes nothing).
#pragma once

#include "vault/key_state.h"

#include <array>

namespace keyturn::vault {

/// Material that only needs to be written.
struct PreparedImport {
    SecretBytes secret; ///< as ROWS.md says
    Bytes publicKey;    ///< SubjectPublicKeyInfo of an asymmetric key
    std::array<std::uint8_t, 32> fingerprint{};
};

/// Symmetric: 32 bytes. HMAC: from the hash's size to its block's. Else PKCS#8 of the spec's size or curve.
Result<PreparedImport> materialFrom(const KeyState &key, ByteView bytes);

} // namespace keyturn::vault
