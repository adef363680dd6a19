// SPDX-License-Identifier: Apache-2.0
#include "sqlite/transaction.h"

#include <utility>

namespace keyturn::sqlite {

Result<Transaction> Transaction::begin(Database &database) {
    if (auto begun = database.runKept(Database::Kept::Begin); !begun) {
        return failFrom(begun);
    }
    return Transaction(database);
}

Transaction::Transaction(Transaction &&other) noexcept
    : m_database(std::exchange(other.m_database, nullptr)) {}

Transaction::~Transaction() {
    if (m_database != nullptr) {
        static_cast<void>(
            rollback()); // nobody left to tell; SQLite drops the transaction on closing at the latest
    }
}

Status Transaction::commit() {
    auto outcome = m_database->runKept(Database::Kept::Commit);
    if (!outcome) {
        static_cast<void>(rollback()); // the commit's error is the one to tell
        return outcome;
    }
    m_database = nullptr;
    return {};
}

Status Transaction::rollback() {
    Database *database = std::exchange(m_database, nullptr);
    // SQLite rolls some failures back by itself; a second ROLLBACK would be an error without meaning.
    return database->inTransaction() ? database->runKept(Database::Kept::Rollback) : Status{};
}

} // namespace keyturn::sqlite
