// SPDX-License-Identifier: Apache-2.0
// Slots: reading them, and unlocking through them (FORMAT.md section 3).
#include "chainlog/wire.h"
#include "crypto/sha256.h"
#include "vault/container_impl.h"
#include "vault/passphrase.h"

#include <utility>

namespace keyturn::vault {

namespace {

struct SlotOpened {
    SlotId id = 0;
    SecretBytes vaultKey;
};

/// The first slot of a type that the secret opens. A slot that does not open is no error of its own.
Result<SlotOpened> openSlot(const VaultUuid &vaultId, const std::vector<Slot> &slots, SlotType type,
                            const SecretOfSlot &secretOf) {
    bool any = false;
    std::optional<Error> refused;
    for (const Slot &slot : slots) {
        if (slot.type != type) {
            continue;
        }
        any = true;
        auto secret = secretOf(slot);
        if (!secret) {
            if (secret.error().code != ErrorCode::KdfOutOfBounds) {
                return failFrom(secret);
            }
            refused = secret.error();
            continue;
        }
        if (auto key = unwrapVaultKey(vaultId, slot, *secret)) {
            return SlotOpened{slot.id, std::move(*key)};
        }
    }
    if (!any) {
        return fail(ErrorCode::NoSuchSlot, "the vault has no slot of this kind", ErrorOrigin::Vault);
    }
    return refused
               ? fail(*refused)
               : fail(ErrorCode::WrongPassphrase, "no slot of the vault opens with this", ErrorOrigin::Vault);
}

Result<SlotOpened> openPassphraseSlot(const VaultUuid &vaultId, const std::vector<Slot> &slots,
                                      const SecretBytes &passphrase, const CancelToken &cancel) {
    auto normalised = normalisedPassphrase(passphrase);
    if (!normalised) {
        return failFrom(normalised);
    }
    return openSlot(vaultId, slots, SlotType::Passphrase,
                    [&](const Slot &slot) { return passphraseSlotSecret(slot, *normalised, cancel); });
}

} // namespace

Result<SlotId> slotOpenedBy(const VaultUuid &vaultId, const std::vector<Slot> &slots,
                            const SecretBytes &passphrase, const CancelToken &cancel) {
    auto opened = openPassphraseSlot(vaultId, slots, passphrase, cancel);
    return opened ? Result<SlotId>(opened->id) : failFrom(opened);
}

RowElement elementOfSlot(const VaultKeys &keys, SlotId id, ByteView body) {
    Bytes key;
    chainlog::appendNumber(key, id);
    return keys.element({static_cast<std::uint16_t>(Table::Slots), key, 0, 0}, crypto::sha256(body));
}

Result<std::vector<std::pair<SlotId, Bytes>>> Container::Impl::slotBodies() {
    if (!database) {
        return fail(ErrorCode::VaultLocked, path.filename().string() + " was locked: open it again",
                    ErrorOrigin::Vault);
    }
    auto statement = database->prepare("SELECT id, body FROM slots ORDER BY id");
    if (!statement) {
        return failFrom(statement);
    }
    std::vector<std::pair<SlotId, Bytes>> bodies;
    for (;;) {
        auto row = statement->step();
        if (!row) {
            return failFrom(row);
        }
        if (!*row) {
            return bodies;
        }
        const std::int64_t id = statement->integer(0);
        if (id < 1 || id > UINT32_MAX || !statement->isBlob(1) || bodies.size() == maxSlots + 1) {
            return fail(damaged("slots: too many, or one of a wrong form"));
        }
        bodies.emplace_back(static_cast<SlotId>(id), toBytes(statement->blob(1)));
    }
}

Result<std::vector<Slot>> Container::Impl::slots() {
    auto bodies = slotBodies();
    if (!bodies) {
        return failFrom(bodies);
    }
    std::vector<Slot> slots;
    for (const auto &[id, body] : *bodies) {
        auto slot = parseSlot(id, body);
        if (!slot) {
            return failFrom(slot);
        }
        if (open != nullptr) {
            const auto used = currentRoot().slotsUsed.find(id);
            slot->lastUsed =
                used == currentRoot().slotsUsed.end() ? std::nullopt : std::optional(used->second);
        }
        slots.push_back(std::move(*slot));
    }
    return slots;
}

Result<std::vector<Slot>> Container::slots() {
    return m_impl->slots();
}

Status Container::unlockWithPassphrase(const SecretBytes &passphrase, const CancelToken &cancel) {
    auto opened = m_impl->openWithPassphrase(passphrase, cancel);
    return opened ? m_impl->unlock(std::move(opened->second), opened->first) : failFrom(opened);
}

Result<std::pair<SlotId, SecretBytes>> Container::Impl::openWithPassphrase(const SecretBytes &passphrase,
                                                                           const CancelToken &cancel) {
    auto known = slots();
    if (!known) {
        return failFrom(known);
    }
    auto opened = openPassphraseSlot(header.vaultId, *known, passphrase, cancel);
    if (!opened) {
        return failFrom(opened);
    }
    return std::pair(opened->id, std::move(opened->vaultKey));
}

Result<SlotId> Container::slotOpenedBy(const SecretBytes &passphrase, const CancelToken &cancel) {
    auto opened = m_impl->openWithPassphrase(passphrase, cancel);
    return opened ? Result<SlotId>(opened->first) : failFrom(opened);
}

Status Container::unlockWithKeychainSecret(const SecretBytes &secret) {
    if (auto sized = checkKeychainSecret(secret); !sized) {
        return sized;
    }
    auto known = m_impl->slots();
    if (!known) {
        return failFrom(known);
    }
    auto opened = openSlot(vaultId(), *known, SlotType::Keychain,
                           [&](const Slot &) { return Result<SecretBytes>(secret.clone()); });
    return opened ? m_impl->unlock(std::move(opened->vaultKey), opened->id) : failFrom(opened);
}

Status Container::unlockWithRecoveryCode(const RecoveryCode &code) {
    auto known = m_impl->slots();
    if (!known) {
        return failFrom(known);
    }
    auto opened = openSlot(vaultId(), *known, SlotType::Recovery,
                           [&](const Slot &) { return Result<SecretBytes>(code.secret().clone()); });
    return opened ? m_impl->unlock(std::move(opened->vaultKey), opened->id) : failFrom(opened);
}

Status Container::unlockWithVaultKey(SecretBytes vaultKey) {
    return m_impl->unlock(std::move(vaultKey), std::nullopt);
}

} // namespace keyturn::vault
