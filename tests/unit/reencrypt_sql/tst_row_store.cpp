// SPDX-License-Identifier: Apache-2.0
// RowStore on real SQLite files and a real PostgreSQL: pages in the database's own order, keys in their own
// types, compare-and-swap of one column.
#include "base/encoding.h"
#include "unit/reencrypt_sql/store_scene.h"

#include <QtTest/QTest>

#include <algorithm>
#include <set>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::test;

namespace {

/// Swaps every row's value for "new-<n>" and says how many were changed.
Result<std::size_t> changeEveryRow(RowStore &store) {
    auto keys = allKeys(store);
    if (!keys) {
        return failFrom(keys);
    }
    auto rows = store.read(*keys);
    if (!rows) {
        return failFrom(rows);
    }
    std::vector<RowChange> changes;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        changes.push_back({(*keys)[i], (*rows)[i]->value, toBytes("new-" + std::to_string(i))});
    }
    auto results = store.apply(changes);
    if (!results) {
        return failFrom(results);
    }
    return static_cast<std::size_t>(
        std::count_if(results->begin(), results->end(),
                      [](const RowResult &result) { return result.outcome == RowOutcome::Changed; }));
}

void fillRows(SqliteFile &file, const QString &keyColumn, const QStringList &keys) {
    file.run(QStringLiteral("CREATE TABLE t(k %1, c TEXT, other TEXT DEFAULT 'left alone')").arg(keyColumn));
    for (const QString &key : keys) {
        file.run(QStringLiteral("INSERT INTO t(k, c) VALUES (%1, 'old ' || hex(%1))").arg(key));
    }
}

} // namespace

class TestRowStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void sqliteKeysKeepTypeAndOrder_data();
    void sqliteKeysKeepTypeAndOrder();
    void postgresKeysKeepTypeAndOrder_data();
    void postgresKeysKeepTypeAndOrder();
    void compositeKeys();
    void storedTypeStays();
    void comparesBytesWhateverTheCollation();
    void tellsWhatARowHolds();
    void contextsComeFromTheRow();
    void namesWithQuotes();
    void whereMayHoldAnything();
    void cells_data();
    void cells();

private:
    std::unique_ptr<PrivatePostgres> m_postgres;
    QString m_why;
};

void TestRowStore::initTestCase() {
    m_postgres = PrivatePostgres::create(&m_why);
}

void TestRowStore::sqliteKeysKeepTypeAndOrder_data() {
    QTest::addColumn<QString>("column");
    QTest::addColumn<QStringList>("keys");
    const auto row = [](const char *name, const char *column, const QStringList &keys) {
        QTest::newRow(name) << QString::fromUtf8(column) << keys;
    };
    using L = QStringList;
    const auto s = [](const char *text) { return QString::fromUtf8(text); };
    row("rowid", "INTEGER PRIMARY KEY", L{s("1"), s("2"), s("3"), s("-7")});
    row("beyond 2^53", "INTEGER PRIMARY KEY",
        L{s("9007199254740993"), s("9007199254740992"), s("9223372036854775807"), s("-9223372036854775808")});
    row("text", "TEXT PRIMARY KEY",
        L{s("'b'"), s("'a'"), s("''"), s("'it''s'"), s("'\"x\"'"), s("'\\x'"), s("'Zürich €'"),
          s("'a' || char(10)")});
    row("text without case", "TEXT COLLATE NOCASE PRIMARY KEY", L{s("'b'"), s("'A'"), s("'c'"), s("'B1'")});
    row("text with NUL", "TEXT PRIMARY KEY",
        L{s("CAST(x'610062' AS TEXT)"), s("CAST(x'610063' AS TEXT)"), s("'a'")});
    row("text that is no UTF-8", "TEXT PRIMARY KEY",
        L{s("CAST(x'ff41' AS TEXT)"), s("CAST(x'fe' AS TEXT)"), s("'a'")});
    row("blob", "BLOB PRIMARY KEY", L{s("x'00'"), s("x''"), s("x'ff00ff'"), s("x'610062'")});
    row("uuid as blob", "BLOB PRIMARY KEY",
        L{s("x'00112233445566778899aabbccddeeff'"), s("x'ff112233445566778899aabbccddeeff'")});
    row("real", "REAL PRIMARY KEY", L{s("0.1"), s("1e300"), s("-2.5"), s("0.30000000000000004")});
    row("no type, all types", "PRIMARY KEY", L{s("12"), s("'12'"), s("12.5"), s("'12.5'"), s("x'3132'")});
}

void TestRowStore::sqliteKeysKeepTypeAndOrder() {
    QFETCH(QString, column);
    QFETCH(QStringList, keys);
    for (const char *encoding : {"UTF-8", "UTF-16le"}) {
        const bool wide = encoding[4] == '1';
        const QByteArray tag = QTest::currentDataTag();
        if (wide && (tag.contains("no UTF-8") || tag.contains("NUL"))) {
            continue; // written as bytes, which mean something else there
        }
        SqliteFile file;
        file.run(QStringLiteral("PRAGMA encoding='%1'").arg(QLatin1String(encoding)));
        fillRows(file, column, keys);
        const QStringList before =
            file.run(QStringLiteral("SELECT typeof(k), hex(k), other FROM t ORDER BY k"));
        auto store = openRowStore(sqliteJob(file.path()), {});
        GOOD(store);
        auto found = allKeys(**store);
        GOOD(found);
        QCOMPARE(found->size(), static_cast<std::size_t>(keys.size()));
        QCOMPARE(std::set<std::string>(found->begin(), found->end()).size(), found->size());
        auto changed = changeEveryRow(**store);
        GOOD(changed);
        QCOMPARE(*changed, static_cast<std::size_t>(keys.size()));
        QCOMPARE(file.run(QStringLiteral("SELECT typeof(k), hex(k), other FROM t ORDER BY k")), before);
        // In the database's own order: the n-th row of ORDER BY k holds the n-th new value.
        QStringList expected;
        for (qsizetype i = 0; i < keys.size(); ++i) {
            expected << QStringLiteral("new-%1|text").arg(i);
        }
        QCOMPARE(file.run(QStringLiteral("SELECT c, typeof(c) FROM t ORDER BY k")), expected);
    }
}

void TestRowStore::postgresKeysKeepTypeAndOrder_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("values");
    const auto row = [](const char *type, const char *values) {
        QTest::newRow(type) << QString::fromUtf8(type) << QString::fromUtf8(values);
    };
    row("bigint", "(9007199254740993), (9007199254740992), (9223372036854775807), (-9223372036854775808)");
    row("smallint", "(1), (-5), (300)");
    row("int", "(9), (10), (100), (99), (-1), (-10), (1000)"); // not in the order of their texts
    row("text", "('b'), ('a'), (''), ('it''s'), ('\\x'), ('Zürich €'), ('A'), (E'a\\nb'), ('$1'), ('?')");
    row("text COLLATE \"en-x-icu\"", "('b'), ('A'), ('a'), ('B'), ('ä')");
    row("uuid", "('00112233-4455-6677-8899-aabbccddeeff'), ('ff112233-4455-6677-8899-aabbccddeeff'), "
                "('80112233-4455-6677-8899-aabbccddeeff')");
    row("bytea", "('\\x00'), (''), ('\\xff00ff'), ('\\x5c27')");
    row("numeric", "(0.1), (100000000000000000000000000000000000001), (-2.50), "
                   "(100000000000000000000000000000000000002)");
    row("double precision", "(0.1), (0.30000000000000004), (1e300), ('-Infinity')");
    row("char(8)", "('a'), ('b '), ('c')");
    row("varchar(20)", "('a'), ('b '), ('b')");
    row("timestamptz",
        "('2026-01-01 00:00:00.123456+00'), ('2026-01-01 00:00:00.123457+00'), ('1000-01-01')");
    row("date", "('2026-01-02'), ('2026-01-01'), ('0044-03-15 BC')");
    row("inet", "('10.0.0.1'), ('10.0.0.0/8'), ('::1')");
    row("interval", "('1 day'), ('23:59:59.5'), ('-1 mon')");
}

void TestRowStore::postgresKeysKeepTypeAndOrder() {
    NEEDS_POSTGRES();
    QFETCH(QString, type);
    QFETCH(QString, values);
    m_postgres->psql(QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k %1 PRIMARY KEY, c text, "
                                    "other text DEFAULT 'left alone'); INSERT INTO t(k) VALUES %2; "
                                    "UPDATE t SET c = 'old ' || k::text;")
                         .arg(type, values));
    const QString all = QStringLiteral("SELECT k, other FROM t ORDER BY k");
    const QString before = m_postgres->psql(all);
    auto store = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(store);
    auto changed = changeEveryRow(**store);
    GOOD(changed);
    QCOMPARE(static_cast<qsizetype>(*changed), before.split(QLatin1String("|left alone")).size() - 1);
    QCOMPARE(m_postgres->psql(all), before);
    QCOMPARE(m_postgres->psql(
                 QStringLiteral("SELECT count(*) FROM (SELECT c, 'new-' || row_number() OVER (ORDER BY k) "
                                "- 1 AS n FROM t) x WHERE c = n")),
             QString::number(*changed));
}

void TestRowStore::compositeKeys() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(a TEXT, b INTEGER, c BLOB, PRIMARY KEY(b, a)) WITHOUT ROWID"));
    file.run(QStringLiteral(
        "INSERT INTO t VALUES ('x', 2, x'01'), ('y', 1, x'02'), ('x', 1, x'03'), ('z', 2, x'04')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    QCOMPARE((*store)->facts().keyColumns, (std::vector<std::string>{"b", "a"}));
    auto keys = allKeys(**store);
    GOOD(keys);
    QCOMPARE(*keys, (std::vector<std::string>{"[1,\"x\"]", "[1,\"y\"]", "[2,\"x\"]", "[2,\"z\"]"}));
    NEEDS_POSTGRES();
    m_postgres->psql(
        QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(a text, b int, c bytea, PRIMARY KEY(b, a)); "
                       "INSERT INTO t VALUES ('x', 2, '\\x01'), ('y', 1, '\\x02'), ('x', 1, '\\x03')"));
    auto other = openRowStore(postgresJob(*m_postgres, "t"), {});
    GOOD(other);
    keys = allKeys(**other);
    GOOD(keys);
    QCOMPARE(*keys, (std::vector<std::string>{"[1,\"x\"]", "[1,\"y\"]", "[2,\"x\"]"}));
    auto range = (*other)->range(keys->front(), keys->at(1), 10);
    GOOD(range);
    QCOMPARE(range->size(), std::size_t(1));
    QCOMPARE(range->front().value, Bytes{2});
    QCOMPARE(*changeEveryRow(**other), std::size_t(3));
}

void TestRowStore::storedTypeStays() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c BLOB)"));
    file.run(QStringLiteral(
        "INSERT INTO t VALUES (1, 'text'), (2, x'00ff'), (3, x''), (4, 17), (5, NULL), (6, '')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    auto rows = (*store)->page(std::nullopt, 10);
    GOOD(rows);
    QCOMPARE(rows->at(3).fault, Cause::NotACiphertext); // a number
    QVERIFY(rows->at(4).isNull);
    auto results = (*store)->apply({{"[1]", toBytes("text"), toBytes("new")},
                                    {"[2]", Bytes{0, 255}, Bytes{0, 1}},
                                    {"[3]", {}, Bytes{}},
                                    {"[6]", {}, toBytes("x")}});
    GOOD(results);
    QCOMPARE(
        file.run(QStringLiteral("SELECT typeof(c), hex(c) FROM t")),
        (QStringList{QStringLiteral("text|6E6577"), QStringLiteral("blob|0001"), QStringLiteral("blob|"),
                     QStringLiteral("integer|3137"), QStringLiteral("null|"), QStringLiteral("text|78")}));
}

void TestRowStore::comparesBytesWhateverTheCollation() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT COLLATE NOCASE); "
                            "INSERT INTO t VALUES (1, 'AQICAH')"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    auto results = (*store)->apply({{"[1]", toBytes("aqicah"), toBytes("new")}});
    GOOD(results);
    QCOMPARE(results->front().outcome, RowOutcome::Other);
    QCOMPARE(results->front().now->value, toBytes("AQICAH"));
    NEEDS_POSTGRES();
    m_postgres->psql(QStringLiteral(
        "DROP TABLE IF EXISTS t; CREATE EXTENSION IF NOT EXISTS citext; CREATE COLLATION IF NOT EXISTS loose "
        "(provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE t(k int PRIMARY "
        "KEY, "
        "c citext, d text COLLATE loose); INSERT INTO t VALUES (1, 'AQICAH', 'AQICAH')"));
    for (const char *column : {"c", "d"}) {
        auto other = openRowStore(postgresJob(*m_postgres, "t", column), {});
        GOOD(other);
        results = (*other)->apply({{"[1]", toBytes("aqicah"), toBytes("new")}});
        GOOD(results);
        QCOMPARE(results->front().outcome, RowOutcome::Other);
        results = (*other)->apply({{"[1]", toBytes("AQICAH"), toBytes("new")}});
        GOOD(results);
        QCOMPARE(results->front().outcome, RowOutcome::Changed);
    }
}

void TestRowStore::tellsWhatARowHolds() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT); "
                            "INSERT INTO t VALUES (1, 'old'), (2, 'new'), (3, 'third'), (5, NULL)"));
    auto store = openRowStore(sqliteJob(file.path()), {});
    GOOD(store);
    std::vector<RowChange> changes;
    for (const char *key : {"[1]", "[2]", "[3]", "[4]", "[5]"}) {
        changes.push_back({key, toBytes("old"), toBytes("new")});
    }
    auto results = (*store)->apply(changes);
    GOOD(results);
    std::vector<RowOutcome> outcomes;
    for (const RowResult &result : *results) {
        outcomes.push_back(result.outcome);
    }
    QCOMPARE(outcomes, (std::vector<RowOutcome>{RowOutcome::Changed, RowOutcome::AlreadyNew,
                                                RowOutcome::Other, RowOutcome::Gone, RowOutcome::Other}));
    QCOMPARE(results->at(2).now->value, toBytes("third"));
    QVERIFY(results->at(4).now->isNull);
    auto rows = (*store)->read({"[4]", "[1]"});
    GOOD(rows);
    QVERIFY(!rows->at(0).has_value());
    QCOMPARE(rows->at(1)->value, toBytes("new"));
}

void TestRowStore::contextsComeFromTheRow() {
    SqliteFile file;
    file.run(
        QStringLiteral("CREATE TABLE users(id INTEGER PRIMARY KEY, email TEXT, ctx TEXT, c TEXT);"
                       "INSERT INTO users VALUES (7, 'a@b', '{\"tenant\":\"x\\u00e4\"}', 'v'), "
                       "(8, NULL, '{\"tenant\":\"y\"}', 'v'), (9, 'c', '[1]', 'v'), (10, 'd', NULL, 'v')"));
    JobSpec spec = sqliteJob(file.path(), "users");
    spec.finder.id = "email";
    spec.context.from = "CTX"; // databases fold names
    spec.context.pairs.emplace_back("model_name", ContextTemplate::literal("User"));
    spec.context.pairs.emplace_back("model_id", *ContextTemplate::parse("{id}:{email}"));
    spec.destinationContext.emplace();
    spec.destinationContext->pairs.emplace_back("id", *ContextTemplate::parse("{id}"));
    auto store = openRowStore(spec, {});
    GOOD(store);
    auto rows = (*store)->page(std::nullopt, 10);
    GOOD(rows);
    QCOMPARE(rows->at(0).fault, Cause::None);
    QCOMPARE(rows->at(0).id, std::string("a@b"));
    QVERIFY(rows->at(0).context ==
            (kms::EncryptionContext{{"tenant", "x\u00e4"}, {"model_name", "User"}, {"model_id", "7:a@b"}}));
    QVERIFY(rows->at(0).newContext == (kms::EncryptionContext{{"id", "7"}}));
    for (const std::size_t bad : {1U, 2U, 3U}) {
        QCOMPARE(rows->at(bad).fault, Cause::BadTemplate);
    }
    QVERIFY(rows->at(1).message.find("email") != std::string::npos);
    QCOMPARE(rows->at(1).id, std::string("[8]"));
}

void TestRowStore::namesWithQuotes() {
    SqliteFile file(QStringLiteral("a 'strange' \"file\"; name.db"));
    file.run(QStringLiteral(
        "CREATE TABLE \"a.b \"\"c'; DROP\"(\"k\"\"'1\" INTEGER PRIMARY KEY, \"c]`\"\"\" TEXT); "
        "INSERT INTO \"a.b \"\"c'; DROP\" VALUES (1, 'old')"));
    auto store = openRowStore(sqliteJob(file.path(), "\"a.b \"\"c'; DROP\"", "c]`\""), {});
    GOOD(store);
    QCOMPARE(*changeEveryRow(**store), std::size_t(1));
    QCOMPARE(file.run(QStringLiteral("SELECT \"c]`\"\"\" FROM \"a.b \"\"c'; DROP\"")),
             QStringList{QStringLiteral("new-0")});
    NEEDS_POSTGRES();
    m_postgres->psql(
        QStringLiteral("DROP SCHEMA IF EXISTS \"My.Schema\" CASCADE; CREATE SCHEMA \"My.Schema\"; "
                       "CREATE TABLE \"My.Schema\".\"T'; \"\"x\"(\"K y\" int PRIMARY KEY, \"C:d ?\" text); "
                       "INSERT INTO \"My.Schema\".\"T'; \"\"x\" VALUES (1, 'old')"));
    auto other = openRowStore(postgresJob(*m_postgres, "\"My.Schema\".\"T'; \"\"x\"", "C:d ?"), {});
    GOOD(other);
    QCOMPARE(*changeEveryRow(**other), std::size_t(1));
    m_postgres->psql(
        QStringLiteral("DROP TABLE IF EXISTS users; CREATE TABLE users(id int PRIMARY KEY, c text)"));
    GOOD(openRowStore(postgresJob(*m_postgres, "Public.Users", "C"), {})); // folded, as PostgreSQL does
}

void TestRowStore::whereMayHoldAnything() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE t(k INTEGER PRIMARY KEY, c TEXT); "
                            "INSERT INTO t VALUES (1, 'a?'), (2, 'b'), (3, ':c')"));
    JobSpec spec = sqliteJob(file.path());
    spec.source.where = "c LIKE '%?%' OR c = ':c' -- both";
    auto store = openRowStore(spec, {});
    GOOD(store);
    QCOMPARE(allKeys(**store)->size(), std::size_t(2));
    spec.source.where = "c = nonsense(";
    store = openRowStore(spec, {});
    QVERIFY(!store.has_value());
    QCOMPARE(store.error().code, ErrorCode::Configuration);
    NEEDS_POSTGRES();
    m_postgres->psql(
        QStringLiteral("DROP TABLE IF EXISTS t; CREATE TABLE t(k int PRIMARY KEY, c text, j jsonb); "
                       "INSERT INTO t VALUES (1, 'x', '{\"a\": 1}'), (2, 'x', '{}'), (3, ':name', '{}')"));
    JobSpec other = postgresJob(*m_postgres, "t");
    other.source.where = "j ? 'a' OR c = ':name' OR (ARRAY['x', 'y'])[1:1] = ARRAY['z'] -- comment";
    store = openRowStore(other, {});
    GOOD(store);
    QCOMPARE(allKeys(**store)->size(), std::size_t(2));
    QCOMPARE(*changeEveryRow(**store), std::size_t(2));
}

void TestRowStore::cells_data() {
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("newPrefix");
    QTest::addColumn<QByteArray>("expected"); // with the ciphertext ff 00 7f; empty: not found
    QTest::newRow("base64") << QByteArray("AAE+") << ""
                            << "" << QByteArray("/wB/");
    QTest::newRow("raw") << QByteArray("\x01\x02\xfe\x80", 4) << ""
                         << "" << QByteArray("\xff\x00\x7f", 3);
    QTest::newRow("hex with mark") << QByteArray("\\x000102") << ""
                                   << "" << QByteArray("\\xff007f");
    QTest::newRow("prefix stays") << QByteArray("v1:AAE+") << ""
                                  << "" << QByteArray("v1:/wB/");
    QTest::newRow("new prefix") << QByteArray("v1:AAE+") << ""
                                << "v2:" << QByteArray("v2:/wB/");
    QTest::newRow("new prefix on bare") << QByteArray("AAE+") << ""
                                        << "v2:" << QByteArray("v2:/wB/");
    QTest::newRow("line feed stays") << QByteArray("AAE+\n") << ""
                                     << "" << QByteArray("/wB/\n");
    QTest::newRow("json") << QByteArray("{ \"a\" : [1, {\"k\":\"AAE+\"}],\"z\":1e3 }") << "/a/1/k"
                          << "" << QByteArray("{ \"a\" : [1, {\"k\":\"/wB/\"}],\"z\":1e3 }");
    QTest::newRow("json, escaped slash") << QByteArray("{\"k\":\"\\/wA=\"}") << "/k"
                                         << "" << QByteArray("{\"k\":\"\\/wB\\/\"}");
    QTest::newRow("json without it") << QByteArray("{\"a\":1}") << "/k"
                                     << "" << QByteArray();
    QTest::newRow("no json") << QByteArray("{\"a\":") << "/a"
                             << "" << QByteArray();
    QTest::newRow("vault") << QByteArray("vault:v1:AAE+") << ""
                           << "" << QByteArray();
    QTest::newRow("google") << QByteArray("$gc$AAE+") << ""
                            << "" << QByteArray();
    QTest::newRow("words") << QByteArray("not a ciphertext") << ""
                           << "" << QByteArray();
    QTest::newRow("empty") << QByteArray("") << ""
                           << "" << QByteArray();
}

void TestRowStore::cells() {
    QFETCH(QByteArray, value);
    QFETCH(QString, pointer);
    QFETCH(QString, newPrefix);
    QFETCH(QByteArray, expected);
    FinderSpec finder;
    finder.jsonPointer = pointer.toStdString();
    if (!newPrefix.isEmpty()) {
        finder.newPrefix = newPrefix.toStdString();
    }
    const Bytes bytes(value.begin(), value.end());
    auto found = findInCell(bytes, finder);
    QCOMPARE(found.has_value(), !expected.isEmpty());
    if (found) {
        const Bytes changed = replaceInCell(bytes, *found, Bytes{0xff, 0x00, 0x7f}, finder);
        QCOMPARE(QByteArray(reinterpret_cast<const char *>(changed.data()),
                            static_cast<qsizetype>(changed.size())),
                 expected);
    } else {
        QVERIFY(found.error().code == ErrorCode::BadEncoding || found.error().code == ErrorCode::BadJson);
    }
}

QTEST_GUILESS_MAIN(TestRowStore)

#include "tst_row_store.moc"
