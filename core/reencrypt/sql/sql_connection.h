// SPDX-License-Identifier: Apache-2.0
// SqlConnection: one named connection of Qt Sql, opened with our rules and closed with its name given back:
// values are never part of a statement's text that a caller writes, nothing of a row stands in an error, the
// password goes from SecretText to the driver when it opens and nowhere else. Belongs to the thread that
// opened it, until it is destroyed there. Errors: Configuration (no driver, wrong statement, no such
// database), FileNotFound, PermissionDenied (login, rights), ReadOnly, ConnectionFailed and TimedOut
// (retryable: restarting, broken, busy, locked), DiskFull, IoFailed, Usage with `serviceCode` = SQLSTATE or
// SQLite's number where the database refused a value (constraint, length, trigger).
#pragma once

#include "base/result.h"
#include "base/secret_text.h"
#include "reencrypt/job.h"
#include "reencrypt/sql/sql_value.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keyturn::reencrypt {

enum class SqlDialect : std::uint8_t { Sqlite, PostgreSql, MySql, Odbc };
SqlDialect dialectOf(SourceKind kind); ///< of a database kind

struct SqlTarget {
    SqlDialect dialect = SqlDialect::Sqlite;
    std::filesystem::path file; ///< SQLite
    std::string connection;     ///< others: "host=... dbname=... user=...", or a URI of PostgreSQL
    std::chrono::milliseconds lockTimeout{5000};
    std::chrono::milliseconds statementTimeout{30000};
};

/// "host=/run/pg dbname='my app'" as pairs, or a postgresql:// address. Errors: Usage (no pairs, a password
/// in it).
Result<std::vector<std::pair<std::string, std::string>>> parseConnection(std::string_view text);

/// The same as Qt's drivers for PostgreSQL and MySQL take it. Errors: as above.
struct ServerAddress {
    std::string host;
    int port = -1; ///< the driver's own
    std::string database;
    std::string user;
    std::string options;
};
Result<ServerAddress> serverAddress(SqlDialect dialect, std::string_view text);

class SqlConnection {
public:
    /// `password` is read while opening and copied for reconnect().
    static Result<std::unique_ptr<SqlConnection>> open(SqlTarget target,
                                                       const std::optional<SecretText> &password);
    ~SqlConnection();
    SqlConnection(const SqlConnection &) = delete;
    SqlConnection &operator=(const SqlConnection &) = delete;

    SqlDialect dialect() const;
    /// `sql` with the dialect's own marks: $1, $2, ... for PostgreSQL, ? for the others. `rowsMax` 0: all.
    Result<std::vector<SqlRow>> select(const std::string &sql, const std::vector<SqlValue> &values = {},
                                       std::size_t rowsMax = 0);
    /// Rows that were changed.
    Result<std::uint64_t> change(const std::string &sql, const std::vector<SqlValue> &values = {});
    /// Without values: SET, CREATE and their like.
    Status execute(const std::string &sql);

    Status begin(); ///< SQLite takes the write lock at once
    Status commit();
    void rollback(); ///< whatever it answers: the transaction is over
    Status reconnect();

private:
    struct Impl;
    explicit SqlConnection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The database refused a value of one row: the rest of the job goes on.
bool isRowFault(const Error &error);

} // namespace keyturn::reencrypt
