// SPDX-License-Identifier: Apache-2.0
// Changing slots: a new one counts only after the vault's key was unwrapped through it (FORMAT.md section 3).
#include "base/text.h"
#include "crypto/random.h"
#include "vault/container_impl.h"
#include "vault/passphrase.h"

#include <algorithm>
#include <utility>

namespace keyturn::vault {

namespace {

tl::unexpected<Error> noSuchSlot(const std::string &what) {
    return fail(ErrorCode::NoSuchSlot, what, ErrorOrigin::Vault);
}

bool opensByHand(const Slot &slot) {
    return slot.type == SlotType::Passphrase || slot.type == SlotType::Recovery;
}

Status checkLabel(const std::string &label) {
    return label.size() <= maxSlotLabelBytes && isValidUtf8(label)
               ? Status{}
               : Status(fail(ErrorCode::Usage, "slot label: UTF-8 of at most 128 bytes"));
}

SecretOfSlot always(const SecretBytes &secret) {
    return [&secret](const Slot &) { return Result<SecretBytes>(secret.clone()); };
}

Slot newSlot(SlotType type, const std::string &label) {
    Slot slot;
    slot.type = type;
    slot.label = label;
    return slot;
}

} // namespace

Status checkKeychainSecret(const SecretBytes &secret) {
    return secret.size() == keychainSecretBytes
               ? Status{}
               : Status(fail(ErrorCode::Usage, "a keychain slot's secret has 32 bytes"));
}

Status WriteTransaction::State::putSlot(const Slot &slot) {
    const Bytes body = slotBody(slot);
    auto statement = vault.database->prepare("INSERT INTO slots(id, body) VALUES(?1, ?2)");
    if (!statement) {
        return failFrom(statement);
    }
    Status done = statement->bind(1, std::int64_t{slot.id});
    done = done ? statement->bind(2, body) : done;
    done = done ? statement->run() : done;
    if (done) {
        pending.add(static_cast<std::uint16_t>(Table::Slots),
                    elementOfSlot(*vault.open->keys, slot.id, body));
    }
    return done;
}

Status WriteTransaction::State::removeSlot(SlotId slot) {
    auto bodies = vault.slotBodies();
    if (!bodies) {
        return failFrom(bodies);
    }
    const auto found =
        std::find_if(bodies->begin(), bodies->end(), [slot](const auto &row) { return row.first == slot; });
    if (found == bodies->end()) {
        return noSuchSlot("the vault has no slot " + std::to_string(slot));
    }
    pending.remove(static_cast<std::uint16_t>(Table::Slots),
                   elementOfSlot(*vault.open->keys, slot, found->second));
    pending.slotsUsed.erase(slot);
    auto statement = vault.database->prepare("DELETE FROM slots WHERE id=?1");
    if (!statement) {
        return failFrom(statement);
    }
    auto bound = statement->bind(1, std::int64_t{slot});
    return bound ? statement->run() : bound;
}

/// Writes the slot, reads it back, unwraps the vault key through what was read, then deletes the old one.
Result<SlotId> Container::Impl::placeSlot(Slot slot, std::optional<SlotId> old, const SecretOfSlot &secretOf,
                                          LogRecords log) {
    auto transaction = begin();
    auto known = transaction ? slots() : failFrom(transaction);
    if (!known) {
        return failFrom(known);
    }
    const auto replaced =
        std::find_if(known->begin(), known->end(), [&](const Slot &one) { return old && one.id == *old; });
    if (old && (replaced == known->end() || replaced->type != slot.type)) {
        return noSuchSlot("the vault has no such slot of this kind");
    }
    if (!old && known->size() >= maxSlots) {
        return fail(ErrorCode::Usage, "a vault has at most 16 slots: remove one first");
    }
    if (auto labelled = checkLabel(slot.label); !labelled) {
        return failFrom(labelled);
    }
    slot.id = known->empty() ? 1 : known->back().id + 1;
    slot.rawType = static_cast<std::uint8_t>(*slot.type);
    slot.epoch = open->keys->epoch();
    slot.created = clock->now();
    Status done = crypto::fillRandom(slot.salt);
    auto secret = done ? secretOf(slot) : failFrom(done);
    done = secret ? wrapVaultKey(header.vaultId, slot, *secret, open->vaultKey) : failFrom(secret);
    done = done ? transaction->m_state->putSlot(slot) : done;
    done = done ? checkSlot(slot.id, secretOf) : done;
    done = done && old ? transaction->m_state->removeSlot(*old) : done;
    done = done ? transaction->appendLog(log) : done;
    done = done ? transaction->commit() : done;
    return done ? Result<SlotId>(slot.id) : failFrom(done);
}

/// Whether a slot, as it now stands in the file, leads to this vault's key.
Status Container::Impl::checkSlot(SlotId id, const SecretOfSlot &secretOf) {
    auto known = slots();
    if (!known) {
        return failFrom(known);
    }
    const auto found =
        std::find_if(known->begin(), known->end(), [id](const Slot &slot) { return slot.id == id; });
    if (found == known->end()) {
        return noSuchSlot("the new slot was not written");
    }
    auto secret = secretOf(*found);
    auto key = secret ? unwrapVaultKey(header.vaultId, *found, *secret) : failFrom(secret);
    if (!key) {
        return failFrom(key);
    }
    return equalConstantTime(key->view(), open->vaultKey.view())
               ? Status{}
               : Status(fail(damaged("the new slot does not lead to the vault's key")));
}

Result<SlotId> Container::Impl::placePassphrase(const SecretBytes &passphrase,
                                                const crypto::PasswordKdfParams &kdf,
                                                const std::string &label, std::optional<SlotId> old,
                                                LogRecords log, const CancelToken &cancel) {
    auto bounds = crypto::checkPasswordKdfBounds(kdf);
    auto normalised = bounds ? normalisedPassphrase(passphrase) : failFrom(bounds);
    if (!normalised) {
        return failFrom(normalised);
    }
    Slot slot = newSlot(SlotType::Passphrase, label);
    slot.kdf = kdf;
    return placeSlot(
        std::move(slot), old, [&](const Slot &at) { return passphraseSlotSecret(at, *normalised, cancel); },
        log);
}

/// The label of a slot that is about to be replaced; empty when there is none such.
std::string Container::Impl::labelOf(SlotId id) {
    auto known = slots();
    if (!known) {
        return {};
    }
    const auto found =
        std::find_if(known->begin(), known->end(), [id](const Slot &slot) { return slot.id == id; });
    return found == known->end() ? std::string() : found->label;
}

Result<SlotId> Container::addPassphraseSlot(const SecretBytes &passphrase,
                                            const crypto::PasswordKdfParams &kdf, const std::string &label,
                                            LogRecords log, const CancelToken &cancel) {
    return m_impl->placePassphrase(passphrase, kdf, label, std::nullopt, log, cancel);
}

Result<SlotId> Container::changePassphrase(SlotId old, const SecretBytes &passphrase,
                                           const crypto::PasswordKdfParams &kdf, LogRecords log,
                                           const CancelToken &cancel) {
    return m_impl->placePassphrase(passphrase, kdf, m_impl->labelOf(old), old, log, cancel);
}

Result<SlotId> Container::addKeychainSlot(const SecretBytes &secret, const std::string &label,
                                          LogRecords log) {
    auto sized = checkKeychainSecret(secret);
    return sized ? m_impl->placeSlot(newSlot(SlotType::Keychain, label), std::nullopt, always(secret), log)
                 : failFrom(sized);
}

Result<SlotId> Container::replaceKeychainSlot(SlotId old, const SecretBytes &secret, LogRecords log) {
    auto sized = checkKeychainSecret(secret);
    return sized ? m_impl->placeSlot(newSlot(SlotType::Keychain, m_impl->labelOf(old)), old, always(secret),
                                     log)
                 : failFrom(sized);
}

Result<SlotId> Container::addRecoverySlot(const RecoveryCode &code, const std::string &label,
                                          LogRecords log) {
    return m_impl->placeSlot(newSlot(SlotType::Recovery, label), std::nullopt, always(code.secret()), log);
}

Result<SlotId> Container::replaceRecoverySlot(SlotId old, const RecoveryCode &code, LogRecords log) {
    return m_impl->placeSlot(newSlot(SlotType::Recovery, m_impl->labelOf(old)), old, always(code.secret()),
                             log);
}

Status Container::removeSlot(SlotId slot, LogRecords log) {
    auto transaction = begin();
    auto known = transaction ? m_impl->slots() : failFrom(transaction);
    if (!known) {
        return failFrom(known);
    }
    const bool remains = std::any_of(known->begin(), known->end(),
                                     [slot](const Slot &one) { return one.id != slot && opensByHand(one); });
    const bool exists =
        std::any_of(known->begin(), known->end(), [slot](const Slot &one) { return one.id == slot; });
    if (exists && !remains) {
        return fail(
            ErrorCode::Usage,
            "this is the last passphrase or recovery slot: the vault could not be opened by hand any more");
    }
    Status done = transaction->m_state->removeSlot(slot);
    done = done ? transaction->appendLog(log) : done;
    return done ? transaction->commit() : done;
}

} // namespace keyturn::vault
