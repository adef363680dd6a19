// SPDX-License-Identifier: Apache-2.0
// TableShape: what a database says about the one table and column of a job: exact names, key columns with
// their types, how values of the column are held, and what stands in the way. Read once, when a RowStore
// opens. Plain values and functions; the connection's thread. Errors: Configuration (no such table or column:
// names what there is; view; no primary key; generated column; a type that holds no ciphertext), and those of
// the connection.
#pragma once

#include "base/result.h"
#include "reencrypt/job.h"
#include "reencrypt/sql/row_store.h"
#include "reencrypt/sql/sql_connection.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyturn::reencrypt {

enum class ColumnClass : std::uint8_t {
    Dynamic, ///< SQLite: each row's value has its own type
    Text,
    Binary,
    Json ///< json, jsonb: read as text, written through a cast
};

struct KeyColumn {
    std::string name;
    std::string type; ///< as CAST takes it
    bool integer = false;
    bool mayBeNull = false; ///< SQLite's old tables: such rows are left alone
};

/// How a statement says that it wants so many rows at most.
enum class Paging : std::uint8_t { Limit, Fetch, None };

struct TableShape {
    std::string schema; ///< empty: none named
    std::string table;
    bool whole = false; ///< PostgreSQL: partitioned; else rows of inheriting tables are not ours
    std::vector<KeyColumn> keys;
    std::string column;
    ColumnClass columnClass = ColumnClass::Text;
    std::string columnType;          ///< as CAST takes it
    std::string encoding;            ///< SQLite: "UTF-8", "UTF-16le", "UTF-16be"
    std::vector<std::string> places; ///< columns that id and contexts read, by their exact names
    Paging paging = Paging::Limit;
    std::vector<std::string> kept; ///< MySQL: columns that would change by themselves with the row
    ColumnFacts facts;
};

Result<TableShape> readShape(SqlConnection &connection, const JobSpec &spec);

/// "public.users", "\"my.schema\".\"x\"\"y\"": the parts without their quotes. Errors: Usage.
Result<std::vector<std::string>> splitTableName(std::string_view name);
/// Quoted for the dialect.
std::string quotedName(SqlDialect dialect, std::string_view name);
std::string quotedTable(SqlDialect dialect, const TableShape &shape);

// What a dialect's own file does; readShape() joins them.
struct RawColumn {
    std::string name;
    std::string type;
    bool notNull = false;
    bool generated = false;
    bool changesItself = false; ///< MySQL: ON UPDATE CURRENT_TIMESTAMP
    std::uint64_t keyPlace = 0; ///< from 1 in the primary key; 0: not in it
    ColumnClass columnClass = ColumnClass::Text;
    bool holdsBytes = true; ///< false: a type that holds no ciphertext
    bool findsRows = true;  ///< false: as a key it is not ordered or compared as it is read
    std::optional<std::uint64_t> lengthMax;
};
struct RawTable {
    std::string schema;
    std::string table;
    bool whole = false;
    std::vector<RawColumn> columns;
    std::vector<std::vector<std::string>> uniqueIndexes; ///< whole-table ones
    std::vector<std::string> warnings;
    std::uint64_t rowsEstimated = 0;
    std::string encoding;
    Paging paging = Paging::Limit;
};
Result<RawTable> readSqliteTable(SqlConnection &connection, const std::vector<std::string> &name,
                                 const JobSpec &spec);
Result<RawTable> readPostgresTable(SqlConnection &connection, const std::vector<std::string> &name,
                                   const JobSpec &spec);
/// MySQL and ODBC: by information_schema.
Result<RawTable> readStandardTable(SqlConnection &connection, const std::vector<std::string> &name,
                                   const JobSpec &spec);

std::string textOf(const SqlValue &value); ///< null: empty
std::int64_t numberOf(const SqlValue &value);

} // namespace keyturn::reencrypt
