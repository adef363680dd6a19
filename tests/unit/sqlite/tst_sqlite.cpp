// SPDX-License-Identifier: Apache-2.0
// Opening by our rules, statements, transactions, and images read beside a program that writes.
#include "base/atomic_file.h"
#include "sqlite/database.h"
#include "sqlite/image.h"
#include "sqlite/transaction.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace keyturn;
using namespace keyturn::sqlite;

namespace {

std::filesystem::path emptyFile(const QTemporaryDir &folder, const char *name = "db") {
    std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / name;
    [[maybe_unused]] const auto made = writeFileAtomically(file, {}, {.mode = 0600});
    return file;
}

Database openOrDie(const std::filesystem::path &file) {
    auto database = Database::open(file);
    if (!database) {
        qFatal("%s", database.error().detail.c_str());
    }
    return std::move(*database);
}

void fill(Database &database, int rows) {
    QVERIFY(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB)"));
    auto transaction = Transaction::begin(database);
    auto insert = database.prepare("INSERT INTO t(body) VALUES(?1)");
    QVERIFY(transaction && insert);
    for (int i = 0; i < rows; ++i) {
        const Bytes body(200, static_cast<std::uint8_t>(i));
        QVERIFY(insert->bind(1, body));
        QVERIFY(insert->run());
    }
    QVERIFY(transaction->commit());
}

std::int64_t sumOf(Database &database) {
    auto sum = database.integer("SELECT coalesce(sum(id * unicode(substr(hex(body), 1, 1))), 0) FROM t");
    return sum ? *sum : -1;
}

} // namespace

class SqliteTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void connectionsFollowTheRules_data();
    void connectionsFollowTheRules();
    void triggersAndExtensionsAreOff();
    void refusesWhatIsNoDatabase_data();
    void refusesWhatIsNoDatabase();
    void symbolicLinksAreRefused();
    void aSecondConnectionIsKeptOut();
    void statementsBindAndRead();
    void uncommittedChangesVanish();
    void journalModes_data();
    void journalModes();
    void vacuumIntoMakesAWholeCopy();
    void imageEqualsTheWritersView_data();
    void imageEqualsTheWritersView();
    void aTornLogIsCutAtItsLastCommit();
    void anImageIsReadOnly();
    void forgedLogsGrowNothing();
};

void SqliteTest::connectionsFollowTheRules_data() {
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<qint64>("value");
    QTest::newRow("cell sizes checked") << QByteArray("PRAGMA cell_size_check") << qint64(1);
    QTest::newRow("deleted content overwritten") << QByteArray("PRAGMA secure_delete") << qint64(1);
    QTest::newRow("temporary data in memory") << QByteArray("PRAGMA temp_store") << qint64(2);
    QTest::newRow("every commit synced") << QByteArray("PRAGMA synchronous") << qint64(2);
    QTest::newRow("schema not trusted") << QByteArray("PRAGMA trusted_schema") << qint64(0);
    QTest::newRow("no memory mapping") << QByteArray("PRAGMA mmap_size") << qint64(0);
}

void SqliteTest::connectionsFollowTheRules() {
    QFETCH(const QByteArray, sql);
    QFETCH(const qint64, value);
    const QTemporaryDir folder;
    Database database = openOrDie(emptyFile(folder));
    QVERIFY(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY)"));
    auto found = database.integer(sql.toStdString());
    QVERIFY(found);
    QCOMPARE(*found, value);
}

void SqliteTest::triggersAndExtensionsAreOff() {
    const QTemporaryDir folder;
    Database database = openOrDie(emptyFile(folder));
    QVERIFY(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY);"
                             "CREATE TRIGGER more AFTER INSERT ON t WHEN new.id < 5 "
                             "BEGIN INSERT INTO t VALUES(new.id + 10); END;"
                             "INSERT INTO t VALUES(1)"));
    QCOMPARE(database.integer("SELECT count(*) FROM t").value(), 1);
    QVERIFY(!database.execute("SELECT load_extension('x')"));
    QVERIFY(!database.execute("ATTACH ':memory:' AS other"));
    QVERIFY(!database.execute("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema"));
}

void SqliteTest::refusesWhatIsNoDatabase_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("text") << QByteArray(4096, 'x');
    QTest::newRow("short text") << QByteArray("hello, I am a letter");
    QTest::newRow("zeros") << QByteArray(8192, '\0');
}

void SqliteTest::refusesWhatIsNoDatabase() {
    QFETCH(const QByteArray, content);
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    QVERIFY(writeFileAtomically(file, asBytes(content.toStdString()), {.mode = 0600}));
    auto database = Database::open(file);
    QVERIFY(!database);
    QCOMPARE(database.error().code, ErrorCode::NotAVault);
    auto image = Database::openImage(toBytes(content.toStdString()));
    QVERIFY(!image);
    QCOMPARE(image.error().code, ErrorCode::NotAVault);
}

void SqliteTest::symbolicLinksAreRefused() {
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    const auto link = file.parent_path() / "link";
    std::filesystem::create_symlink(file, link);
    QVERIFY(Database::open(file));
    QVERIFY(!Database::open(link));
    std::filesystem::create_directory_symlink(file.parent_path(), file.parent_path() / "folder");
    QVERIFY2(Database::open(file.parent_path() / "folder" / "db"), "links in folders are people's own");
}

void SqliteTest::aSecondConnectionIsKeptOut() {
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    Database first = openOrDie(file);
    fill(first, 3);
    QVERIFY(first.setJournal(Journal::Wal));
    QVERIFY(first.execute("INSERT INTO t(body) VALUES(x'00')"));
    auto second = Database::open(file);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::VaultInUse);
}

void SqliteTest::statementsBindAndRead() {
    auto database = Database::createInMemory();
    QVERIFY(database);
    QVERIFY(database->execute("CREATE TABLE t(a INTEGER, b BLOB, c TEXT)"));
    auto insert = database->prepare("INSERT INTO t VALUES(?1, ?2, ?3)");
    QVERIFY(insert);
    const Bytes blob{1, 0, 255};
    QVERIFY(insert->bind(1, std::int64_t{-7}) && insert->bind(2, blob) && insert->bindText(3, "ü"));
    QVERIFY(insert->run());
    QVERIFY(insert->bind(2, ByteView()));
    QVERIFY(insert->run());
    auto select = database->prepare("SELECT a, b, c FROM t ORDER BY a NULLS FIRST");
    QVERIFY(select);
    QVERIFY(select->step().value());
    QVERIFY(!select->isInteger(0) && select->isBlob(1) && select->blob(1).empty());
    QVERIFY(select->step().value());
    QCOMPARE(select->integer(0), std::int64_t{-7});
    QVERIFY(std::ranges::equal(select->blob(1), blob));
    QCOMPARE(QByteArray(select->text(2).data()), QByteArray("ü"));
    QVERIFY(!select->step().value());
    QCOMPARE(database->prepare("SELECT nothing FROM nowhere").error().code, ErrorCode::Usage);
}

void SqliteTest::uncommittedChangesVanish() {
    const QTemporaryDir folder;
    Database database = openOrDie(emptyFile(folder));
    fill(database, 2);
    {
        auto transaction = Transaction::begin(database);
        QVERIFY(transaction);
        QVERIFY(database.execute("DELETE FROM t"));
        QVERIFY(!Transaction::begin(database));
    }
    QVERIFY(!database.inTransaction());
    QCOMPARE(database.integer("SELECT count(*) FROM t").value(), 2);
}

void SqliteTest::journalModes_data() {
    QTest::addColumn<int>("journal");
    QTest::addColumn<qint64>("synchronous");
    QTest::addColumn<bool>("log");
    QTest::newRow("delete") << int(Journal::Delete) << qint64(2) << false;
    QTest::newRow("write-ahead log") << int(Journal::Wal) << qint64(2) << true;
    QTest::newRow("delete, folder synced too") << int(Journal::DeleteExtra) << qint64(3) << false;
}

void SqliteTest::journalModes() {
    QFETCH(const int, journal);
    QFETCH(const qint64, synchronous);
    QFETCH(const bool, log);
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    Database database = openOrDie(file);
    QVERIFY(database.setJournal(static_cast<Journal>(journal)));
    fill(database, 3);
    QCOMPARE(database.integer("PRAGMA synchronous").value(), synchronous);
    QCOMPARE(std::filesystem::exists(file.string() + "-wal"), log);
    QVERIFY(!std::filesystem::exists(file.string() + "-shm"));
    QVERIFY(database.checkpoint() && database.setJournal(Journal::Delete) && database.close());
    QVERIFY(!std::filesystem::exists(file.string() + "-wal"));
    QVERIFY(!std::filesystem::exists(file.string() + "-journal"));
}

void SqliteTest::vacuumIntoMakesAWholeCopy() {
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    Database database = openOrDie(file);
    QVERIFY(database.setJournal(Journal::Wal));
    fill(database, 500);
    const auto target = emptyFile(folder, "copy");
    QVERIFY(database.vacuumInto(target));
    QVERIFY2(!database.execute("ATTACH ':memory:' AS other"), "the limit stands again");
    QCOMPARE(std::filesystem::status(target).permissions(),
             std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    Database copy = openOrDie(target);
    QCOMPARE(sumOf(copy), sumOf(database));
    QVERIFY(copy.integrityCheck().value().empty());
}

void SqliteTest::imageEqualsTheWritersView_data() {
    QTest::addColumn<bool>("wal");
    QTest::addColumn<bool>("checkpoint");
    QTest::newRow("rollback journal") << false << false;
    QTest::newRow("everything in the log") << true << false;
    QTest::newRow("log begun anew after a checkpoint") << true << true;
}

void SqliteTest::imageEqualsTheWritersView() {
    QFETCH(const bool, wal);
    QFETCH(const bool, checkpoint);
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    Database writer = openOrDie(file);
    QVERIFY(writer.execute("PRAGMA auto_vacuum=FULL")); // so that deleting shrinks the file
    QVERIFY(writer.setJournal(wal ? Journal::Wal : Journal::Delete));
    fill(writer, 300);
    if (checkpoint) {
        QVERIFY(writer.execute("PRAGMA wal_checkpoint(RESTART)"));
    }
    QVERIFY(writer.execute("DELETE FROM t WHERE id % 3 = 0; UPDATE t SET body = x'aa' WHERE id % 5 = 0"));
    const auto before = std::filesystem::last_write_time(file);
    auto bytes = readImage(file, 1 << 24);
    QVERIFY(bytes);
    auto image = Database::openImage(std::move(*bytes));
    QVERIFY(image);
    QVERIFY(image->integrityCheck().value().empty());
    QCOMPARE(sumOf(*image), sumOf(writer));
    QVERIFY(sumOf(writer) > 0);
    QCOMPARE(std::filesystem::last_write_time(file), before);
    // Grows and shrinks within one log.
    QVERIFY(writer.execute("DELETE FROM t WHERE id > 10"));
    const std::size_t size = readImage(file, 1 << 24).value().size();
    QVERIFY2(size < 20'000, qPrintable(QString::number(size)));
    auto later = Database::openImage(readImage(file, 1 << 24).value());
    QVERIFY(later);
    QCOMPARE(sumOf(*later), sumOf(writer));
}

void SqliteTest::aTornLogIsCutAtItsLastCommit() {
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    Database writer = openOrDie(file);
    QVERIFY(writer.setJournal(Journal::Wal));
    fill(writer, 50);
    const std::int64_t first = sumOf(writer);
    auto log = readFile(file.string() + "-wal", 1 << 24);
    QVERIFY(log);
    const std::size_t firstEnd = log->size();
    QVERIFY(writer.execute("UPDATE t SET body = x'cc'"));
    const std::int64_t second = sumOf(writer);
    QVERIFY(first != second);
    log = readFile(file.string() + "-wal", 1 << 24);
    auto database = readFile(file, 1 << 24);
    QVERIFY(log && database);
    int cuts = 0;
    for (std::size_t cut = firstEnd; cut < log->size(); cut += 997) {
        Bytes image = *database;
        overlayWriteAheadLog(image, ByteView(*log).first(cut));
        auto opened = Database::openImage(std::move(image));
        QVERIFY(opened);
        QCOMPARE(sumOf(*opened), first);
        ++cuts;
    }
    Bytes damaged = *log;
    damaged[firstEnd + 100] ^= 1;
    overlayWriteAheadLog(*database, damaged);
    auto opened = Database::openImage(std::move(*database));
    QCOMPARE(sumOf(*opened), first);
    std::printf("logs cut inside their last commit: %d\n", cuts);
}

void SqliteTest::anImageIsReadOnly() {
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    {
        Database writer = openOrDie(file);
        fill(writer, 2);
    }
    auto image = Database::openImage(readImage(file, 1 << 24).value());
    QVERIFY(image);
    auto written = image->execute("DELETE FROM t");
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::ReadOnly);
    QCOMPARE(readImage(file, 100).error().code, ErrorCode::Usage);
    QCOMPARE(readImage(file.parent_path() / "none", 100).error().code, ErrorCode::FileNotFound);
}

/// A log that somebody wrote: a commit frame that claims four billion pages must not make us allocate them.
void SqliteTest::forgedLogsGrowNothing() {
    const QTemporaryDir folder;
    const auto file = emptyFile(folder);
    Database writer = openOrDie(file);
    QVERIFY(writer.setJournal(Journal::Wal));
    fill(writer, 2);
    Bytes log = readFile(file.string() + "-wal", 1 << 24).value();
    Bytes database = readFile(file, 1 << 24).value();
    const std::size_t size = database.size();
    // Checksums of our own making, as an attacker would: big-endian form, over a single frame.
    log.resize(32 + 24 + 4096);
    const auto put = [&](std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i) {
            log[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
        }
    };
    const auto get = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            value = value << 8 | log[at + i];
        }
        return value;
    };
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    const auto sum = [&](std::size_t from, std::size_t to) {
        for (std::size_t at = from; at < to; at += 8) {
            first += get(at) + second;
            second += get(at + 4) + first;
        }
    };
    put(0, 0x377f0683);
    sum(0, 24);
    put(24, first);
    put(28, second);
    put(32, 1);
    put(36, 0xffffffff);
    sum(32, 40);
    sum(56, 56 + 4096);
    put(48, first);
    put(52, second);
    overlayWriteAheadLog(database, log);
    QCOMPARE(database.size(), size);
}

QTEST_APPLESS_MAIN(SqliteTest)
#include "tst_sqlite.moc"
