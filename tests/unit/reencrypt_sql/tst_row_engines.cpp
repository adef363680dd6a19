// SPDX-License-Identifier: Apache-2.0
// RowStore's contract on the databases that share the standard statements: a real MariaDB by Qt's MySQL
// driver, SQLite and PostgreSQL behind ODBC. One start of each server for all of it.
#include "unit/reencrypt_sql/private_mariadb.h"
#include "unit/reencrypt_sql/store_scene.h"

#include <QtSql/QSqlDatabase>
#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <map>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::test;

namespace {

/// A database that a test row works on; `run` is independent of what is tested.
struct Engine {
    SourceKind kind = SourceKind::MySql;
    std::string connection;
    bool hasPassword = false;
    std::function<QString(const QString &sql)> run;
    QString missing; ///< why it is not here
};

RowStoreAccess accessOf(const Engine &engine, const char *password = PrivateMariaDb::password) {
    RowStoreAccess access;
    if (engine.hasPassword) {
        access.password.emplace();
        access.password->append(password);
    }
    return access;
}

JobSpec jobOn(const Engine &engine, const std::string &table = "t", const std::string &column = "c") {
    JobSpec spec;
    spec.source.kind = engine.kind;
    spec.source.connection = engine.connection;
    spec.source.table = table;
    spec.finder.blob = column;
    spec.safety.lockTimeout = std::chrono::milliseconds(1000);
    if (engine.kind == SourceKind::Odbc) {
        spec.source.keyColumns = {"k"};
    }
    return spec;
}

/// A driver that unixODBC's list has under this file name.
QString odbcDriver(const QString &library) {
    const QString file = QStringLiteral("/usr/lib/x86_64-linux-gnu/odbc/") + library;
    return QFileInfo::exists(file) ? file : QString();
}

} // namespace

class TestRowEngines : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pagesInOrder_data() { engines(); }
    void pagesInOrder();
    void comparesAndSwaps_data() { engines(); }
    void comparesAndSwaps();
    void refusedRowsStayAlone_data() { engines(); }
    void refusedRowsStayAlone();
    void tryOutChangesNothing_data() { engines(); }
    void tryOutChangesNothing();
    void whatTheRowHolds_data() { engines(); }
    void whatTheRowHolds();
    void mysqlKeys_data();
    void mysqlKeys();
    void mysqlColumnsThatFollowTheRow();
    void mysqlCharacterSets();
    void mysqlBadInput_data();
    void mysqlBadInput();
    void mysqlLocksAndRestart();
    void mysqlCollationsAndCompositeKeys();

private:
    static void engines() {
        QTest::addColumn<QString>("name");
        for (const char *name : {"mysql", "odbc sqlite", "odbc postgresql"}) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }
    Engine &engine() { return m_engines[QTest::currentDataTag()]; }
    Engine &mysql() { return m_engines["mysql"]; }

    std::map<std::string, Engine> m_engines;
    std::unique_ptr<PrivateMariaDb> m_mariaDb;
    std::unique_ptr<PrivatePostgres> m_postgres;
    std::unique_ptr<SqliteFile> m_file;
};

#define NEEDS(which)                                                                                         \
    if (!(which).missing.isEmpty()) {                                                                        \
        QSKIP(qPrintable((which).missing));                                                                  \
    }

void TestRowEngines::initTestCase() {
    Engine &mine = m_engines["mysql"];
    m_mariaDb = PrivateMariaDb::create(&mine.missing);
    if (m_mariaDb != nullptr) {
        mine.connection = m_mariaDb->connection();
        mine.hasPassword = true;
        mine.run = [this](const QString &sql) { return m_mariaDb->run(sql); };
    }
    const bool hasOdbc = QSqlDatabase::isDriverAvailable(QStringLiteral("QODBC"));
    Engine &lite = m_engines["odbc sqlite"];
    const QString liteDriver = odbcDriver(QStringLiteral("libsqlite3odbc.so"));
    lite.kind = SourceKind::Odbc;
    m_file = std::make_unique<SqliteFile>();
    lite.connection =
        QStringLiteral("DRIVER=%1;Database=%2;Timeout=1000").arg(liteDriver, m_file->path()).toStdString();
    lite.run = [this](const QString &sql) { return m_file->run(sql).join(QLatin1Char('\n')); };
    lite.missing = !hasOdbc ? QStringLiteral("Qt's driver for ODBC (libqt6sql6-odbc) is not installed")
                   : liteDriver.isEmpty()
                       ? QStringLiteral("SQLite's ODBC driver (libsqliteodbc) is not installed")
                       : QString();
    Engine &post = m_engines["odbc postgresql"];
    const QString postDriver = odbcDriver(QStringLiteral("psqlodbcw.so"));
    post.kind = SourceKind::Odbc;
    post.missing = !hasOdbc ? lite.missing
                   : postDriver.isEmpty()
                       ? QStringLiteral("PostgreSQL's ODBC driver (odbc-postgresql) is not installed")
                       : QString();
    if (post.missing.isEmpty()) {
        m_postgres = PrivatePostgres::create(&post.missing);
    }
    if (m_postgres != nullptr) {
        const QString folder =
            QString::fromStdString(m_postgres->connection()).section(QLatin1Char(' '), 0, 0).mid(5);
        post.connection =
            QStringLiteral("DRIVER=%1;Servername=%2;Database=postgres;UID=keyturn;BoolsAsChar=0")
                .arg(postDriver, folder)
                .toStdString();
        post.run = [this](const QString &sql) { return m_postgres->psql(sql); };
    }
}

void TestRowEngines::pagesInOrder() {
    NEEDS(engine());
    engine().run(QStringLiteral("DROP TABLE IF EXISTS t"));
    engine().run(QStringLiteral("CREATE TABLE t(k bigint PRIMARY KEY, c varchar(2000))"));
    engine().run(QStringLiteral(
        "INSERT INTO t VALUES (10, 'a'), (9, 'b'), (9007199254740993, 'c'), (-3, 'd'), (2, 'e')"));
    auto store = openRowStore(jobOn(engine()), accessOf(engine()));
    GOOD(store);
    auto keys = allKeys(**store);
    GOOD(keys);
    QCOMPARE(*keys, (std::vector<std::string>{"[-3]", "[2]", "[9]", "[10]", "[9007199254740993]"}));
    auto range = (*store)->range(keys->at(0), keys->at(2), 10);
    GOOD(range);
    QCOMPARE(range->size(), std::size_t(2));
    QCOMPARE(range->back().value, toBytes("b"));
    JobSpec some = jobOn(engine());
    some.source.where = "c <> 'a' -- some";
    auto part = openRowStore(some, accessOf(engine()));
    GOOD(part);
    QCOMPARE(allKeys(**part)->size(), std::size_t(4));
}

void TestRowEngines::comparesAndSwaps() {
    NEEDS(engine());
    engine().run(QStringLiteral("DROP TABLE IF EXISTS t"));
    engine().run(QStringLiteral("CREATE TABLE t(k bigint PRIMARY KEY, c varchar(2000), other varchar(20))"));
    engine().run(
        QStringLiteral("INSERT INTO t VALUES (1, 'old', 'left'), (2, 'new', 'left'), (3, 'third', 'left'), "
                       "(5, NULL, 'left'), (6, 'OLD', 'left')"));
    auto store = openRowStore(jobOn(engine()), accessOf(engine()));
    GOOD(store);
    std::vector<RowChange> changes;
    for (const char *key : {"[1]", "[2]", "[3]", "[4]", "[5]", "[6]"}) {
        changes.push_back({key, toBytes("old"), toBytes("new")});
    }
    auto results = (*store)->apply(changes);
    GOOD(results);
    std::vector<RowOutcome> outcomes;
    for (const RowResult &result : *results) {
        outcomes.push_back(result.outcome);
    }
    QCOMPARE(outcomes,
             (std::vector<RowOutcome>{RowOutcome::Changed, RowOutcome::AlreadyNew, RowOutcome::Other,
                                      RowOutcome::Gone, RowOutcome::Other, RowOutcome::Other}));
    QCOMPARE(results->at(2).now->value, toBytes("third"));
    QVERIFY(results->at(4).now->isNull);
    QCOMPARE(
        engine().run(QStringLiteral("SELECT k, c FROM t WHERE c IS NOT NULL AND other = 'left' ORDER BY k")),
        QStringLiteral("1|new\n2|new\n3|third\n6|OLD"));
}

void TestRowEngines::refusedRowsStayAlone() {
    NEEDS(engine());
    engine().run(QStringLiteral("DROP TABLE IF EXISTS t"));
    engine().run(QStringLiteral("CREATE TABLE t(k bigint PRIMARY KEY, c varchar(40) CHECK (c <> 'no'))"));
    engine().run(QStringLiteral("INSERT INTO t VALUES (1, 'old'), (2, 'old'), (3, 'old')"));
    auto store = openRowStore(jobOn(engine()), accessOf(engine()));
    GOOD(store);
    const Bytes old = toBytes("old");
    static QString s_said;
    s_said.clear();
    const auto handler = qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext &, const QString &text) { s_said += text; });
    auto results = (*store)->apply(
        {{"[1]", old, toBytes("new")}, {"[2]", old, toBytes("no")}, {"[3]", old, toBytes("new")}});
    GOOD(results);
    qInstallMessageHandler(handler);
    QCOMPARE(s_said, QString()); // PostgreSQL's words hold the whole row
    QCOMPARE(results->at(0).outcome, RowOutcome::Changed);
    QCOMPARE(results->at(1).outcome, RowOutcome::Refused);
    QVERIFY(results->at(1).message.find("'no'") == std::string::npos);
    QVERIFY2(results->at(1).message.find("constraint") != std::string::npos ||
                 results->at(1).message.find("check") != std::string::npos,
             results->at(1).message.c_str());
    QCOMPARE(results->at(2).outcome, RowOutcome::Changed);
    QCOMPARE(engine().run(QStringLiteral("SELECT k, c FROM t ORDER BY k")),
             QStringLiteral("1|new\n2|old\n3|new"));
}

void TestRowEngines::tryOutChangesNothing() {
    NEEDS(engine());
    engine().run(QStringLiteral("DROP TABLE IF EXISTS t"));
    engine().run(QStringLiteral("CREATE TABLE t(k bigint PRIMARY KEY, c varchar(40))"));
    engine().run(QStringLiteral("INSERT INTO t VALUES (1, 'old')"));
    auto store = openRowStore(jobOn(engine()), accessOf(engine()));
    GOOD(store);
    GOOD((*store)->tryOut({{"[1]", toBytes("old"), toBytes("new")}}));
    QCOMPARE(engine().run(QStringLiteral("SELECT k, c FROM t")), QStringLiteral("1|old"));
    auto wrong = openRowStore(jobOn(engine(), "nothing_like_it"), accessOf(engine()));
    auto page = wrong ? (*wrong)->page(std::nullopt, 1) : Result<std::vector<Row>>(failFrom(wrong));
    QVERIFY(!page.has_value());
    QCOMPARE(page.error().code, ErrorCode::Configuration);
}

void TestRowEngines::whatTheRowHolds() {
    NEEDS(engine());
    engine().run(QStringLiteral("DROP TABLE IF EXISTS t"));
    engine().run(QStringLiteral(
        "CREATE TABLE t(k varchar(40) PRIMARY KEY, c varchar(200), email varchar(40), n int)"));
    engine().run(QStringLiteral("INSERT INTO t VALUES ('it''s', 'v1', 'a@b', 7), ('Zürich', 'v2', NULL, 8)"));
    JobSpec spec = jobOn(engine());
    spec.finder.id = "email";
    spec.context.pairs.emplace_back("user", *ContextTemplate::parse("{n}:{email}"));
    auto store = openRowStore(spec, accessOf(engine()));
    GOOD(store);
    auto rows = (*store)->page(std::nullopt, 10);
    GOOD(rows);
    QCOMPARE(rows->size(), std::size_t(2));
    const Row &first = rows->at(0).key == "[\"it's\"]" ? rows->at(0) : rows->at(1);
    const Row &other = rows->at(0).key == "[\"it's\"]" ? rows->at(1) : rows->at(0);
    QCOMPARE(first.id, std::string("a@b"));
    QVERIFY(first.context == (kms::EncryptionContext{{"user", "7:a@b"}}));
    QCOMPARE(other.key, std::string("[\"Zürich\"]"));
    QCOMPARE(other.fault, Cause::BadTemplate);
    auto changed = (*store)->apply(
        {{"[\"it's\"]", toBytes("v1"), toBytes("w1")}, {"[\"Zürich\"]", toBytes("v2"), toBytes("w2")}});
    GOOD(changed);
    QCOMPARE(engine().run(QStringLiteral("SELECT count(*) FROM t WHERE c IN ('w1', 'w2')")),
             QStringLiteral("2"));
}

void TestRowEngines::mysqlKeys_data() {
    QTest::addColumn<QString>("values");
    const auto row = [](const char *type, const char *values) {
        QTest::newRow(type) << QString::fromUtf8(values);
    };
    row("bigint unsigned", "(18446744073709551615), (18446744073709551614), (9223372036854775807), (0)");
    row("smallint", "(1), (-5), (300)");
    row("varchar(20)", "('b'), ('A'), (''), ('it''s'), ('Zürich €'), ('?')");
    row("varchar(20) COLLATE utf8mb4_bin", "('b'), ('A'), ('a'), ('B')");
    row("binary(4)", "(x'00112233'), (x'ff112233'), (x'5c273f00')");
    row("varbinary(20)", "(x'00'), (x''), (x'ff00ff'), (x'5c27')");
    row("decimal(40,2)", "(0.10), (10000000000000000000000000000000000001.25), (-2.50), "
                         "(10000000000000000000000000000000000002)");
    row("double", "(0.1), (0.30000000000000004), (1e300), (-2)");
    row("datetime(6)", "('2026-01-01 00:00:00.123456'), ('2026-01-01 00:00:00.123457'), ('1000-01-01')");
    row("timestamp(3)", "('2026-01-01 00:00:00.123'), ('2026-01-01 00:00:00.124')");
    row("date", "('2026-01-02'), ('2026-01-01')");
    row("time(3)", "('23:59:59.5'), ('-01:00:00'), ('100:00:00')");
    row("uuid", "('00112233-4455-6677-8899-aabbccddeeff'), ('ff112233-4455-6677-8899-aabbccddeeff')");
}

void TestRowEngines::mysqlKeys() {
    NEEDS(mysql());
    QFETCH(QString, values);
    mysql().run(
        QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k %1 PRIMARY KEY, c text, other text DEFAULT "
                       "'left') CHARACTER SET utf8mb4; INSERT INTO t(k) VALUES %2; UPDATE t SET c = 'old'")
            .arg(QLatin1String(QTest::currentDataTag()), values));
    const QString all = QStringLiteral("SELECT hex(k), other FROM t ORDER BY k");
    const QString before = mysql().run(all);
    const auto count = static_cast<std::size_t>(before.count(QLatin1String("|left")));
    auto store = openRowStore(jobOn(mysql()), accessOf(mysql()));
    GOOD(store);
    auto keys = allKeys(**store);
    GOOD(keys);
    QCOMPARE(keys->size(), count);
    std::vector<RowChange> changes;
    for (std::size_t i = 0; i < keys->size(); ++i) {
        changes.push_back({keys->at(i), toBytes("old"), toBytes("new-" + std::to_string(i))});
    }
    auto results = (*store)->apply(changes);
    GOOD(results);
    QVERIFY(std::all_of(results->begin(), results->end(),
                        [](const RowResult &result) { return result.outcome == RowOutcome::Changed; }));
    QCOMPARE(mysql().run(all), before);
    QCOMPARE(mysql().run(QStringLiteral(
                 "SELECT count(*) FROM (SELECT c, concat('new-', row_number() OVER (ORDER BY k) "
                 "- 1) AS n FROM t) x WHERE c = n")),
             QString::number(count));
}

void TestRowEngines::mysqlColumnsThatFollowTheRow() {
    NEEDS(mysql());
    mysql().run(QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c blob, at "
                               "timestamp NOT NULL DEFAULT '2020-01-01' "
                               "ON UPDATE current_timestamp, n int GENERATED ALWAYS AS (k + 1) STORED); "
                               "INSERT INTO t(k, c) VALUES (1, x'00ff')"));
    auto store = openRowStore(jobOn(mysql()), accessOf(mysql()));
    GOOD(store);
    auto rows = (*store)->page(std::nullopt, 1);
    GOOD(rows);
    QCOMPARE(rows->front().value, (Bytes{0, 255}));
    auto results = (*store)->apply({{"[1]", Bytes{0, 255}, Bytes{1, 0, 0xfe, '\'', '\\'}}});
    GOOD(results);
    QCOMPARE(results->front().outcome, RowOutcome::Changed);
    QCOMPARE(mysql().run(QStringLiteral("SELECT hex(c), at, n FROM t")),
             QStringLiteral("0100FE275C|2020-01-01 00:00:00|2"));
    auto generated = openRowStore(jobOn(mysql(), "t", "n"), accessOf(mysql()));
    QVERIFY(!generated.has_value());
    QVERIFY(generated.error().detail.find("generated") != std::string::npos);
}

void TestRowEngines::mysqlCharacterSets() {
    NEEDS(mysql());
    mysql().run(QStringLiteral(
        "DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c varchar(50) CHARACTER SET "
        "utf16, d varchar(50) CHARACTER SET latin1); INSERT INTO t VALUES (1, 'Zürich', 'ä')"));
    for (const auto &[column, old] : {std::pair{"c", "Zürich"}, std::pair{"d", "ä"}}) {
        auto store = openRowStore(jobOn(mysql(), "t", column), accessOf(mysql()));
        GOOD(store);
        auto results = (*store)->apply({{"[1]", toBytes(std::string_view(old)), toBytes("AQIC\\'ö")}});
        GOOD(results);
        QCOMPARE(results->front().outcome, RowOutcome::Changed);
    }
    QCOMPARE(mysql().run(QStringLiteral(
                 "SELECT hex(convert(c USING utf8mb4)) = hex(convert(d USING utf8mb4)) FROM t")),
             QStringLiteral("1"));
}

void TestRowEngines::mysqlBadInput_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("table");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *sql, const char *table, const char *says) {
        QTest::newRow(name) << QString::fromLatin1(sql) << QString::fromLatin1(table) << QByteArray(says);
    };
    row("no key", "CREATE TABLE b(k int, c text)", "b", "primary key");
    row("a view", "CREATE TABLE b(k int PRIMARY KEY, c text); CREATE OR REPLACE VIEW bv AS SELECT * FROM b",
        "bv", "view");
    row("no transactions", "CREATE TABLE b(k int PRIMARY KEY, c text) ENGINE=MyISAM", "b", "transactions");
    row("a key of floats", "CREATE TABLE b(k float PRIMARY KEY, c text)", "b", "float");
    row("a key of an enum", "CREATE TABLE b(k enum('x', 'a') PRIMARY KEY, c text)", "b", "enum");
    row("a number", "CREATE TABLE b(k int PRIMARY KEY, c bigint)", "b", "bigint");
    row("another database's", "CREATE TABLE b(k int PRIMARY KEY, c text)", "mysql.user", "view");
}

void TestRowEngines::mysqlBadInput() {
    NEEDS(mysql());
    QFETCH(QString, sql);
    QFETCH(QString, table);
    QFETCH(QByteArray, says);
    mysql().run(QStringLiteral("DROP VIEW IF EXISTS bv; DROP TABLE IF EXISTS b; ") + sql);
    auto store = openRowStore(jobOn(mysql(), table.toStdString()), accessOf(mysql()));
    QVERIFY(!store.has_value());
    QCOMPARE(store.error().code, ErrorCode::Configuration);
    const bool isThere = store.error().detail.find(says.toStdString()) != std::string::npos ||
                         store.error().detail.find("no table") != std::string::npos;
    QVERIFY2(isThere, store.error().detail.c_str());
}

void TestRowEngines::mysqlLocksAndRestart() {
    NEEDS(mysql());
    auto refused = openRowStore(jobOn(mysql()), accessOf(mysql(), "MARKER-wrong"));
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
    QVERIFY(refused.error().detail.find("MARKER") == std::string::npos);
    mysql().run(QStringLiteral(
        "DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text); INSERT INTO t VALUES "
        "(1, 'old'); CREATE OR REPLACE TRIGGER touch AFTER UPDATE ON t FOR EACH ROW SET @x = 1"));
    auto store = openRowStore(jobOn(mysql()), accessOf(mysql()));
    GOOD(store);
    QCOMPARE((*store)->facts().warnings.size(), std::size_t(1));
    QVERIFY((*store)->facts().warnings.front().find("touch") != std::string::npos);
    m_mariaDb->stop();
    auto broken = (*store)->page(std::nullopt, 1);
    QVERIFY(!broken.has_value());
    QVERIFY(broken.error().retryable);
    QCOMPARE(broken.error().code, ErrorCode::ConnectionFailed);
    auto closed = (*store)->reconnect();
    QVERIFY(!closed.has_value());
    QVERIFY(closed.error().retryable);
    QVERIFY(m_mariaDb->start());
    GOOD((*store)->reconnect());
    auto results = (*store)->apply({{"[1]", toBytes("old"), toBytes("new")}});
    GOOD(results);
    QCOMPARE(results->front().outcome, RowOutcome::Changed);
}

void TestRowEngines::mysqlCollationsAndCompositeKeys() {
    NEEDS(mysql());
    mysql().run(QStringLiteral(
        "DROP TABLE IF EXISTS `T``; x`; CREATE TABLE `T``; x`(a varchar(9), b int, `c d` varchar(99) "
        "COLLATE utf8mb4_general_ci, PRIMARY KEY(b, a)); INSERT INTO `T``; x` VALUES ('x', 2, "
        "'AQICAH'), ('y', 1, 'p'), ('x', 1, 'q'), ('z', 2, 'r')"));
    auto store = openRowStore(jobOn(mysql(), "T`; x", "c d"), accessOf(mysql()));
    GOOD(store);
    auto keys = allKeys(**store);
    GOOD(keys);
    QCOMPARE(*keys, (std::vector<std::string>{"[1,\"x\"]", "[1,\"y\"]", "[2,\"x\"]", "[2,\"z\"]"}));
    auto results = (*store)->apply(
        {{"[2,\"x\"]", toBytes("aqicah"), toBytes("new")}, {"[1,\"x\"]", toBytes("q"), toBytes("new")}});
    GOOD(results);
    QCOMPARE(results->at(0).outcome, RowOutcome::Other); // another case is another value
    QCOMPARE(results->at(1).outcome, RowOutcome::Changed);
}

QTEST_GUILESS_MAIN(TestRowEngines)

#include "tst_row_engines.moc"
