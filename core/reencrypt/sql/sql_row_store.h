// SPDX-License-Identifier: Apache-2.0
// SqlRowStore: RowStore over a SqlConnection, with the connection in reach of those who keep more in the same
// database (the shared job): what `within` does is part of the transaction that changes the rows. The
// connection's thread. Errors: those of row_store.h.
#pragma once

#include "reencrypt/sql/row_statements.h"
#include "reencrypt/sql/row_store.h"
#include "reencrypt/sql/sql_connection.h"

#include <functional>

namespace keyturn::reencrypt {

class SqlRowStore final : public RowStore {
public:
    static Result<std::unique_ptr<SqlRowStore>> open(const JobSpec &spec, const RowStoreAccess &access,
                                                     const std::filesystem::path &base);

    const ColumnFacts &facts() const override { return m_shape.facts; }
    Result<std::vector<Row>> page(const std::optional<std::string> &after, std::size_t limit) override;
    Result<std::vector<Row>> range(const std::optional<std::string> &after,
                                   const std::optional<std::string> &last, std::size_t limit) override;
    Result<std::vector<std::optional<Row>>> read(const std::vector<std::string> &keys) override;
    Result<std::vector<RowResult>> apply(const std::vector<RowChange> &changes) override;
    Status tryOut(const std::vector<RowChange> &changes) override;
    Status reconnect() override;

    /// PostgreSQL: the key of every `rows`-th row, in order.
    Result<std::vector<std::string>> boundaries(std::size_t rows);

    SqlConnection &connection() { return *m_connection; }
    /// Runs first in the transaction (`first`: locks, checks) and last (`last`: knows the outcomes). When a
    /// row is refused both run again, each time in the transaction that counts.
    struct Within {
        std::function<Status()> first;
        std::function<Status(const std::vector<RowResult> &)> last;
    };
    Result<std::vector<RowResult>> applyWithin(const std::vector<RowChange> &changes, const Within &within);

private:
    SqlRowStore(const JobSpec &spec, std::unique_ptr<SqlConnection> connection, TableShape shape);

    Result<Row> rowOf(const RawRow &raw) const;
    Result<std::vector<Row>> selectRows(const SqlStatement &statement, std::size_t limit);
    Result<std::optional<Row>> readOne(const std::string &key);
    /// Inside a transaction. Refused: the database or the look behind the write said no.
    Result<RowResult> changeOne(const RowChange &change);
    Result<std::vector<RowResult>> changeAll(const std::vector<RowChange> &changes, const Within &within,
                                             std::optional<std::size_t> &refused);
    Status warnOfNullKeys();

    JobSpec m_spec;
    std::unique_ptr<SqlConnection> m_connection;
    TableShape m_shape;
    std::vector<std::string> m_placeNames; ///< as the job writes them, in the order of TableShape::places
    std::unique_ptr<RowStatements> m_statements;
};

} // namespace keyturn::reencrypt
