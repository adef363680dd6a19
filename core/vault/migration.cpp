// SPDX-License-Identifier: Apache-2.0
// From an older format to the newest that the program knows: backup first, then all steps in one transaction,
// read once more and checked before it is committed (FORMAT.md section 9).
#include "vault/container_impl.h"

#include <string>
#include <utility>

namespace keyturn::vault {

namespace {

Status putHeader(sqlite::Database &database, const FileHeader &header) {
    auto statement = database.prepare("UPDATE header SET body=?1 WHERE id=1");
    const Bytes body = encodeFileHeader(header);
    Status done = statement ? statement->bind(1, body) : Status(failFrom(statement));
    done = done ? statement->run() : std::move(done);
    return done ? database.execute("PRAGMA user_version=" + std::to_string(header.format)) : std::move(done);
}

} // namespace

const Formats &shippedFormats() {
    static const Formats formats{containerFormat, [](std::uint16_t) { return expectedSchema(); }, {}};
    return formats;
}

Status Container::Impl::takeSteps(Container &self, WriteTransaction &transaction) {
    FileHeader next = header;
    MigrationWork work{*database, self, transaction};
    for (const MigrationStep &step : formats->steps) {
        if (step.to != next.format + 1) {
            continue; // of a format that this vault has behind it
        }
        if (auto done = step.act(work); !done) {
            return done;
        }
        next.format = step.to;
        next.minReader = step.minReader;
        next.minWriter = step.minWriter;
    }
    if (next.format != formats->newest) {
        return fail(ErrorCode::Usage, "there is no step from format " + std::to_string(next.format));
    }
    transaction.m_state->pending.header = next;
    return putHeader(*database, next);
}

/// What is about to be committed: marks, tables and every row, by the rules of the new format.
Status Container::Impl::checkMigrated(const StateRoot &pending) {
    auto found = checkFile(*database, *formats);
    auto sums = found ? sumRows() : failFrom(found);
    if (!sums) {
        return failFrom(sums);
    }
    return *found == pending.header && *sums == pending.tables
               ? Status{}
               : Status(fail(damaged("the migrated vault does not hold")));
}

std::uint16_t Container::format() const {
    return m_impl->header.format;
}

bool Container::needsMigration() const {
    return m_impl->header.format < m_impl->formats->newest;
}

Status Container::migrate(const std::filesystem::path &backupFile, LogRecords log, const Progress &progress) {
    if (!needsMigration()) {
        return {};
    }
    if (auto saved = backup(backupFile, false, progress); !saved) {
        return saved;
    }
    auto transaction = m_impl->begin(Impl::Purpose::Migrate);
    auto done = transaction ? m_impl->takeSteps(*this, *transaction) : Status(failFrom(transaction));
    done = done ? transaction->appendLog(log) : std::move(done);
    done = done ? m_impl->checkMigrated(transaction->m_state->pending) : std::move(done);
    done = done ? transaction->commit() : std::move(done);
    if (done) {
        m_impl->header = m_impl->open->root.header;
    }
    return done;
}

} // namespace keyturn::vault
