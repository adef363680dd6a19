// SPDX-License-Identifier: Apache-2.0
// Reading an unlocked vault: rows, tables, log.
#include "vault/container_impl.h"

#include <algorithm>
#include <utility>

namespace keyturn::vault {

namespace {

constexpr std::string_view epochMismatch = "a row belongs to another vault key";

} // namespace

ByteView tagOf(ByteView sealed) {
    constexpr std::size_t tagBytes = 16;
    return sealed.last(std::min(sealed.size(), tagBytes));
}

Result<SealedRow> rowAt(const sqlite::Statement &statement, int firstColumn, std::uint16_t table,
                        std::uint32_t epoch) {
    const bool wellFormed = statement.isBlob(firstColumn) && statement.isInteger(firstColumn + 1) &&
                            statement.isInteger(firstColumn + 2) && statement.isBlob(firstColumn + 3);
    if (!wellFormed) {
        return fail(damaged(tableName(table) + ": a row of a wrong form"));
    }
    SealedRow row;
    row.place = {table, statement.blob(firstColumn),
                 static_cast<std::uint64_t>(statement.integer(firstColumn + 1)), epoch};
    row.sealed = statement.blob(firstColumn + 3);
    const bool sizesFit = !row.place.primaryKey.empty() &&
                          row.place.primaryKey.size() <= maxPrimaryKeyBytes &&
                          row.sealed.size() >= rowOverheadBytes;
    if (!sizesFit || statement.integer(firstColumn + 2) != epoch) {
        return fail(damaged(tableName(table) + ": " +
                            (sizesFit ? std::string(epochMismatch) : std::string("a row of a wrong size"))));
    }
    return row;
}

Status Container::Impl::needUnlocked() const {
    if (!open) {
        return fail(ErrorCode::VaultLocked, path.filename().string() + " is locked", ErrorOrigin::Vault);
    }
    if (access == Access::Examine) {
        return fail(ErrorCode::Usage, "a vault opened to be examined is only verified");
    }
    return {};
}

const StateRoot &Container::Impl::currentRoot() const {
    return writing != nullptr ? writing->pending : open->root;
}

std::shared_ptr<const VaultKeys> Container::keys() const {
    return m_impl->open ? m_impl->open->keys : nullptr;
}

RootStamp Container::Impl::stamp() const {
    if (!open) {
        return {};
    }
    const StateRoot &root = open->root;
    return {root.header.vaultId, root.epoch, root.generation, open->fingerprint, root.committed, root.log};
}

RootStamp Container::stamp() const {
    return m_impl->stamp();
}

void Container::watchCommits(std::function<void(const RootStamp &)> told) {
    m_impl->committed = std::move(told);
}

Result<bool> Container::continuesLogOf(const RootStamp &earlier) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return failFrom(unlocked);
    }
    const StateRoot &root = m_impl->open->root;
    if (earlier.epoch != root.epoch) {
        return fail(ErrorCode::Usage, "logs of two vault keys are not compared");
    }
    if (earlier.log.pages == 0 || earlier.log.pages > root.log.pages) {
        return earlier.log.pages == 0;
    }
    auto end = m_impl->open->log->endOfPage(earlier.log.pages);
    return end ? Result<bool>(*end == earlier.log) : failFrom(end);
}

std::uint64_t Container::rowCount(Table table) const {
    if (!m_impl->open) {
        return 0;
    }
    const TableSums &tables = m_impl->currentRoot().tables;
    const auto found = tables.find(static_cast<std::uint16_t>(table));
    return found == tables.end() ? 0 : found->second.rows;
}

Status Container::scanSealed(Table table, const SealedRowVisitor &visit) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return unlocked;
    }
    Unlocked &open = *m_impl->open;
    const auto number = static_cast<std::uint16_t>(table);
    const sqlite::StatementRun ending(open.selectTable);
    if (auto bound = open.selectTable.bind(1, std::int64_t{number}); !bound) {
        return bound;
    }
    TableSum sum;
    for (;;) {
        auto stepped = open.selectTable.step();
        if (!stepped) {
            return failFrom(stepped);
        }
        if (!*stepped) {
            break;
        }
        auto row = rowAt(open.selectTable, 0, number, open.keys->epoch());
        if (!row) {
            return failFrom(row);
        }
        sum.add(open.keys->element(row->place, tagOf(row->sealed)));
        if (auto visited = visit(*row); !visited) {
            return visited;
        }
    }
    const TableSums &tables = m_impl->currentRoot().tables;
    const auto expected = tables.find(number);
    const bool holds = expected == tables.end() ? sum == TableSum{} : sum == expected->second;
    return holds ? Status{}
                 : fail(damaged(tableName(table) + ": its rows are not those of the vault's root"));
}

Status Container::scan(Table table, const RowVisitor &visit) {
    RowBuffer buffer;
    return scanSealed(table, [&](const SealedRow &row) -> Status {
        const MutableByteView payload = buffer.take(row.sealed.size() - rowOverheadBytes);
        if (auto opened = m_impl->open->keys->openRow(row.place, row.sealed, payload); !opened) {
            return fail(damaged(tableName(table) + ": a row was altered, or is not of its place"));
        }
        return visit({row.place.primaryKey, row.place.version, payload});
    });
}

Result<std::optional<Row>> Container::read(Table table, ByteView primaryKey) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return failFrom(unlocked);
    }
    Unlocked &open = *m_impl->open;
    const auto number = static_cast<std::uint16_t>(table);
    const sqlite::StatementRun ending(open.selectRow);
    Status bound = open.selectRow.bind(1, std::int64_t{number});
    bound = bound ? open.selectRow.bind(2, primaryKey) : bound;
    auto stepped = bound ? open.selectRow.step() : failFrom(bound);
    if (!stepped) {
        return failFrom(stepped);
    }
    if (!*stepped) {
        return std::optional<Row>();
    }
    auto row = rowAt(open.selectRow, 0, number, open.keys->epoch());
    if (!row) {
        return failFrom(row);
    }
    auto payload = open.keys->openRow(row->place, row->sealed);
    if (!payload) {
        return fail(damaged(tableName(table) + ": a row was altered, or is not of its place"));
    }
    return std::optional<Row>(Row{row->place.version, std::move(*payload)});
}

Result<Identity> Container::identity() {
    auto row = read(Table::Identity, identityPrimaryKey());
    if (!row) {
        return failFrom(row);
    }
    return *row ? decodeIdentity((*row)->payload.view())
                : Result<Identity>(fail(damaged("the vault's identity row is missing")));
}

const chainlog::LogState &Container::logState() const {
    static const chainlog::LogState none;
    return m_impl->open ? m_impl->currentRoot().log : none;
}

Result<std::vector<chainlog::StoredRecord>> Container::newestLogRecords(std::size_t limit,
                                                                        std::uint64_t before) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return failFrom(unlocked);
    }
    return m_impl->open->log->newest(m_impl->currentRoot().log, limit, before);
}

Status Container::forEachLogRecord(const chainlog::RecordVisitor &visit, const Progress &progress) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return unlocked;
    }
    return m_impl->open->log->forEach(m_impl->currentRoot().log, visit, progress);
}

Result<SecretBytes> Container::journalKey(std::uint32_t epoch) {
    if (auto unlocked = m_impl->needUnlocked(); !unlocked) {
        return failFrom(unlocked);
    }
    if (epoch == 0 || epoch == m_impl->open->keys->epoch()) {
        return m_impl->open->keys->journalKey().clone();
    }
    auto row = read(Table::JournalKeys, journalKeyPlace(epoch));
    if (!row) {
        return failFrom(row);
    }
    if (!*row) {
        return fail(ErrorCode::NotFound, "the vault has had no key number " + std::to_string(epoch),
                    ErrorOrigin::Vault);
    }
    return decodeJournalKey((*row)->payload.view());
}

} // namespace keyturn::vault
