// SPDX-License-Identifier: Apache-2.0
// Verifying a vault: everything is looked at, and what does not hold is reported by name.
#include "vault/container_impl.h"

#include <algorithm>
#include <utility>

namespace keyturn::vault {

namespace {

/// What a walk over all rows found.
class Examination {
public:
    Examination(Unlocked &open, VerifyReport &report)
        : m_open(open)
        , m_report(report) {}

    void finding(std::string where, std::string what) {
        m_report.findings.push_back({std::move(where), std::move(what)});
    }

    /// An error is a finding; anything but damage ends the examination.
    Status note(const std::string &where, const Error &error) {
        if (error.code != ErrorCode::VaultDamaged && error.code != ErrorCode::KdfOutOfBounds) {
            return fail(error);
        }
        finding(where, error.detail);
        return {};
    }

    void row(const SealedRow &row) {
        const std::string table = tableName(row.place.table);
        m_sums[row.place.table].add(m_open.keys->element(row.place, tagOf(row.sealed)));
        if (m_open.keys->openRow(row.place, row.sealed)) {
            ++m_report.rows[table];
        } else {
            finding(table, "a row was altered, or is not of its place");
        }
    }

    void slot(SlotId id, ByteView body) {
        m_sums[static_cast<std::uint16_t>(Table::Slots)].add(elementOfSlot(*m_open.keys, id, body));
        ++m_report.slots;
        auto slot = parseSlot(id, body);
        if (!slot) {
            finding("slot " + std::to_string(id), slot.error().detail);
            return;
        }
        m_byHand = m_byHand || slot->type == SlotType::Passphrase || slot->type == SlotType::Recovery;
    }

    void compareWithRoot() {
        if (!m_open.rootOpened) {
            return;
        }
        for (const auto &[table, sum] : m_open.root.tables) {
            if (!(m_sums[table] == sum)) {
                finding(tableName(table),
                        "rows were changed, removed, added or brought back outside Keyturn");
            }
            m_sums.erase(table);
        }
        for (const auto &[table, sum] : m_sums) {
            finding(tableName(table), "rows were added outside Keyturn");
        }
        if (!m_byHand) {
            finding("slots", "no passphrase or recovery slot");
        }
    }

private:
    Unlocked &m_open;
    VerifyReport &m_report;
    TableSums m_sums;
    bool m_byHand = false;
};

Status examineRows(sqlite::Database &database, std::uint32_t epoch, Examination &examination,
                   const Progress &progress) {
    auto statement = database.prepare("SELECT tbl, pk, version, epoch, sealed FROM rows");
    if (!statement) {
        return examination.note("rows", statement.error());
    }
    for (std::uint64_t done = 1;; ++done) {
        auto stepped = statement->step();
        if (!stepped) {
            return examination.note("rows", stepped.error());
        }
        if (!*stepped) {
            return {};
        }
        const std::int64_t table = statement->integer(0);
        if (!statement->isInteger(0) || table < 0 || table > UINT16_MAX) {
            examination.finding("rows", "a row of no table");
            continue;
        }
        auto row = rowAt(*statement, 1, static_cast<std::uint16_t>(table), epoch);
        if (row) {
            examination.row(*row);
        } else {
            examination.finding(tableName(static_cast<std::uint16_t>(table)), row.error().detail);
        }
        if (progress && done % 1024 == 0) {
            progress({done, 0, "rows"});
        }
    }
}

Status examineLog(Unlocked &open, VerifyReport &report, const Progress &progress) {
    auto log = open.log->verify(open.rootOpened ? std::optional(open.root.log) : std::nullopt, progress);
    if (!log) {
        return failFrom(log);
    }
    for (std::string &what : *log) {
        report.findings.push_back({"log", std::move(what)});
    }
    report.logPages = open.root.log.pages;
    report.logRecords = open.root.log.records;
    return {};
}

} // namespace

Result<VerifyReport> Container::verify(const Progress &progress) {
    if (!m_impl->open || m_impl->writing != nullptr) {
        return fail(m_impl->open ? ErrorCode::Usage : ErrorCode::VaultLocked,
                    "a vault is verified when it is unlocked and no change is being made",
                    ErrorOrigin::Vault);
    }
    Unlocked &open = *m_impl->open;
    VerifyReport report;
    Examination examination(open, report);
    report.generation = open.root.generation;
    if (open.damage && !open.rootOpened) {
        examination.finding("root", open.damage->detail);
    }
    auto structure = m_impl->database->integrityCheck();
    if (!structure) {
        if (auto noted = examination.note("file", structure.error()); !noted) {
            return failFrom(noted);
        }
    } else {
        for (std::string &what : *structure) {
            examination.finding("file", std::move(what));
        }
    }
    if (auto rows = examineRows(*m_impl->database, open.keys->epoch(), examination, progress); !rows) {
        return failFrom(rows);
    }
    auto bodies = m_impl->slotBodies();
    if (!bodies) {
        if (auto noted = examination.note("slots", bodies.error()); !noted) {
            return failFrom(noted);
        }
    } else {
        for (const auto &[id, body] : *bodies) {
            examination.slot(id, body);
        }
    }
    examination.compareWithRoot();
    if (open.rootOpened) {
        if (auto log = examineLog(open, report, progress); !log) {
            return failFrom(log);
        }
    }
    return report;
}

Result<VerifyReport> Container::verifyLog(const Progress &progress) {
    if (!m_impl->open || m_impl->writing != nullptr) {
        return fail(m_impl->open ? ErrorCode::Usage : ErrorCode::VaultLocked,
                    "a vault's log is verified when it is unlocked and no change is being made",
                    ErrorOrigin::Vault);
    }
    Unlocked &open = *m_impl->open;
    VerifyReport report;
    report.generation = open.root.generation;
    if (!open.rootOpened) {
        report.findings.push_back({"root", open.damage->detail + ": where the log ends is not known"});
    }
    auto log = examineLog(open, report, progress);
    return log ? Result<VerifyReport>(std::move(report)) : failFrom(log);
}

} // namespace keyturn::vault
