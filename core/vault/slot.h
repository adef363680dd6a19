// SPDX-License-Identifier: Apache-2.0
// Slot: one way to the vault key, as it stands in the file: clear parameters around the wrapped key.
// Plain values and pure functions, any thread; deriving a passphrase slot's secret takes about a second.
// Follows FORMAT.md section 3. Errors: VaultDamaged (a slot that cannot be read), KdfOutOfBounds,
// NotAuthentic (this secret does not open this slot), Usage, OutOfMemory, Cancelled.
#pragma once

#include "base/bytes.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret_bytes.h"
#include "crypto/password_kdf.h"
#include "vault/vault_keys.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace keyturn::vault {

using SlotId = std::uint32_t; ///< from 1

enum class SlotType : std::uint8_t { Passphrase = 1, Keychain = 2, Recovery = 3 };

inline constexpr std::size_t maxSlots = 16;
inline constexpr std::size_t maxSlotLabelBytes = 128;
inline constexpr std::size_t keychainSecretBytes = 32;

struct Slot {
    SlotId id = 0;
    std::uint8_t rawType = 0;
    std::optional<SlotType> type;                 ///< none: of a later version; kept, counted, not opened
    std::optional<crypto::PasswordKdfParams> kdf; ///< of a passphrase
    std::array<std::uint8_t, crypto::passwordSaltSizeBytes> salt{};
    std::uint32_t epoch = 0;
    Timestamp created{};
    std::string label;
    std::optional<Timestamp> lastUsed; ///< known after unlocking only
    Bytes wrapped;
};

/// Reads a body. A type or version that this program does not know gives a Slot without `type`; a known one
/// that is malformed is damage. Bounds of KDF parameters are checked on use.
Result<Slot> parseSlot(SlotId id, ByteView body);
Bytes slotBody(const Slot &slot);

/// The slot secret of a passphrase (already normalised) under the slot's parameters.
Result<SecretBytes> passphraseSlotSecret(const Slot &slot, const SecretBytes &normalised,
                                         const CancelToken &cancel);

/// Fills `slot.wrapped`.
Status wrapVaultKey(const VaultUuid &vaultId, Slot &slot, const SecretBytes &slotSecret,
                    const SecretBytes &vaultKey);
Result<SecretBytes> unwrapVaultKey(const VaultUuid &vaultId, const Slot &slot, const SecretBytes &slotSecret);

} // namespace keyturn::vault
