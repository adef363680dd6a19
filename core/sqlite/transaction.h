// SPDX-License-Identifier: Apache-2.0
// Transaction: all of it or nothing. Begins for writing at once; dies uncommitted: rolled back.
// Thread rule: that of its Database, which must outlive it. One at a time per Database.
// Errors: those of Database. After a failed commit nothing of the transaction stands.
#pragma once

#include "base/result.h"
#include "sqlite/database.h"

namespace keyturn::sqlite {

class Transaction {
public:
    static Result<Transaction> begin(Database &database);

    Transaction(Transaction &&other) noexcept;
    Transaction &operator=(Transaction &&other) = delete;
    ~Transaction();

    Status commit();
    Status rollback();

private:
    explicit Transaction(Database &database)
        : m_database(&database) {}
    Database *m_database;
};

} // namespace keyturn::sqlite
