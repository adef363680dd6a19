// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/sql_error.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <string>

namespace keyturn::reencrypt {
namespace {

struct Meaning {
    std::string_view native; ///< whole, or its beginning where it ends in '*'
    ErrorCode code;
    bool retryable;
    std::string_view words;
};

constexpr std::array postgresMeanings{
    Meaning{"08*", ErrorCode::ConnectionFailed, true, "the connection to the database broke"},
    Meaning{"57P*", ErrorCode::ConnectionFailed, true, "the database is shutting down or starting"},
    Meaning{"55P03", ErrorCode::TimedOut, true, "a lock on the rows was not given within the lock timeout"},
    Meaning{"57014", ErrorCode::TimedOut, true, "a statement took longer than the statement timeout"},
    Meaning{"40*", ErrorCode::TimedOut, true, "the transaction collided with another one"},
    Meaning{"53100", ErrorCode::DiskFull, false, "the disk of the database is full"},
    Meaning{"53*", ErrorCode::ConnectionFailed, true, "the database is out of connections or memory"},
    Meaning{"28*", ErrorCode::PermissionDenied, false,
            "the database refused the login. Check user, PGPASSFILE and pg_hba.conf"},
    Meaning{"3D000", ErrorCode::Configuration, false, "there is no such database on that server"},
    Meaning{"42501", ErrorCode::PermissionDenied, false,
            "the database user lacks a right. Grant SELECT, and UPDATE on the column"},
    Meaning{"25006", ErrorCode::ReadOnly, false, "the database takes no changes: it is read-only"},
    Meaning{"22*", ErrorCode::Usage, false, "the column does not take the value"},
    Meaning{"23*", ErrorCode::Usage, false, "a constraint of the table refuses the value"},
    Meaning{"44*", ErrorCode::Usage, false, "a check of the table refuses the value"},
    Meaning{"P0*", ErrorCode::Usage, false, "a trigger of the table refuses the value"},
};

// Extended numbers are cut to their low byte first.
constexpr std::array sqliteMeanings{
    Meaning{"5", ErrorCode::TimedOut, true,
            "another program holds the database longer than the lock timeout"},
    Meaning{"6", ErrorCode::TimedOut, true, "another connection holds the table"},
    Meaning{"3", ErrorCode::PermissionDenied, false, "the file may not be opened"},
    Meaning{"8", ErrorCode::ReadOnly, false, "the database file or its folder is read-only"},
    Meaning{"13", ErrorCode::DiskFull, false, "the disk is full"},
    Meaning{"10", ErrorCode::IoFailed, false, "the database file could not be read or written"},
    Meaning{"14", ErrorCode::PermissionDenied, false, "the database file cannot be opened"},
    Meaning{"11", ErrorCode::Configuration, false, "the database file is damaged"},
    Meaning{"26", ErrorCode::Configuration, false, "the file is no SQLite database"},
    Meaning{"18", ErrorCode::Usage, false, "the column does not take a value of that size"},
    Meaning{"19", ErrorCode::Usage, false, "a constraint or trigger of the table refuses the value"},
    Meaning{"20", ErrorCode::Usage, false, "the column does not take the value"},
};

constexpr std::array mysqlMeanings{
    Meaning{"2002", ErrorCode::ConnectionFailed, true, "the database does not answer"},
    Meaning{"2003", ErrorCode::ConnectionFailed, true, "the database does not answer"},
    Meaning{"2006", ErrorCode::ConnectionFailed, true, "the connection to the database broke"},
    Meaning{"2013", ErrorCode::ConnectionFailed, true, "the connection to the database broke"},
    Meaning{"1053", ErrorCode::ConnectionFailed, true, "the database is shutting down"},
    Meaning{"1205", ErrorCode::TimedOut, true, "a lock on the rows was not given within the lock timeout"},
    Meaning{"1213", ErrorCode::TimedOut, true, "the transaction collided with another one"},
    Meaning{"3024", ErrorCode::TimedOut, true, "a statement took longer than the statement timeout"},
    Meaning{"1045", ErrorCode::PermissionDenied, false, "the database refused the login"},
    Meaning{"1142", ErrorCode::PermissionDenied, false, "the database user lacks a right"},
    Meaning{"1143", ErrorCode::PermissionDenied, false, "the database user lacks a right"},
    Meaning{"1290", ErrorCode::ReadOnly, false, "the database takes no changes: it is read-only"},
    Meaning{"1049", ErrorCode::Configuration, false, "there is no such database on that server"},
    Meaning{"1406", ErrorCode::Usage, false, "the column does not take a value of that size"},
    Meaning{"1062", ErrorCode::Usage, false, "a unique index refuses the value"},
    Meaning{"1969", ErrorCode::TimedOut, true, "a statement took longer than the statement timeout"},
    Meaning{"1226", ErrorCode::ConnectionFailed, true, "the database is out of connections"},
    Meaning{"1040", ErrorCode::ConnectionFailed, true, "the database is out of connections"},
    Meaning{"1698", ErrorCode::PermissionDenied, false, "the database refused the login"},
    Meaning{"1044", ErrorCode::PermissionDenied, false, "the database user may not use that database"},
    Meaning{"1792", ErrorCode::ReadOnly, false, "the database takes no changes: it is read-only"},
    Meaning{"1366", ErrorCode::Usage, false, "the column does not take the value"},
    Meaning{"4025", ErrorCode::Usage, false, "a check of the table refuses the value"},
    Meaning{"3819", ErrorCode::Usage, false, "a check of the table refuses the value"},
    Meaning{"1644", ErrorCode::Usage, false, "a trigger of the table refuses the value"},
};

std::string plainNumber(SqlDialect dialect, std::string_view native) {
    int number = 0;
    const auto [end, fault] = std::from_chars(native.data(), native.data() + native.size(), number);
    if (dialect != SqlDialect::Sqlite || fault != std::errc{} || end != native.data() + native.size()) {
        return std::string(native);
    }
    return std::to_string(number & 0xff);
}

bool fits(const Meaning &meaning, std::string_view native) {
    const std::string_view pattern = meaning.native;
    return pattern.ends_with('*') ? native.starts_with(pattern.substr(0, pattern.size() - 1))
                                  : native == pattern;
}

template <std::size_t size>
const Meaning *find(const std::array<Meaning, size> &meanings, std::string_view native) {
    const auto found = std::find_if(meanings.begin(), meanings.end(),
                                    [&](const Meaning &meaning) { return fits(meaning, native); });
    return found == meanings.end() ? nullptr : &*found;
}

const Meaning *meaningOf(SqlDialect dialect, std::string_view native) {
    switch (dialect) {
    case SqlDialect::Sqlite:
        return find(sqliteMeanings, native);
    case SqlDialect::PostgreSql:
        return find(postgresMeanings, native);
    case SqlDialect::MySql:
        return find(mysqlMeanings, native);
    case SqlDialect::Odbc:
        break; // its numbers are each driver's own: see judgeOdbc()
    }
    return nullptr;
}

/// The first line of what the database says about a statement: names, never a row.
std::string firstLine(std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    return std::string(line.substr(0, 300));
}

bool holdsAny(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// Failures to connect come without a number: libpq's own words, or the server's first ones.
void judgeOpening(Error &error, std::string_view text) {
    error.code = ErrorCode::ConnectionFailed;
    error.retryable = true;
    error.detail = "database: no connection: " + firstLine(text);
    // libpq says the second by itself, when the server asked for what nobody gave.
    const bool serverSpoke = holdsAny(text, {"FATAL", "no password supplied"});
    if (!serverSpoke ||
        holdsAny(text, {"starting up", "shutting down", "too many", "recovery", "terminating"})) {
        return;
    }
    error.retryable = false;
    const bool login = holdsAny(text, {"authentication", "password", "role", "pg_hba"});
    error.code = login ? ErrorCode::PermissionDenied : ErrorCode::Configuration;
}

struct Words {
    std::initializer_list<std::string_view> any;
    ErrorCode code;
    bool retryable;
    std::string_view meaning;
};

/// Qt's driver for ODBC keeps SQLSTATE to itself: the database's words are all there is. They may quote a
/// row's value, so they are not repeated.
void judgeOdbc(Error &error, std::string_view text) {
    const Words meanings[] = {
        {{"connection has been lost", "could not connect", "connection to server", "connection refused",
          "gone away", "terminating connection", "link failure", "closed the connection"},
         ErrorCode::ConnectionFailed,
         true,
         "there is no connection to the database"},
        {{"locked", "lock wait", "lock timeout", "obtain lock", "deadlock", "timeout", "timed out", "busy"},
         ErrorCode::TimedOut,
         true,
         "a lock or a statement took too long"},
        {{"read-only", "readonly", "read only"},
         ErrorCode::ReadOnly,
         false,
         "the database takes no changes: it is read-only"},
        {{"authentication", "password", "login", "access denied", "permission", "privilege", "denied"},
         ErrorCode::PermissionDenied,
         false,
         "the database refused the login, or its user lacks a right"},
        {{"disk is full", "disk full", "no space"},
         ErrorCode::DiskFull,
         false,
         "the disk of the database is full"},
        {{"constraint", "unique", "duplicate", "violat", "too long", "truncat", "out of range", "trigger",
          "invalid input"},
         ErrorCode::Usage,
         false,
         "a constraint, trigger or type of the table refuses the value"},
    };
    const std::string lower = toLowerAscii(text);
    for (const Words &words : meanings) {
        if (holdsAny(lower, words.any)) {
            error.code = words.code;
            error.retryable = words.retryable;
            error.detail = "database: " + std::string(words.meaning) + " (" + error.serviceCode + ").";
            return;
        }
    }
    const bool isStatement = holdsAny(lower, {"no such", "does not exist", "doesn't exist", "syntax",
                                              "not found", "invalid object", "invalid column", "unknown"});
    error.code = ErrorCode::Configuration;
    error.detail = "database: the statement was refused (" + error.serviceCode + ")" +
                   (isStatement ? ": " + firstLine(text) : std::string("."));
}

} // namespace

Error sqlError(SqlDialect dialect, std::string_view native, std::string_view text) {
    const std::string number = plainNumber(dialect, native);
    Error error;
    error.origin = ErrorOrigin::System;
    error.serviceCode = number;
    if (const Meaning *meaning = meaningOf(dialect, number)) {
        error.code = meaning->code;
        error.retryable = meaning->retryable;
        error.detail = "database: " + std::string(meaning->words) + " (" + number + ").";
    } else if (dialect == SqlDialect::Odbc) {
        judgeOdbc(error, text);
    } else if (dialect == SqlDialect::PostgreSql && number.empty()) {
        judgeOpening(error, text);
    } else {
        error.code = ErrorCode::Configuration;
        error.detail = "database: the statement was refused (" + number + "): " + firstLine(text);
    }
    return error;
}

bool isRowFault(const Error &error) {
    return error.code == ErrorCode::Usage && !error.serviceCode.empty();
}

} // namespace keyturn::reencrypt
