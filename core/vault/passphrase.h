// SPDX-License-Identifier: Apache-2.0
// A passphrase as vaults take it: UTF-8 of 1 to 1,024 bytes, normalised to NFC so that one keyboard's "é"
// opens what another's wrote, never trimmed. Pure function, any thread. Errors: Usage (empty, too long, no
// UTF-8; never quotes it).
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"

namespace keyturn::vault {

inline constexpr std::size_t maxPassphraseBytes = 1024;

Result<SecretBytes> normalisedPassphrase(const SecretBytes &typed);

} // namespace keyturn::vault
