// SPDX-License-Identifier: Apache-2.0
// What renewing a vault's key needs, and what it did: Container::rotateKey. Plain values; the secrets in them
// are wiped with them. Follows FORMAT.md section 7.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"
#include "base/secret_bytes.h"
#include "vault/recovery_code.h"
#include "vault/slot.h"
#include "vault/vault_keys.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::vault {

/// A row while its key changes; views valid during the call only.
struct MovingRow {
    std::uint16_t table = 0;
    ByteView primaryKey;
    ByteView payload;
    const VaultKeys &before;
    const VaultKeys &after;
};
/// The primary key that a row has under the new keys: another one where rows are found by lookup keys.
using PlaceOfRow = std::function<Result<Bytes>(const MovingRow &)>;

struct KeyRotation {
    SecretBytes passphrase;                    ///< opens a slot of the vault now, and the new one
    std::optional<SecretBytes> keychainSecret; ///< new, 32 bytes; none: no keychain slot afterwards
    std::optional<RecoveryCode>
        recoveryCode;   ///< new, written down already; none: no recovery slot afterwards
    PlaceOfRow placeOf; ///< none: every row keeps its primary key
    Progress progress = {};
    CancelToken cancel = {};
};

struct KeyRotated {
    std::uint32_t epoch = 0; ///< of the new key
    std::uint64_t rows = 0;
    std::uint64_t logPages = 0;
    /// Slots that are gone, in words: whose secret nobody gave.
    std::vector<std::string> droppedSlots;
};

} // namespace keyturn::vault
