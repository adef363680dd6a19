// SPDX-License-Identifier: Apache-2.0
#include "vault/write_transaction.h"

#include "chainlog/wire.h"
#include "crypto/sha256.h"
#include "vault/container_impl.h"

#include <utility>

namespace keyturn::vault {

namespace {

constexpr std::size_t maxPayloadBytes = std::size_t{8} << 20;

Status checkHandlerRow(Table table, ByteView primaryKey) {
    if (static_cast<std::uint16_t>(table) < firstHandlerTable) {
        return fail(ErrorCode::Usage, "table " + tableName(table) + " is the container's own");
    }
    if (primaryKey.empty() || primaryKey.size() > maxPrimaryKeyBytes) {
        return fail(ErrorCode::Usage, "a row's primary key has 1 to 64 bytes");
    }
    return {};
}

/// After these the system's view of the file is in doubt; others leave it as it was.
bool leavesFileInDoubt(const Error &error) {
    return error.code == ErrorCode::IoFailed || error.code == ErrorCode::VaultDamaged;
}

} // namespace

Result<Bytes> LogSealer::sealPage(const chainlog::PagePlace &place, ByteView clear) const {
    Bytes key;
    chainlog::appendNumber(key, place.page);
    Bytes sealed;
    auto done = m_keys->sealRow(
        {static_cast<std::uint16_t>(Table::LogPages), key, place.version, place.epoch}, clear, sealed);
    return done ? Result<Bytes>(std::move(sealed)) : failFrom(done);
}

Result<Bytes> LogSealer::openPage(const chainlog::PagePlace &place, ByteView sealed) const {
    if (sealed.size() < rowOverheadBytes) {
        return fail(ErrorCode::NotAuthentic, "sealed page is too short");
    }
    Bytes key;
    chainlog::appendNumber(key, place.page);
    Bytes clear(sealed.size() - rowOverheadBytes);
    auto done = m_keys->openRow(
        {static_cast<std::uint16_t>(Table::LogPages), key, place.version, place.epoch}, sealed, clear);
    return done ? Result<Bytes>(std::move(clear)) : failFrom(done);
}

WriteTransaction::State::State(Container::Impl &owner, sqlite::Transaction begun, const StateRoot &root)
    : vault(owner)
    , transaction(std::move(begun))
    , pending(root) {
    ++pending.generation;
    vault.writing = this;
}

WriteTransaction::State::~State() {
    transaction.reset();
    if (vault.writing == this) {
        vault.writing = nullptr;
    }
}

Status WriteTransaction::State::needOpen() const {
    return transaction ? Status{}
                       : Status(fail(ErrorCode::Usage, "this change was committed or failed already"));
}

/// Takes a row that stands out of the pending root; false: there is none.
Result<bool> WriteTransaction::State::subtract(std::uint16_t table, ByteView primaryKey) {
    Unlocked &open = *vault.open;
    const sqlite::StatementRun ending(open.selectRow);
    Status bound = open.selectRow.bind(1, std::int64_t{table});
    bound = bound ? open.selectRow.bind(2, primaryKey) : bound;
    auto stepped = bound ? open.selectRow.step() : failFrom(bound);
    if (!stepped || !*stepped) {
        return stepped;
    }
    auto row = rowAt(open.selectRow, 0, table, open.keys->epoch());
    if (!row) {
        return failFrom(row);
    }
    pending.remove(table, open.keys->element(row->place, tagOf(row->sealed)));
    return true;
}

Result<bool> WriteTransaction::State::remove(std::uint16_t table, ByteView primaryKey) {
    auto found = subtract(table, primaryKey);
    if (!found || !*found) {
        return found;
    }
    sqlite::Statement &statement = vault.open->removeRow;
    const sqlite::StatementRun ending(statement);
    Status done = statement.bind(1, std::int64_t{table});
    done = done ? statement.bind(2, primaryKey) : done;
    done = done ? statement.run() : done;
    return done ? Result<bool>(true) : failFrom(done);
}

Status WriteTransaction::State::put(const RowPlace &place, ByteView payload) {
    if (auto replaced = subtract(place.table, place.primaryKey); !replaced) {
        return failFrom(replaced);
    }
    if (auto done = vault.open->keys->sealRow(place, payload, sealed); !done) {
        return done;
    }
    sqlite::Statement &statement = vault.open->putRow;
    const sqlite::StatementRun ending(statement);
    Status done = statement.bind(1, std::int64_t{place.table});
    done = done ? statement.bind(2, place.primaryKey) : done;
    done = done ? statement.bind(3, static_cast<std::int64_t>(place.version)) : done;
    done = done ? statement.bind(4, std::int64_t{place.epoch}) : done;
    done = done ? statement.bind(5, ByteView(sealed)) : done;
    done = done ? statement.run() : done;
    if (done) {
        pending.add(place.table, vault.open->keys->element(place, tagOf(sealed)));
    }
    return done;
}

Status WriteTransaction::State::writeRoot() {
    Unlocked &open = *vault.open;
    pending.committed = vault.clock->now();
    if (open.openedThrough) {
        pending.slotsUsed[*open.openedThrough] = pending.committed;
    }
    const Bytes payload = encodeStateRoot(pending);
    const RowPlace place{static_cast<std::uint16_t>(Table::State), asBytes("root"), pending.generation,
                         pending.epoch};
    if (auto done = open.keys->sealRow(place, payload, sealedRoot); !done) {
        return done;
    }
    const sqlite::StatementRun ending(open.putState);
    Status done = open.putState.bind(1, static_cast<std::int64_t>(pending.generation));
    done = done ? open.putState.bind(2, std::int64_t{pending.epoch}) : done;
    done = done ? open.putState.bind(3, ByteView(sealedRoot)) : done;
    return done ? open.putState.run() : done;
}

Status WriteTransaction::State::commit() {
    if (auto stillOpen = needOpen(); !stillOpen) {
        return stillOpen;
    }
    auto done = failure ? Status(fail(*failure)) : writeRoot();
    done = done ? transaction->commit() : done;
    transaction.reset();
    vault.writing = nullptr; // the next change may begin while this object still lives
    if (!done) {
        vault.writesRefused = vault.writesRefused || leavesFileInDoubt(done.error());
        return done;
    }
    vault.open->root = pending;
    vault.open->fingerprint = crypto::sha256(sealedRoot);
    vault.open->openedThrough.reset();
    if (vault.committed) {
        vault.committed(vault.stamp());
    }
    return {};
}

Result<WriteTransaction> Container::Impl::begin(Purpose purpose) {
    if (auto unlocked = needUnlocked(); !unlocked) {
        return failFrom(unlocked);
    }
    const std::string name = path.filename().string();
    if (access != Access::ReadWrite) {
        return fail(ErrorCode::VaultReadOnly, name + " is open for reading only", ErrorOrigin::Vault);
    }
    if (header.format < formats->newest && purpose != Purpose::Migrate) {
        return fail(ErrorCode::VaultReadOnly,
                    name + " has format " + std::to_string(header.format) +
                        ", and this program writes format " + std::to_string(formats->newest) +
                        ": migrate it first",
                    ErrorOrigin::Vault);
    }
    if (writing != nullptr) {
        return fail(ErrorCode::Usage, "another change of this vault is being made");
    }
    if (writesRefused) {
        return fail(ErrorCode::IoFailed,
                    name + ": an earlier change failed; lock the vault and open it again",
                    ErrorOrigin::Vault);
    }
    auto transaction = sqlite::Transaction::begin(*database);
    if (!transaction) {
        return failFrom(transaction);
    }
    return WriteTransaction(
        std::make_unique<WriteTransaction::State>(*this, std::move(*transaction), open->root));
}

Result<WriteTransaction> Container::begin() {
    return m_impl->begin();
}

WriteTransaction::WriteTransaction(std::unique_ptr<State> state)
    : m_state(std::move(state)) {}
WriteTransaction::WriteTransaction(WriteTransaction &&) noexcept = default;
WriteTransaction::~WriteTransaction() = default;

std::uint64_t WriteTransaction::generation() const {
    return m_state->pending.generation;
}

Status WriteTransaction::put(Table table, ByteView primaryKey, ByteView payload) {
    auto checked = m_state->needOpen();
    checked = checked ? checkHandlerRow(table, primaryKey) : std::move(checked);
    if (!checked) {
        return checked;
    }
    if (payload.size() > maxPayloadBytes) {
        return fail(ErrorCode::Usage, "a row's payload has at most 8 MiB");
    }
    return m_state->remember(m_state->put(
        {static_cast<std::uint16_t>(table), primaryKey, m_state->pending.generation, m_state->pending.epoch},
        payload));
}

Result<bool> WriteTransaction::remove(Table table, ByteView primaryKey) {
    auto checked = m_state->needOpen();
    checked = checked ? checkHandlerRow(table, primaryKey) : std::move(checked);
    if (!checked) {
        return failFrom(checked);
    }
    return m_state->remember(m_state->remove(static_cast<std::uint16_t>(table), primaryKey));
}

Status WriteTransaction::appendLog(std::span<const chainlog::Record> records) {
    if (auto stillOpen = m_state->needOpen(); !stillOpen || records.empty()) {
        return stillOpen;
    }
    return m_state->remember(
        m_state->vault.open->log->append(m_state->pending.log, records, m_state->pending.generation));
}

void WriteTransaction::need(Feature feature) {
    m_state->pending.features.insert(feature);
}

Status WriteTransaction::commit() {
    return m_state->commit();
}

} // namespace keyturn::vault
