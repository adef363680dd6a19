// SPDX-License-Identifier: Apache-2.0
// RecoveryCode: 190 random bits that a person can write down, as 40 symbols of Crockford base32 in 8 groups
// of 5, the last two a checksum. Plain secret value: moves, never copies. Follows FORMAT.md section 3.
// Errors: Usage (wrong number of symbols, a symbol that is none, checksum), CryptoFailed.
#pragma once

#include "base/result.h"
#include "base/secret_bytes.h"
#include "base/secret_text.h"

#include <string_view>

namespace keyturn::vault {

class RecoveryCode {
public:
    static constexpr std::size_t symbolCount = 40;

    static Result<RecoveryCode> generate();
    /// As typed back: any case, spaces and hyphens ignored, O read as 0, I and L as 1.
    static Result<RecoveryCode> parse(std::string_view typed);

    /// "7H2KD-...": for the terminal or a file of mode 0600, never for a log.
    SecretText text() const;
    /// The slot secret: 190 bits, left-aligned in 24 bytes.
    const SecretBytes &secret() const { return m_secret; }

private:
    explicit RecoveryCode(SecretBytes secret)
        : m_secret(std::move(secret)) {}
    SecretBytes m_secret;
};

} // namespace keyturn::vault
