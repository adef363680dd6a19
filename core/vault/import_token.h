// SPDX-License-Identifier: Apache-2.0
// ImportToken: what GetParametersForImport hands out and ImportKeyMaterial wants back. The vault keeps
// nothing of it: the wrapping key's private half travels inside, sealed under the vault key as a row is, so
// that a token cannot be made, read or changed by anybody else and holds across restarts. Follows FORMAT.md
// section 4a. Plain value and pure functions, any thread. Errors: InvalidImportToken (not ours, of another
// vault key or another key), CryptoFailed.
#pragma once

#include "kms/enums.h"
#include "vault/key_state.h"
#include "vault/vault_keys.h"

namespace keyturn::vault {

struct ImportToken {
    std::string keyArn; ///< the key that it is for
    kms::AlgorithmSpec algorithm = kms::AlgorithmSpec::RSAES_OAEP_SHA_256;
    kms::WrappingKeySpec wrappingSpec = kms::WrappingKeySpec::RSA_2048;
    Timestamp validTo{};
    SecretBytes wrappingKey; ///< PKCS#8
};

Result<Bytes> sealImportToken(const VaultKeys &keys, const KeyId &key, const ImportToken &token);
/// Whether it still holds and is for the same ARN is the caller's to look at.
Result<ImportToken> openImportToken(const VaultKeys &keys, const KeyId &key, ByteView sealed);

} // namespace keyturn::vault
