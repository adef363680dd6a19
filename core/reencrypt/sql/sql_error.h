// SPDX-License-Identifier: Apache-2.0
// What a database's own number of an error means to us. Values of rows stand in the texts of databases, so
// only the numbers are used, and of errors in a statement the first line. Pure functions, any thread.
#pragma once

#include "base/result.h"
#include "reencrypt/sql/sql_connection.h"

#include <string_view>

namespace keyturn::reencrypt {

/// `native` is SQLSTATE (PostgreSQL), SQLite's extended or plain number, MySQL's or ODBC's number as text;
/// `text` what the database said.
Error sqlError(SqlDialect dialect, std::string_view native, std::string_view text);

} // namespace keyturn::reencrypt
