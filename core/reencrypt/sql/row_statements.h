// SPDX-License-Identifier: Apache-2.0
// RowStatements: the three statements of a RowStore (page, one row, compare-and-swap) in a dialect, and what
// their answers mean. Keys are ordered by the database and compared in their own types; values are compared
// byte by byte, whatever the column's collation or affinity says. Plain object, any thread.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "reencrypt/job.h"
#include "reencrypt/sql/sql_value.h"
#include "reencrypt/sql/table_shape.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace keyturn::reencrypt {

struct SqlStatement {
    std::string sql;
    std::vector<SqlValue> values;
};

struct RawRow {
    RowKey key;
    bool isNull = false;
    bool isNumber = false;
    std::uint64_t sizeBytes = 0;
    std::optional<Bytes> value; ///< nothing: null, a number, or longer than rowValueBytesMax
    std::vector<std::optional<std::string>> places; ///< in the order of TableShape::places
};

class RowStatements {
public:
    virtual ~RowStatements() = default;
    virtual SqlStatement page(const std::optional<RowKey> &after, std::size_t limit) const = 0;
    /// Of a shared job: rows behind `after` up to and with `last`.
    virtual SqlStatement range(const std::optional<RowKey> &after, const std::optional<RowKey> &last,
                               std::size_t limit) const = 0;
    virtual SqlStatement row(const RowKey &key) const = 0;
    virtual SqlStatement change(const RowKey &key, ByteView from, ByteView to) const = 0;
    /// The keys of every `rows`-th row, in order; PostgreSQL alone, empty for the others.
    virtual SqlStatement boundaries(std::size_t rows) const;
    virtual RawRow decode(const SqlRow &row) const = 0;
};

std::unique_ptr<RowStatements> makeStatements(SqlDialect dialect, const TableShape &shape,
                                              const JobSpec &spec);

// One file each.
std::unique_ptr<RowStatements> makeSqliteStatements(const TableShape &shape, const JobSpec &spec);
std::unique_ptr<RowStatements> makePostgresStatements(const TableShape &shape, const JobSpec &spec);
std::unique_ptr<RowStatements> makeStandardStatements(SqlDialect dialect, const TableShape &shape,
                                                      const JobSpec &spec);

inline SqlStatement RowStatements::boundaries(std::size_t) const {
    return {};
}

inline constexpr std::size_t placeBytesMax = 64 * 1024; ///< a context's value; longer ones are no value

} // namespace keyturn::reencrypt
