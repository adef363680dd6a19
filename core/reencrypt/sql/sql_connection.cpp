// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/sql_connection.h"

#include "reencrypt/sql/quiet_driver.h"
#include "reencrypt/sql/sql_error.h"
#include "reencrypt/sql/sql_variant.h"

#include <QtCore/QString>
#include <QtCore/QVariant>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlDriver>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <QtSql/QSqlRecord>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <system_error>

namespace keyturn::reencrypt {
namespace {

struct DialectFacts {
    const char *driver;
    const char *name;
    const char *package;
};
constexpr std::array<DialectFacts, 4> dialects{{{"QSQLITE", "SQLite", "libqt6sql6-sqlite"},
                                                {"QPSQL", "PostgreSQL", "libqt6sql6-psql"},
                                                {"QMYSQL", "MySQL", "libqt6sql6-mysql"},
                                                {"QODBC", "ODBC", "libqt6sql6-odbc"}}};

const DialectFacts &factsOf(SqlDialect dialect) {
    return dialects[static_cast<std::size_t>(dialect)];
}

QString qt(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

using Query = std::shared_ptr<QSqlQuery>;

std::string newConnectionName() {
    static std::atomic<std::uint64_t> next{1};
    return "keyturn-job-" + std::to_string(next++);
}

} // namespace

SqlDialect dialectOf(SourceKind kind) {
    switch (kind) {
    case SourceKind::PostgreSql:
        return SqlDialect::PostgreSql;
    case SourceKind::MySql:
        return SqlDialect::MySql;
    case SourceKind::Odbc:
        return SqlDialect::Odbc;
    default:
        return SqlDialect::Sqlite;
    }
}

struct SqlConnection::Impl {
    SqlTarget target;
    SecretText password;
    bool hasPassword = false;
    std::string name;
    std::map<std::string, Query> queries;          ///< prepared ones of the drivers that bind
    std::map<std::string, std::string> statements; ///< PostgreSQL: names of prepared statements
    std::size_t statementsMade = 0;

    ~Impl() { close(); }
    QSqlDatabase database() const { return QSqlDatabase::database(qt(name), false); }
    Error errorOf(const QSqlError &error) const {
        return sqlError(target.dialect, error.nativeErrorCode().toStdString(),
                        error.databaseText().toStdString());
    }

    Status open();
    Status configure(QSqlDatabase &database);
    Status configureServer(QSqlDatabase &database);
    Status greet();
    Status limitMySqlStatements();
    void close();
    Result<Query> run(const std::string &sql, const std::vector<SqlValue> &values);
    Result<Query> runPostgres(const std::string &sql, const std::vector<SqlValue> &values);
    Result<Query> runText(const std::string &sql);
};

void SqlConnection::Impl::close() {
    queries.clear();
    statements.clear();
    if (name.empty()) {
        return;
    }
    {
        QSqlDatabase open = database();
        open.close();
    }
    QSqlDatabase::removeDatabase(qt(name));
    name.clear();
}

Status SqlConnection::Impl::configureServer(QSqlDatabase &database) {
    auto address = serverAddress(target.dialect, target.connection);
    if (!address) {
        return failFrom(address);
    }
    database.setHostName(qt(address->host));
    database.setPort(address->port);
    database.setDatabaseName(qt(address->database));
    database.setUserName(qt(address->user));
    database.setConnectOptions(qt(address->options));
    return {};
}

Status SqlConnection::Impl::configure(QSqlDatabase &database) {
    switch (target.dialect) {
    case SqlDialect::Sqlite: {
        std::error_code fault;
        if (!std::filesystem::is_regular_file(target.file, fault)) {
            // SQLite would make a new, empty database.
            return fail(ErrorCode::FileNotFound,
                        "source.paths: " + target.file.string() + " is not there, or is no ordinary file.");
        }
        database.setDatabaseName(QString::fromStdString(target.file.string()));
        database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=") +
                                   QString::number(target.lockTimeout.count()));
        return {};
    }
    case SqlDialect::Odbc:
        database.setDatabaseName(qt(target.connection));
        return {};
    case SqlDialect::PostgreSql:
    case SqlDialect::MySql:
        return configureServer(database);
    }
    return {};
}

Status SqlConnection::Impl::open() {
    close();
    const DialectFacts &facts = factsOf(target.dialect);
    if (!QSqlDatabase::isDriverAvailable(QString::fromLatin1(facts.driver))) {
        return fail(ErrorCode::Configuration, std::string("source.kind: Qt's driver for ") + facts.name +
                                                  " is not installed. Install " + facts.package + ".");
    }
    name = newConnectionName();
    QSqlDatabase database = QSqlDatabase::addDatabase(QString::fromLatin1(facts.driver), qt(name));
    if (auto configured = configure(database); !configured) {
        return configured;
    }
    const QuietDriver quiet(target.dialect);
    bool opened = false;
    if (hasPassword) {
        // open(user, password) hands it to the driver without keeping it.
        QString words = qt(password.view());
        opened = database.open(database.userName(), words);
        std::fill(words.begin(), words.end(), QChar());
    } else {
        opened = database.open();
    }
    if (!opened) {
        return fail(errorOf(database.lastError()));
    }
    return greet();
}

/// MySQL and MariaDB have different words for it.
Status SqlConnection::Impl::limitMySqlStatements() {
    auto version = runText("SELECT version()");
    if (!version) {
        return failFrom(version);
    }
    const bool isMariaDb =
        (*version)->next() && (*version)->value(0).toString().contains(QLatin1String("MariaDB"));
    (*version)->finish();
    const auto time = target.statementTimeout.count();
    const std::string seconds =
        std::to_string(time / 1000) + "." + std::to_string(1000 + time % 1000).substr(1);
    auto set = runText(isMariaDb ? "SET SESSION max_statement_time = " + seconds
                                 : "SET SESSION max_execution_time = " + std::to_string(time));
    return set ? Status() : failFrom(set);
}

/// Session settings: what values look like as text, how long we wait, and that a commit is durable.
Status SqlConnection::Impl::greet() {
    const std::string lock = std::to_string(target.lockTimeout.count());
    const std::string statement = std::to_string(target.statementTimeout.count());
    std::vector<std::string> settings;
    switch (target.dialect) {
    case SqlDialect::Sqlite:
        settings = {"PRAGMA synchronous = FULL", "PRAGMA trusted_schema = OFF"};
        break;
    case SqlDialect::PostgreSql:
        settings = {
            "SET client_min_messages = error; SET standard_conforming_strings = on; SET bytea_output = "
            "'hex'; SET DateStyle = 'ISO, YMD'; "
            "SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET synchronous_commit = on; "
            "SET lock_timeout = " +
            lock + "; SET statement_timeout = " + statement};
        break;
    case SqlDialect::MySql:
        // What a change did not find is looked at as it is now, not as when the transaction began.
        settings = {"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                    "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES')",
                    "SET SESSION innodb_lock_wait_timeout = " +
                        std::to_string(std::max<long>(1, target.lockTimeout.count() / 1000))};
        if (auto limited = limitMySqlStatements(); !limited) {
            return limited;
        }
        break;
    case SqlDialect::Odbc:
        break;
    }
    for (const std::string &setting : settings) {
        if (auto done = runText(setting); !done) {
            return failFrom(done);
        }
    }
    if (target.dialect == SqlDialect::Sqlite) { // SQLite opens lazily: look whether it is a database at all
        if (auto done = runText("SELECT count(*) FROM sqlite_master"); !done) {
            return failFrom(done);
        }
    }
    return {};
}

Result<Query> SqlConnection::Impl::runText(const std::string &sql) {
    const QuietDriver quiet(target.dialect);
    auto query = std::make_shared<QSqlQuery>(database());
    query->setForwardOnly(target.dialect != SqlDialect::PostgreSql);
    if (!query->exec(qt(sql))) {
        return fail(errorOf(query->lastError()));
    }
    return query;
}

Result<Query> SqlConnection::Impl::runPostgres(const std::string &sql, const std::vector<SqlValue> &values) {
    auto prepared = statements.find(sql);
    if (prepared == statements.end()) {
        const std::string statement = "keyturn_" + std::to_string(++statementsMade);
        if (auto made = runText("PREPARE " + statement + " AS " + sql); !made) {
            return made;
        }
        prepared = statements.emplace(sql, statement).first;
    }
    std::string call = "EXECUTE " + prepared->second;
    for (std::size_t i = 0; i < values.size(); ++i) {
        call += (i == 0 ? "(" : ", ") + postgresLiteral(values[i]);
    }
    return runText(values.empty() ? call : call + ")");
}

Result<Query> SqlConnection::Impl::run(const std::string &sql, const std::vector<SqlValue> &values) {
    if (target.dialect == SqlDialect::PostgreSql) {
        return runPostgres(sql, values);
    }
    const QuietDriver quiet(target.dialect);
    auto found = queries.find(sql);
    if (found == queries.end()) {
        auto query = std::make_shared<QSqlQuery>(database());
        query->setForwardOnly(true);
        query->setNumericalPrecisionPolicy(QSql::HighPrecision); // decimals as they are written
        if (!query->prepare(qt(sql))) {
            return fail(errorOf(query->lastError()));
        }
        found = queries.emplace(sql, std::move(query)).first;
    }
    const Query query = found->second;
    for (std::size_t i = 0; i < values.size(); ++i) {
        query->bindValue(static_cast<int>(i), toVariant(values[i]));
    }
    if (!query->exec()) {
        Error error = errorOf(query->lastError());
        query->finish();
        if (error.code == ErrorCode::Configuration && error.serviceCode.empty()) {
            error.detail =
                "database: the statement was refused. source.where may hold no '?' and no ':name'.";
        }
        return fail(std::move(error));
    }
    return query;
}

SqlConnection::SqlConnection(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

SqlConnection::~SqlConnection() = default;

Result<std::unique_ptr<SqlConnection>> SqlConnection::open(SqlTarget target,
                                                           const std::optional<SecretText> &password) {
    auto impl = std::make_unique<Impl>();
    impl->target = std::move(target);
    if (password) {
        impl->password.append(password->view());
        impl->hasPassword = true;
    }
    if (auto opened = impl->open(); !opened) {
        return failFrom(opened);
    }
    return std::unique_ptr<SqlConnection>(new SqlConnection(std::move(impl)));
}

SqlDialect SqlConnection::dialect() const {
    return m_impl->target.dialect;
}

Result<std::vector<SqlRow>> SqlConnection::select(const std::string &sql, const std::vector<SqlValue> &values,
                                                  std::size_t rowsMax) {
    auto query = m_impl->run(sql, values);
    if (!query) {
        return failFrom(query);
    }
    std::vector<SqlRow> rows;
    QSqlQuery &answer = **query;
    while ((rowsMax == 0 || rows.size() < rowsMax) && answer.next()) {
        const int columns = answer.record().count();
        SqlRow row;
        row.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) {
            row.push_back(fromVariant(answer.value(i)));
        }
        rows.push_back(std::move(row));
    }
    // Where next() failed half way (the file is busy, the connection broke) it says so here alone.
    const QSqlError after = answer.lastError();
    answer.finish();
    if (after.type() != QSqlError::NoError) {
        return fail(m_impl->errorOf(after));
    }
    return rows;
}

Result<std::uint64_t> SqlConnection::change(const std::string &sql, const std::vector<SqlValue> &values) {
    auto query = m_impl->run(sql, values);
    if (!query) {
        return failFrom(query);
    }
    const int rows = (*query)->numRowsAffected();
    (*query)->finish();
    return static_cast<std::uint64_t>(std::max(rows, 0));
}

Status SqlConnection::execute(const std::string &sql) {
    auto query = m_impl->runText(sql);
    if (!query) {
        return failFrom(query);
    }
    return {};
}

Status SqlConnection::begin() {
    if (dialect() == SqlDialect::Odbc) { // each of its databases has its own word
        QSqlDatabase database = m_impl->database();
        return database.transaction() ? Status() : fail(m_impl->errorOf(database.lastError()));
    }
    return execute(dialect() == SqlDialect::Sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
}

Status SqlConnection::commit() {
    if (dialect() == SqlDialect::Odbc) {
        QSqlDatabase database = m_impl->database();
        return database.commit() ? Status() : fail(m_impl->errorOf(database.lastError()));
    }
    return execute("COMMIT");
}

void SqlConnection::rollback() {
    if (dialect() == SqlDialect::Odbc) {
        m_impl->database().rollback();
        return;
    }
    static_cast<void>(execute("ROLLBACK"));
}

Status SqlConnection::reconnect() {
    return m_impl->open();
}

} // namespace keyturn::reencrypt
