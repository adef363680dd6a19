// SPDX-License-Identifier: Apache-2.0
// RowStore and what is wrong with a database: bad input, refused rows, locks, restarts, each in words that
// quote no value.
#include "reencrypt/sql/row_statements.h"
#include "reencrypt/sql/sql_connection.h"
#include "unit/reencrypt_sql/store_scene.h"

#include <QtTest/QTest>

#include <algorithm>
#include <set>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::test;

class TestRowStoreFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void refusedRowsStayAlone();
    void postgresRefusesInWordsWithoutValues();
    void bigCellsAreNotFetched();
    void badInput_data();
    void badInput();
    void postgresBadInput_data();
    void postgresBadInput();
    void readOnlyDatabases();
    void busyIsRetryable();
    void restartIsRetryable();
    void warnsOfTriggersAndIndexes();
    void tryOutChangesNothing();
    void driversThatAreNotHere_data();
    void driversThatAreNotHere();
    void standardStatements();
    void connectionTexts_data();
    void connectionTexts();

private:
    std::unique_ptr<PrivatePostgres> m_postgres;
    QString m_why;
};

void TestRowStoreFaults::initTestCase() {
    m_postgres = PrivatePostgres::create(&m_why);
}

void TestRowStoreFaults::refusedRowsStayAlone() {
    SqliteFile file;
    file.run(QStringLiteral(
        "CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT CHECK(length(c) < 20));"
        "CREATE TRIGGER no BEFORE UPDATE ON t WHEN old.k = 3 BEGIN SELECT raise(ABORT, 'secret'); END;"
        "CREATE TRIGGER up AFTER UPDATE ON t WHEN old.k = 4 BEGIN UPDATE t SET c = upper(new.c) "
        "WHERE k = 4; END;"
        "INSERT INTO t VALUES (1, 'old'), (2, 'old'), (3, 'old'), (4, 'old'), (5, 'old')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    const Bytes old = toBytes("old");
    auto results = (*store)->apply({{"[1]", old, toBytes("new")},
                                    {"[2]", old, toBytes("much too long for this column")},
                                    {"[3]", old, toBytes("new")},
                                    {"[4]", old, toBytes("new")},
                                    {"[5]", old, toBytes("new")}});
    GOOD(results);
    QCOMPARE(results->at(0).outcome, RowOutcome::Changed);
    for (const std::size_t refused : {1U, 2U, 3U}) {
        QCOMPARE(results->at(refused).outcome, RowOutcome::Refused);
        QVERIFY(!results->at(refused).message.empty());
        QVERIFY(results->at(refused).message.find("secret") == std::string::npos);
    }
    QCOMPARE(results->at(4).outcome, RowOutcome::Changed);
    QCOMPARE(file.run(QStringLiteral("SELECT c FROM t")),
             QStringLiteral("new old old old new").split(QLatin1Char(' ')));
}

void TestRowStoreFaults::postgresRefusesInWordsWithoutValues() {
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral(
        "DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c varchar(12) NOT NULL CHECK (c <> "
        "'forbidden'), "
        "secret text DEFAULT 'canary'); INSERT INTO t VALUES (1, 'old'), (2, 'old'), (3, 'old'); "
        "CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.c := old.c; "
        "RETURN new; END $$; "
        "CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW WHEN (old.k = 3) EXECUTE FUNCTION keep()"));
    auto store = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(store);
    QCOMPARE(*(*store)->facts().lengthMax, std::uint64_t(12));
    const Bytes old = toBytes("old");
    auto results = (*store)->apply({{"[1]", old, toBytes("canary too long")},
                                    {"[2]", old, toBytes("forbidden")},
                                    {"[3]", old, toBytes("new")}});
    GOOD(results);
    for (const RowResult &result : *results) {
        QCOMPARE(result.outcome, RowOutcome::Refused);
        QVERIFY2(result.message.find("canary") == std::string::npos, result.message.c_str());
    }
    QCOMPARE(m_postgres->psql(QStringLiteral("SELECT string_agg(c, ',') FROM t")),
             QStringLiteral("old,old,old"));
}

void TestRowStoreFaults::bigCellsAreNotFetched() {
    SqliteFile file;
    file.run(QStringLiteral(
        "CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT, d BLOB); "
        "INSERT INTO t VALUES (1, printf('%.*c', 10485760, 'A'), zeroblob(10485760)), (2, 'v', x'00')"));
    for (const char *column : {"c", "d"}) {
        auto store = openRowStore(sqliteJob(file.path(), "t", column), {});
        GOOD(store);
        auto rows = (*store)->page(std::nullopt, 10);
        GOOD(rows);
        QCOMPARE(rows->at(0).fault, Cause::NotACiphertext);
        QVERIFY(rows->at(0).message.find("10485760 bytes") != std::string::npos);
        QVERIFY(rows->at(0).value.empty());
        QCOMPARE(rows->at(1).fault, Cause::None);
    }
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text); "
                                    "INSERT INTO t VALUES (1, repeat('A', 10485760)), (2, 'v')"));
    auto store = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(store);
    auto rows = (*store)->page(std::nullopt, 10);
    GOOD(rows);
    QVERIFY(rows->at(0).message.find("10485760 bytes") != std::string::npos);
    QCOMPARE(rows->at(1).value, toBytes("v"));
}

void TestRowStoreFaults::badInput_data() {
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("says"); // words that the error holds
    QTest::newRow("no such table") << "missing"
                                   << "c"
                                   << "no table \"missing\"; t, nokey";
    QTest::newRow("no such column") << "t"
                                    << "missing"
                                    << "find.blob; no column \"missing\"; k, c";
    QTest::newRow("no primary key") << "nokey"
                                    << "c"
                                    << "no primary key; source.key";
    QTest::newRow("view") << "v"
                          << "c"
                          << "view; name the table";
    QTest::newRow("virtual table") << "f"
                                   << "c"
                                   << "virtual table";
    QTest::newRow("generated column") << "g"
                                      << "c"
                                      << "generated";
    QTest::newRow("the key itself") << "t"
                                    << "k"
                                    << "part of the key";
    QTest::newRow("three parts") << "a.b.c"
                                 << "c"
                                 << "schema.table";
    QTest::newRow("open quote") << "\"t"
                                << "c"
                                << "double quotes";
    QTest::newRow("empty part") << "main."
                                << "c"
                                << "schema.table";
}

void TestRowStoreFaults::badInput() {
    QFETCH(QString, table);
    QFETCH(QString, column);
    QFETCH(QString, says);
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT); CREATE TABLE nokey(c TEXT);"
                            "CREATE VIEW v AS SELECT * FROM t; CREATE VIRTUAL TABLE f USING fts5(c);"
                            "CREATE TABLE g(k INTEGER PRIMARY KEY, b TEXT, c TEXT AS (b || 'x'))"));
    auto store = openRowStore(sqliteJob(file.path(), table.toStdString(), column.toStdString()), {});
    QVERIFY(!store.has_value());
    QVERIFY(store.error().code == ErrorCode::Configuration || store.error().code == ErrorCode::Usage);
    const QString detail = QString::fromStdString(store.error().detail);
    const QStringList words = says.split(QStringLiteral("; "));
    for (const QString &word : words) {
        QVERIFY2(detail.contains(word.split(QStringLiteral(", ")).first()), qPrintable(detail));
    }
}

void TestRowStoreFaults::postgresBadInput_data() {
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("says");
    QTest::newRow("no such table") << "missing"
                                   << "c"
                                   << "no table \"missing\"";
    QTest::newRow("no such schema") << "nowhere.good"
                                    << "c"
                                    << "no table \"good\"";
    QTest::newRow("no such column") << "good"
                                    << "missing"
                                    << "no column \"missing\"";
    QTest::newRow("no primary key") << "nokey"
                                    << "c"
                                    << "no primary key";
    QTest::newRow("view") << "v"
                          << "c"
                          << "view";
    QTest::newRow("generated column") << "g"
                                      << "c"
                                      << "generated";
    QTest::newRow("a number") << "good"
                              << "n"
                              << "holds no ciphertext";
}

void TestRowStoreFaults::postgresBadInput() {
    NEEDS_POSTGRES();
    QFETCH(QString, table);
    QFETCH(QString, column);
    QFETCH(QString, says);
    m_postgres->psql(QStringLiteral("CREATE TABLE IF NOT EXISTS good(k int PRIMARY KEY, c text, n int); "
                                    "CREATE TABLE IF NOT EXISTS nokey(c text); "
                                    "CREATE OR REPLACE VIEW v AS SELECT * FROM good; CREATE TABLE IF NOT "
                                    "EXISTS g(k int PRIMARY KEY, b text, "
                                    "c text GENERATED ALWAYS AS (b || 'x') STORED)"));
    auto store = openRowStore(postgresJob(*m_postgres, table.toStdString(), column.toStdString()), {});
    QVERIFY(!store.has_value());
    QCOMPARE(store.error().code, ErrorCode::Configuration);
    QVERIFY2(QString::fromStdString(store.error().detail).contains(says), store.error().detail.c_str());
}

void TestRowStoreFaults::readOnlyDatabases() {
    SqliteFile file;
    file.run(
        QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT); INSERT INTO t VALUES (1, 'old')"));
    file.close();
    QFile bytes(
        file.path()); // a write version that this SQLite does not know makes a file read-only, even for root
    QVERIFY(bytes.open(QIODevice::ReadWrite));
    bytes.seek(18);
    bytes.write("\x03", 1);
    bytes.close();
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    QCOMPARE((*store)->page(std::nullopt, 5)->size(), std::size_t(1));
    auto results = (*store)->apply({{"[1]", toBytes("old"), toBytes("new")}});
    QVERIFY(!results.has_value());
    QCOMPARE(results.error().code, ErrorCode::ReadOnly);
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral(
        "DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text); INSERT INTO t VALUES "
        "(1, 'old'); DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON t "
        "TO reader"));
    JobSpec spec = postgresJob(*m_postgres, "t");
    spec.source.connection = m_postgres->connection("reader");
    auto other = openRowStore(spec, {});
    GOOD(other);
    QCOMPARE((*other)->tryOut({{"[1]", toBytes("old"), toBytes("new")}}).error().code,
             ErrorCode::PermissionDenied);
    m_postgres->psql(QStringLiteral("DROP OWNED BY reader; DROP ROLE reader"));
    spec = postgresJob(*m_postgres, "t");
    spec.source.connection += " options='-c default_transaction_read_only=on'";
    other = openRowStore(spec, {});
    GOOD(other);
    QCOMPARE((*other)->tryOut({{"[1]", toBytes("old"), toBytes("new")}}).error().code, ErrorCode::ReadOnly);
}

void TestRowStoreFaults::busyIsRetryable() {
    SqliteFile file;
    file.run(
        QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT); INSERT INTO t VALUES (1, 'old')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    file.run(QStringLiteral("BEGIN IMMEDIATE"));
    auto results = (*store)->apply({{"[1]", toBytes("old"), toBytes("new")}});
    QVERIFY(!results.has_value());
    QCOMPARE(results.error().code, ErrorCode::TimedOut);
    QVERIFY(results.error().retryable);
    file.run(QStringLiteral("COMMIT"));
    GOOD((*store)->apply({{"[1]", toBytes("old"), toBytes("new")}}));
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text); "
                                    "INSERT INTO t VALUES (1, 'old')"));
    auto first = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(first);
    SqlTarget target;
    target.dialect = SqlDialect::PostgreSql;
    target.connection = m_postgres->connection();
    auto holder = SqlConnection::open(target, std::nullopt);
    GOOD(holder);
    GOOD((*holder)->execute("BEGIN; SELECT * FROM t FOR UPDATE"));
    results = (*first)->apply({{"[1]", toBytes("old"), toBytes("new")}});
    QVERIFY(!results.has_value());
    QCOMPARE(results.error().code, ErrorCode::TimedOut);
    QVERIFY(results.error().retryable);
    (*holder)->rollback();
    GOOD((*first)->apply({{"[1]", toBytes("old"), toBytes("new")}}));
}

void TestRowStoreFaults::restartIsRetryable() {
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text); "
                                    "INSERT INTO t VALUES (1, 'old')"));
    auto store = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(store);
    for (const bool fast : {true, false}) {
        m_postgres->stop(fast);
        auto rows = (*store)->page(std::nullopt, 5);
        QVERIFY(!rows.has_value());
        QCOMPARE(rows.error().code, ErrorCode::ConnectionFailed);
        QVERIFY(rows.error().retryable);
        auto again = (*store)->reconnect();
        QVERIFY(!again.has_value());
        QVERIFY(again.error().retryable);
        QVERIFY(m_postgres->start());
        GOOD((*store)->reconnect());
        rows = (*store)->page(std::nullopt, 5);
        GOOD(rows);
        QCOMPARE(rows->size(), std::size_t(1));
    }
}

void TestRowStoreFaults::warnsOfTriggersAndIndexes() {
    SqliteFile file;
    file.run(QStringLiteral(
        "CREATE TABLE t(k TEXT PRIMARY KEY, c TEXT UNIQUE); CREATE TRIGGER touch AFTER UPDATE OF c ON t "
        "BEGIN SELECT 1; END; CREATE TRIGGER other AFTER INSERT ON t BEGIN SELECT 1; END; "
        "INSERT INTO t VALUES (NULL, 'a'), ('x', 'b')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    QCOMPARE(allKeys(**store)->size(), std::size_t(1));
    std::string all;
    for (const std::string &warning : (*store)->facts().warnings) {
        all += warning + "\n";
    }
    for (const char *word : {"Trigger touch", "unique index", "null in their key"}) {
        QVERIFY2(all.find(word) != std::string::npos, all.c_str());
    }
    QVERIFY(all.find("Trigger other") == std::string::npos);
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text "
                                    "UNIQUE, d text); CREATE OR REPLACE FUNCTION f() RETURNS "
                                    "trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER "
                                    "touch BEFORE UPDATE OF c ON t FOR EACH "
                                    "ROW EXECUTE FUNCTION f(); CREATE TRIGGER other BEFORE UPDATE OF d ON t "
                                    "FOR EACH ROW EXECUTE FUNCTION f(); "
                                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY"));
    store = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(store);
    all.clear();
    for (const std::string &warning : (*store)->facts().warnings) {
        all += warning + "\n";
    }
    for (const char *word : {"Trigger touch", "unique index", "Row security"}) {
        QVERIFY2(all.find(word) != std::string::npos, all.c_str());
    }
    QVERIFY(all.find("Trigger other") == std::string::npos);
}

void TestRowStoreFaults::tryOutChangesNothing() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT CHECK(length(c) < 10)); INSERT "
                            "INTO t VALUES (1, 'old')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    GOOD((*store)->tryOut({{"[1]", toBytes("old"), toBytes("new")}}));
    auto tooLong = (*store)->tryOut({{"[1]", toBytes("old"), toBytes("much too long")}});
    QCOMPARE(tooLong.error().code, ErrorCode::Usage);
    QCOMPARE(file.run(QStringLiteral("SELECT c FROM t")), QStringList{QStringLiteral("old")});
}

void TestRowStoreFaults::driversThatAreNotHere_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("package");
    QTest::newRow("MySQL") << static_cast<int>(SourceKind::MySql) << "libqt6sql6-mysql";
    QTest::newRow("ODBC") << static_cast<int>(SourceKind::Odbc) << "libqt6sql6-odbc";
}

/// Where the driver is there, nothing answers at that address: an error of the connection, and no crash.
void TestRowStoreFaults::driversThatAreNotHere() {
    QFETCH(int, kind);
    QFETCH(QString, package);
    JobSpec spec = sqliteJob({});
    spec.source.kind = static_cast<SourceKind>(kind);
    spec.source.connection = "host=127.0.0.1 port=1 dbname=app user=me";
    spec.source.keyColumns = {"k"};
    auto store = openRowStore(spec, {});
    QVERIFY(!store.has_value());
    const std::string &detail = store.error().detail;
    QVERIFY2(detail.find(package.toStdString()) != std::string::npos || detail.starts_with("database:"),
             detail.c_str());
}

/// What MySQL and ODBC are asked, in the absence of a server: quoting, places of values, order of keys.
void TestRowStoreFaults::standardStatements() {
    TableShape shape;
    shape.schema = "app";
    shape.table = "us`ers";
    shape.keys = {{"a", "int", true, false}, {"b", "varchar", false, false}};
    shape.column = "c";
    JobSpec spec;
    spec.source.where = "x = 1";
    const RowKey key{std::int64_t(7), std::string("it's")};
    const auto mysql = makeStatements(SqlDialect::MySql, shape, spec);
    const SqlStatement page = mysql->page(key, 5);
    QVERIFY2(page.sql.find("FROM `app`.`us``ers` WHERE (x = 1\n) AND ((`a` > ?) OR (`a` = ? AND `b` > ?)) "
                           "ORDER BY `a`, `b` LIMIT 5") != std::string::npos,
             page.sql.c_str());
    QCOMPARE(page.values, (std::vector<SqlValue>{key[0], key[0], key[1]}));
    const SqlStatement change = mysql->change(key, toBytes("old"), toBytes("new"));
    QCOMPARE(change.sql, std::string("UPDATE `app`.`us``ers` SET `c` = ? WHERE `a` = ? AND `b` = ? AND "
                                     "CAST(CONVERT(`c` USING utf8mb4) AS BINARY) = ?"));
    QCOMPARE(change.values, (std::vector<SqlValue>{std::string("new"), key[0], key[1], toBytes("old")}));
    shape.paging = Paging::Fetch;
    QVERIFY(makeStatements(SqlDialect::Odbc, shape, spec)
                ->page(std::nullopt, 5)
                .sql.ends_with("\"b\" OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY"));
    shape.paging = Paging::None;
    const auto odbc = makeStatements(SqlDialect::Odbc, shape, spec);
    const SqlStatement first = odbc->page(std::nullopt, 5);
    QVERIFY(first.sql.ends_with("FROM \"app\".\"us`ers\" WHERE (x = 1\n) ORDER BY \"a\", \"b\""));
    QVERIFY(first.values.empty());
}

void TestRowStoreFaults::connectionTexts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("pairs"); // "!": refused
    QTest::newRow("plain") << "host=db dbname=app user=me"
                           << "host=db,dbname=app,user=me";
    QTest::newRow("quoted") << "dbname='my \\'app' host = /run/pg"
                            << "dbname=my 'app,host=/run/pg";
    QTest::newRow("address") << "postgresql://me@db:5433/app?sslmode=require"
                             << "host=db,port=5433,user=me,dbname=app,sslmode=require";
    QTest::newRow("password") << "host=db password=x"
                              << "!";
    QTest::newRow("password in an address") << "postgres://me:x@db/app"
                                            << "!";
    QTest::newRow("no pair") << "app"
                             << "!";
    QTest::newRow("open quote") << "dbname='app"
                                << "!";
}

void TestRowStoreFaults::connectionTexts() {
    QFETCH(QString, text);
    QFETCH(QString, pairs);
    auto parsed = parseConnection(text.toStdString());
    QCOMPARE(parsed.has_value(), pairs != QLatin1String("!"));
    QStringList list;
    for (const auto &[name, value] : parsed ? *parsed : std::vector<std::pair<std::string, std::string>>()) {
        list << QString::fromStdString(name + "=" + value);
    }
    QCOMPARE(parsed ? list.join(QLatin1Char(',')) : QStringLiteral("!"), pairs);
}

QTEST_GUILESS_MAIN(TestRowStoreFaults)
#include "tst_row_store_faults.moc"
