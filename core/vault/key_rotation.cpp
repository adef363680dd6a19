// SPDX-License-Identifier: Apache-2.0
// A new vault key, in one transaction (FORMAT.md section 7): rows, log and slots pass through memory a few at
// a time; SQLite's own journal holds what is not committed.
#include "vault/key_rotation.h"

#include "crypto/random.h"
#include "vault/container_impl.h"
#include "vault/passphrase.h"

#include <utility>

namespace keyturn::vault {

namespace {

constexpr std::size_t rowsAtOnce = 256;
constexpr std::size_t bytesAtOnce = std::size_t{4} << 20;

/// A row sealed anew, with the place where it stood.
struct Moved {
    std::uint16_t table = 0;
    Bytes from;
    Bytes to;
    Bytes sealed;
};

std::string slotInWords(const Slot &slot) {
    const std::string name = "slot " + std::to_string(slot.id);
    return slot.label.empty() ? name : name + " (" + slot.label + ")";
}

} // namespace

class Container::Impl::Rotation {
public:
    Rotation(Impl &vault, KeyRotation &wish)
        : m_vault(vault)
        , m_wish(wish) {}

    Result<KeyRotated> run(LogRecords log);

private:
    Status prepare();
    Status resealRows(WriteTransaction::State &state);
    Result<bool> resealSome(WriteTransaction::State &state);
    Result<Moved> reseal(const SealedRow &row, std::uint64_t version);
    Status putMoved(WriteTransaction::State &state, const Moved &row);
    Status keepJournalKey(WriteTransaction::State &state);
    Status renewSlots(WriteTransaction::State &state);
    Status putSlot(WriteTransaction::State &state, SlotType type, const Slot *before,
                   const SecretOfSlot &secretOf);
    Status checkSums(const StateRoot &pending);
    Status cancelled() const {
        return m_wish.cancel.isCancelled() ? Status(fail(ErrorCode::Cancelled, "the rotation was stopped"))
                                           : Status();
    }

    Impl &m_vault;
    KeyRotation &m_wish;
    std::unique_ptr<Unlocked> m_next; ///< of the new key; after the exchange of the old one
    Slot m_passphraseSlot;
    std::vector<Slot> m_slots; ///< as they are now
    sqlite::Statement m_select;
    sqlite::Statement m_update;
    std::uint16_t m_lastTable = 0;
    Bytes m_lastKey;
    RowBuffer m_clear;
    KeyRotated m_done;
};

/// Whether it may be done, the new key, and the statements.
Status Container::Impl::Rotation::prepare() {
    auto opened = m_vault.openWithPassphrase(m_wish.passphrase, m_wish.cancel);
    auto slots = opened ? m_vault.slots() : failFrom(opened);
    auto normalised = slots ? normalisedPassphrase(m_wish.passphrase) : failFrom(slots);
    if (!normalised) {
        return failFrom(normalised);
    }
    m_wish.passphrase = std::move(*normalised);
    if (!equalConstantTime(opened->second.view(), m_vault.open->vaultKey.view())) {
        return fail(damaged("the passphrase's slot does not lead to the vault's key"));
    }
    m_slots = std::move(*slots);
    for (const Slot &slot : m_slots) {
        if (!slot.type) {
            return fail(ErrorCode::VaultNewer,
                        slotInWords(slot) +
                            " is of a newer Keyturn, and only that can renew it: rotate with that one, or "
                            "remove the slot first",
                        ErrorOrigin::Vault);
        }
        if (slot.id == opened->first) {
            m_passphraseSlot = slot;
        }
    }
    if (m_wish.keychainSecret) {
        if (auto sized = checkKeychainSecret(*m_wish.keychainSecret); !sized) {
            return sized;
        }
    }
    const std::uint32_t epoch = m_vault.open->keys->epoch();
    if (epoch == UINT32_MAX) {
        return fail(ErrorCode::Usage, "the vault has had as many keys as it can");
    }
    auto key = crypto::randomSecret(vaultKeySizeBytes);
    if (!key) {
        return failFrom(key);
    }
    auto keys = std::make_shared<const VaultKeys>(m_vault.header.vaultId, epoch + 1, *key);
    m_next = std::make_unique<Unlocked>(std::move(*key), std::move(keys));
    const std::pair<sqlite::Statement *, std::string_view> statements[] = {
        {&m_select,
         "SELECT tbl, pk, version, epoch, sealed FROM rows WHERE epoch=?1 AND (tbl, pk) > (?2, ?3) "
         "ORDER BY tbl, pk"},
        {&m_update, "UPDATE rows SET pk=?3, version=?4, epoch=?5, sealed=?6 WHERE tbl=?1 AND pk=?2"}};
    for (const auto &[statement, sql] : statements) {
        auto prepared = m_vault.database->prepare(sql);
        if (!prepared) {
            return failFrom(prepared);
        }
        *statement = std::move(*prepared);
    }
    auto log = chainlog::LogStore::open(*m_vault.database, m_next->chain, m_next->sealer);
    if (!log) {
        return failFrom(log);
    }
    m_next->log.emplace(std::move(*log));
    m_done.epoch = epoch + 1;
    return {};
}

Result<Moved> Container::Impl::Rotation::reseal(const SealedRow &row, std::uint64_t version) {
    const VaultKeys &before = *m_vault.open->keys;
    const VaultKeys &after = *m_next->keys;
    const MutableByteView clear = m_clear.take(row.sealed.size() - rowOverheadBytes);
    if (auto opened = before.openRow(row.place, row.sealed, clear); !opened) {
        return fail(damaged(tableName(row.place.table) + ": a row was altered, or is not of its place"));
    }
    Moved moved;
    moved.table = row.place.table;
    moved.from = toBytes(row.place.primaryKey);
    if (m_wish.placeOf) {
        auto place = m_wish.placeOf({row.place.table, row.place.primaryKey, clear, before, after});
        if (!place) {
            return failFrom(place);
        }
        moved.to = std::move(*place);
    } else {
        moved.to = moved.from;
    }
    auto sealed = after.sealRow({moved.table, moved.to, version, after.epoch()}, clear, moved.sealed);
    return sealed ? Result<Moved>(std::move(moved)) : failFrom(sealed);
}

Status Container::Impl::Rotation::putMoved(WriteTransaction::State &state, const Moved &row) {
    const std::uint32_t epoch = m_next->keys->epoch();
    const sqlite::StatementRun ending(m_update);
    Status done = m_update.bind(1, std::int64_t{row.table});
    done = done ? m_update.bind(2, ByteView(row.from)) : done;
    done = done ? m_update.bind(3, ByteView(row.to)) : done;
    done = done ? m_update.bind(4, static_cast<std::int64_t>(state.pending.generation)) : done;
    done = done ? m_update.bind(5, std::int64_t{epoch}) : done;
    done = done ? m_update.bind(6, ByteView(row.sealed)) : done;
    done = done ? m_update.run() : done;
    if (done && m_vault.database->changes() != 1) {
        done = fail(damaged(tableName(row.table) + ": a row changed while its key was renewed"));
    }
    if (done) {
        const RowPlace place{row.table, row.to, state.pending.generation, epoch};
        state.pending.add(row.table, m_next->keys->element(place, tagOf(row.sealed)));
        ++m_done.rows;
    }
    return done;
}

/// Reads some rows that have the old key, then writes them. False: none was left.
Result<bool> Container::Impl::Rotation::resealSome(WriteTransaction::State &state) {
    std::vector<Moved> some;
    {
        const std::uint32_t epoch = m_vault.open->keys->epoch();
        const sqlite::StatementRun ending(m_select);
        Status bound = m_select.bind(1, std::int64_t{epoch});
        bound = bound ? m_select.bind(2, std::int64_t{m_lastTable}) : bound;
        bound = bound ? m_select.bind(3, ByteView(m_lastKey)) : bound;
        if (!bound) {
            return failFrom(bound);
        }
        for (std::size_t size = 0; some.size() < rowsAtOnce && size < bytesAtOnce;) {
            auto stepped = m_select.step();
            if (!stepped) {
                return failFrom(stepped);
            }
            if (!*stepped) {
                break;
            }
            const auto table = static_cast<std::uint16_t>(m_select.integer(0));
            auto row = rowAt(m_select, 1, table, epoch);
            auto moved = row ? reseal(*row, state.pending.generation) : failFrom(row);
            if (!moved) {
                return failFrom(moved);
            }
            size += moved->sealed.size();
            some.push_back(std::move(*moved));
        }
    }
    for (const Moved &row : some) {
        if (auto put = putMoved(state, row); !put) {
            return failFrom(put);
        }
    }
    if (!some.empty()) {
        m_lastTable = some.back().table;
        m_lastKey = std::move(some.back().from);
    }
    return !some.empty();
}

Status Container::Impl::Rotation::resealRows(WriteTransaction::State &state) {
    std::uint64_t total = 0;
    for (const auto &[table, sum] : m_vault.open->root.tables) {
        total += table == static_cast<std::uint16_t>(Table::Slots) ? 0 : sum.rows;
    }
    for (;;) {
        auto more = resealSome(state);
        if (!more) {
            return failFrom(more);
        }
        if (auto stopped = cancelled(); !stopped) {
            return stopped;
        }
        if (!*more) {
            break;
        }
        if (m_wish.progress) {
            m_wish.progress({m_done.rows, total, "rows"});
        }
    }
    return m_done.rows == total ? Status{} : Status(fail(damaged("there are other rows than the root says")));
}

/// Journals of jobs that were begun before go on.
Status Container::Impl::Rotation::keepJournalKey(WriteTransaction::State &state) {
    const SecretBytes record = encodeJournalKey(m_vault.open->keys->journalKey());
    const Bytes place = journalKeyPlace(m_vault.open->keys->epoch());
    const RowPlace row{static_cast<std::uint16_t>(Table::JournalKeys), place, state.pending.generation,
                       m_next->keys->epoch()};
    Bytes sealed;
    if (auto done = m_next->keys->sealRow(row, record.view(), sealed); !done) {
        return done;
    }
    auto insert = m_vault.database->prepare(
        "INSERT INTO rows(tbl, pk, version, epoch, sealed) VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!insert) {
        return failFrom(insert);
    }
    Status done = insert->bind(1, std::int64_t{row.table});
    done = done ? insert->bind(2, ByteView(place)) : done;
    done = done ? insert->bind(3, static_cast<std::int64_t>(row.version)) : done;
    done = done ? insert->bind(4, std::int64_t{row.epoch}) : done;
    done = done ? insert->bind(5, ByteView(sealed)) : done;
    done = done ? insert->run() : done;
    if (done) {
        state.pending.add(row.table, m_next->keys->element(row, tagOf(sealed)));
    }
    return done;
}

/// As every new slot: written, read back, and the new vault key unwrapped through what was read.
Status Container::Impl::Rotation::putSlot(WriteTransaction::State &state, SlotType type, const Slot *before,
                                          const SecretOfSlot &secretOf) {
    Slot slot;
    slot.id = m_slots.back().id + 1;
    slot.type = type;
    slot.rawType = static_cast<std::uint8_t>(type);
    slot.kdf = before != nullptr ? before->kdf : std::nullopt;
    slot.label = before != nullptr            ? before->label
                 : type == SlotType::Recovery ? "recovery code"
                                              : "OS keychain";
    slot.epoch = m_vault.open->keys->epoch();
    slot.created = m_vault.clock->now();
    Status done = crypto::fillRandom(slot.salt);
    auto secret = done ? secretOf(slot) : failFrom(done);
    done = secret ? wrapVaultKey(m_vault.header.vaultId, slot, *secret, m_vault.open->vaultKey)
                  : failFrom(secret);
    done = done ? state.putSlot(slot) : done;
    done = done ? m_vault.checkSlot(slot.id, secretOf) : done;
    m_slots.push_back(std::move(slot));
    return done;
}

/// With the new key open: the slots that the wish has secrets for take the place of all others.
Status Container::Impl::Rotation::renewSlots(WriteTransaction::State &state) {
    if (auto emptied = m_vault.database->execute("DELETE FROM slots"); !emptied) {
        return emptied;
    }
    const Slot *keychain = nullptr;
    const Slot *recovery = nullptr;
    const std::vector<Slot> before = m_slots;
    for (const Slot &slot : before) {
        const bool isKeychain = slot.type == SlotType::Keychain;
        const Slot *&kept = isKeychain ? keychain : recovery;
        const bool given = isKeychain ? m_wish.keychainSecret.has_value() : m_wish.recoveryCode.has_value();
        if (slot.id == m_passphraseSlot.id) {
            continue;
        }
        if (slot.type == SlotType::Passphrase || !given || kept != nullptr) {
            m_done.droppedSlots.push_back(slotInWords(slot));
        } else {
            kept = &slot;
        }
    }
    auto done = putSlot(state, SlotType::Passphrase, &m_passphraseSlot, [this](const Slot &slot) {
        return passphraseSlotSecret(slot, m_wish.passphrase, m_wish.cancel);
    });
    m_vault.open->openedThrough = m_slots.back().id;
    if (done && m_wish.keychainSecret) {
        done = putSlot(state, SlotType::Keychain, keychain,
                       [this](const Slot &) { return Result<SecretBytes>(m_wish.keychainSecret->clone()); });
    }
    if (done && m_wish.recoveryCode) {
        done = putSlot(state, SlotType::Recovery, recovery, [this](const Slot &) {
            return Result<SecretBytes>(m_wish.recoveryCode->secret().clone());
        });
    }
    return done;
}

/// What is about to be committed, read once more and counted with the new keys.
Status Container::Impl::Rotation::checkSums(const StateRoot &pending) {
    auto sums = m_vault.sumRows();
    if (!sums) {
        return failFrom(sums);
    }
    return *sums == pending.tables
               ? Status{}
               : Status(fail(damaged("the rows written are not those that were to be written")));
}

Result<KeyRotated> Container::Impl::Rotation::run(LogRecords log) {
    auto transaction = m_vault.begin();
    auto done = transaction ? prepare() : Status(failFrom(transaction));
    if (!done) {
        return failFrom(done);
    }
    WriteTransaction::State &state = *transaction->m_state;
    state.pending.tables.clear();
    state.pending.slotsUsed.clear();
    state.pending.epoch = m_next->keys->epoch();
    m_done.logPages = state.pending.log.pages;
    done = resealRows(state);
    done = done ? m_vault.open->log->rebuildFor(*m_next->log, state.pending.log, state.pending.generation,
                                                m_wish.progress)
                : std::move(done);
    done = done ? keepJournalKey(state) : std::move(done);
    if (!done) {
        return failFrom(done);
    }
    std::swap(m_vault.open, m_next); // from here on everything is done with the new key
    done = m_vault.prepareStatements();
    done = done ? renewSlots(state) : std::move(done);
    done = done ? transaction->appendLog(log) : std::move(done);
    done = done ? checkSums(state.pending) : std::move(done);
    done = done ? cancelled() : std::move(done);
    done = done ? transaction->commit() : std::move(done);
    if (!done) {
        std::swap(m_vault.open, m_next);
        return failFrom(done);
    }
    m_vault.open->rootOpened = true;
    return std::move(m_done);
}

Result<KeyRotated> Container::rotateKey(KeyRotation wish, LogRecords log) {
    Impl::Rotation rotation(*m_impl, wish);
    auto done = rotation.run(log);
    if (done && !m_impl->onNetwork) {
        // What the log of SQLite still has of the old key goes now; locking tells if that cannot be done.
        static_cast<void>(m_impl->database->checkpoint());
    }
    return done;
}

} // namespace keyturn::vault
