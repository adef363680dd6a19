// SPDX-License-Identifier: Apache-2.0
// The lane of databases on a real SQLite file and a real PostgreSQL: every row moved once, nothing else
// changed, whatever writers, faults and interruptions come between.
#include "unit/reencrypt_sql/private_postgres.h"
#include "unit/reencrypt_sql/row_scene.h"
#include "unit/reencrypt_sql/sqlite_file.h"

#include <QtTest/QTest>

#include <atomic>
#include <thread>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::test;

/// Evaluates its argument once.
#define GOOD(result)                                                                                         \
    do {                                                                                                     \
        auto &&evaluated = (result);                                                                         \
        QVERIFY2(evaluated.has_value(), evaluated.has_value() ? "" : evaluated.error().detail.c_str());      \
    } while (false)

class TestRowLane : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void movesEveryRowOnce_data();
    void movesEveryRowOnce();
    void faultsStayAlone();
    void secondRunCostsOneLook();
    void takesUpAnOpenZone_data();
    void takesUpAnOpenZone();
    void alreadyWritten();
    void writersGoOnMeanwhile();
    void changedUnderOurHands();
    void undoRestoresEveryByte();
    void undoLeavesLaterChangesAlone();
    void finaliseDropsTheOldOnes();
    void verifyFindsWhatIsNotThere();
    void dryRunWritesNothing();
    void jsonAndPrefixColumns();
    void contextsAreChanged();
    void surveyCountsAndWarns();
    void readOnlyStopsBeforeAnyIntent();
    void busyDatabaseIsWaitedFor();
    void restartInTheMiddle();

private:
    /// A table of users, each row's blob under the old key with its own context.
    void fill(SqliteFile &file, int rows) {
        file.run(QStringLiteral(
            "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, wrapped TEXT, updated_at TEXT)"));
        file.run(QStringLiteral("BEGIN"));
        for (int id = 1; id <= rows; ++id) {
            insert(file, id,
                   m_keys.textBlob(m_keys.oldKey, "secret " + std::to_string(id), contextOfUser(id)));
        }
        file.run(QStringLiteral("COMMIT"));
    }
    static void insert(SqliteFile &file, int id, const std::string &value) {
        file.run(QStringLiteral("INSERT INTO users VALUES (%1, 'name %1', '%2', 'long ago')")
                     .arg(id)
                     .arg(QString::fromStdString(value)));
    }
    /// Rows whose blob opens under the new key to what was put in.
    int countMoved(SqliteFile &file) {
        int moved = 0;
        const QStringList rows = file.run(QStringLiteral("SELECT id, wrapped FROM users"));
        for (const QString &row : rows) {
            moved += isMoved(row) ? 1 : 0;
        }
        return moved;
    }
    bool isMoved(const QString &row) {
        const QStringList parts = row.split(QLatin1Char('|'));
        const int id = parts.at(0).toInt();
        const auto blob = fromBase64(parts.at(1).toStdString());
        return blob &&
               m_keys.decrypt(m_keys.newKey, *blob, contextOfUser(id)) == "secret " + std::to_string(id);
    }
    void leaveOpen(SqliteFile &file, const JobSpec &spec);
    std::filesystem::path journalFile(const char *name = "job.journal") const {
        return m_folder->filePath(QString::fromLatin1(name)).toStdString();
    }

    TwoKeys m_keys;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<PrivatePostgres> m_postgres;
    QString m_why;

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_keys.watched->before = nullptr;
        m_keys.watched->forget();
    }
};

void TestRowLane::initTestCase() {
    m_postgres = PrivatePostgres::create(&m_why);
}

void TestRowLane::movesEveryRowOnce_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("batch");
    QTest::newRow("none") << 0 << 256;
    QTest::newRow("one") << 1 << 256;
    QTest::newRow("a page to the row") << 64 << 32;
    QTest::newRow("a row more") << 65 << 32;
    QTest::newRow("one at a time") << 7 << 1;
}

void TestRowLane::movesEveryRowOnce() {
    QFETCH(int, rows);
    QFETCH(int, batch);
    SqliteFile file;
    fill(file, rows);
    const QString rest = QStringLiteral("SELECT id, name, updated_at, typeof(wrapped) FROM users");
    const QStringList before = file.run(rest);
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.batchItems = static_cast<std::uint32_t>(batch);
    RowJob job(m_keys, spec, journalFile());
    GOOD(job.run());
    QCOMPARE(countMoved(file), rows);
    QCOMPARE(file.run(rest), before);
    QCOMPARE(job.events.count(ItemState::Verified), static_cast<std::size_t>(rows));
    QCOMPARE(job.events.rows, static_cast<std::uint64_t>(rows));
    // Moved once, proven once; the sweeps ask nothing.
    QCOMPARE(m_keys.watched->count(kms::OperationId::ReEncrypt), 2 * rows);
    QCOMPARE(m_keys.watched->count(kms::OperationId::Decrypt), 0);
}

void TestRowLane::faultsStayAlone() {
    SqliteFile file;
    fill(file, 3);
    insert(file, 10, m_keys.textBlob(m_keys.strayKey, "x", contextOfUser(10)));
    insert(file, 11, m_keys.textBlob(m_keys.oldKey, "x", contextOfUser(12)));
    insert(file, 12, "vault:v1:AAAA");
    insert(file, 13, "nothing like it");
    insert(file, 14, m_keys.textBlob(m_keys.newKey, "secret 14", contextOfUser(14)));
    file.run(QStringLiteral("INSERT INTO users VALUES (15, 'name', NULL, ''), (16, 'name', '', ''), "
                            "(17, 'name', printf('%.*c', 10485760, 'A'), '')"));
    const QString rest = QStringLiteral("SELECT * FROM users WHERE id > 3 AND id < 17");
    const QStringList before = file.run(rest);
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    GOOD(job.run());
    QCOMPARE(countMoved(file), 4); // with the one that was there already
    QCOMPARE(file.run(rest), before);
    const std::map<std::string, Cause> causes{{"[10]", Cause::StrayKey},
                                              {"[11]", Cause::ContextMismatch},
                                              {"[12]", Cause::OtherCiphertext},
                                              {"[13]", Cause::NotACiphertext},
                                              {"[17]", Cause::NotACiphertext}};
    for (const auto &[key, cause] : causes) {
        QCOMPARE(job.events.last[key].state, ItemState::Failed);
        QVERIFY2(job.events.last[key].cause == cause, (key + job.events.last[key].message).c_str());
    }
    QCOMPARE(job.events.last["[14]"].state, ItemState::Skipped);
    QVERIFY(!job.events.last.contains("[15]")); // nothing there, nothing to say
}

void TestRowLane::secondRunCostsOneLook() {
    SqliteFile file;
    fill(file, 20);
    {
        RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
        GOOD(job.run());
    }
    m_keys.watched->forget();
    RowJob again(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    GOOD(again.run());
    QCOMPARE(m_keys.watched->calls(), 0); // its own journal knows them
    insert(file, 21, m_keys.textBlob(m_keys.oldKey, "secret 21", contextOfUser(21)));
    GOOD(again.run()); // and a third finds what came meanwhile
    QCOMPARE(countMoved(file), 21);
    m_keys.watched->forget();
    RowJob other(m_keys, sqliteSpec(file.path().toStdString()), journalFile("other.journal"));
    GOOD(other.run());
    QCOMPARE(other.events.count(ItemState::Skipped), std::size_t(21));
    QVERIFY2(m_keys.watched->calls() <= 2 * 21, "a job that finds all done asks at most twice for each");
}

void TestRowLane::takesUpAnOpenZone_data() {
    QTest::addColumn<QString>("meanwhile");
    QTest::addColumn<int>("moved");
    QTest::addColumn<QByteArray>("state"); // of row 1 after recover()
    QTest::newRow("nothing was written") << "" << 5 << QByteArray("verified");
    QTest::newRow("somebody wrote another value")
        << "UPDATE users SET wrapped = 'foreign' WHERE id = 1" << 4 << QByteArray("conflict");
    QTest::newRow("somebody removed it") << "DELETE FROM users WHERE id = 1" << 4 << QByteArray("failed");
    QTest::newRow("somebody emptied it")
        << "UPDATE users SET wrapped = NULL WHERE id = 1" << 4 << QByteArray("conflict");
}

void TestRowLane::takesUpAnOpenZone() {
    QFETCH(QString, meanwhile);
    QFETCH(int, moved);
    QFETCH(QByteArray, state);
    SqliteFile file;
    fill(file, 5);
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.lockTimeout = std::chrono::milliseconds(10);
    leaveOpen(file, spec);
    if (!meanwhile.isEmpty()) {
        file.run(meanwhile);
    }
    m_keys.watched->forget();
    RowJob job(m_keys, spec, journalFile());
    GOOD(job.lane().recover());
    QCOMPARE(m_keys.watched->calls(), 0); // the new ones are in the journal
    QCOMPARE(countMoved(file), moved);
    const ItemState first = job.events.last["[1]"].state;
    QCOMPARE(QByteArray(wireName(first).data(), static_cast<qsizetype>(wireName(first).size())), state);
    const auto size = job.journal().size();
    GOOD(job.lane().recover()); // repeating it is harmless
    QCOMPARE(job.journal().size(), size);
    GOOD(job.run());
    QCOMPARE(countMoved(file), moved);
}

/// Stops right behind the Intent, with the database taken by somebody else.
void TestRowLane::leaveOpen(SqliteFile &file, const JobSpec &spec) {
    RowJob job(m_keys, spec, journalFile(), {std::chrono::milliseconds(1), std::chrono::milliseconds(1), 2});
    GOOD(job.lane().recover());
    job.journal().behind = [&](Entry entry) {
        if (entry == Entry::Intent) {
            file.run(QStringLiteral("BEGIN IMMEDIATE"));
        }
    };
    auto stopped = job.lane().step({});
    QVERIFY(!stopped.has_value());
    QCOMPARE(stopped.error().code, ErrorCode::TimedOut);
    file.run(QStringLiteral("COMMIT"));
    QCOMPARE(countMoved(file), 0);
}

/// Killed between the commit and the Applied record: the rows hold the new values, the journal does not know.
void TestRowLane::alreadyWritten() {
    SqliteFile file;
    fill(file, 5);
    const JobSpec spec = sqliteSpec(file.path().toStdString());
    const auto cut = journalFile("cut.journal");
    {
        RowJob job(m_keys, spec, journalFile());
        job.journal().behind = [&](Entry entry) {
            if (entry == Entry::Intent) { // the journal as a kill would leave it here
                for (const char *end : {"", "-wal"}) {
                    QFile::copy(QString::fromStdString(journalFile().string()) + QLatin1String(end),
                                QString::fromStdString(cut.string()) + QLatin1String(end));
                }
            }
        };
        GOOD(job.run());
    }
    const QStringList moved = file.run(QStringLiteral("SELECT * FROM users"));
    m_keys.watched->forget();
    RowJob again(m_keys, spec, cut);
    GOOD(again.run());
    QCOMPARE(m_keys.watched->calls(), 0);
    QCOMPARE(again.events.count(ItemState::Verified), std::size_t(5));
    QCOMPARE(file.run(QStringLiteral("SELECT * FROM users")), moved);
}

void TestRowLane::writersGoOnMeanwhile() {
    SqliteFile file;
    file.run(QStringLiteral("PRAGMA journal_mode=WAL"));
    fill(file, 60);
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.batchItems = 8;
    RowJob job(m_keys, spec, journalFile());
    // The application writes other columns, and now and then a new blob under the old key, until all is done.
    std::atomic<bool> over = false;
    std::atomic<int> written = 0;
    job.journal().behind = [&](Entry entry) { // the job may not be over before the application began
        while (entry == Entry::Intent && written == 0) {
            std::this_thread::yield();
        }
    };
    std::thread application([&] {
        SqliteFile *const own = &file;
        for (int round = 0; !over && round < 400; ++round) {
            const int id = 1 + round % 60;
            own->run(
                QStringLiteral("UPDATE users SET updated_at = 'now %1' WHERE id = %2").arg(round).arg(id));
            if (round % 7 == 0 && round < 200) {
                const std::string blob =
                    m_keys.textBlob(m_keys.oldKey, "secret " + std::to_string(id), contextOfUser(id));
                own->run(QStringLiteral("UPDATE users SET wrapped = '%1' WHERE id = %2")
                             .arg(QString::fromStdString(blob))
                             .arg(id));
                ++written;
            }
        }
    });
    Status first = job.run();
    over = true;
    application.join();
    GOOD(first);
    GOOD(job.run()); // what came behind the last sweep
    QCOMPARE(countMoved(file), 60);
    QVERIFY(written > 0);
    QCOMPARE(file.run(QStringLiteral("SELECT count(*) FROM users WHERE name = 'name ' || id")),
             QStringList{QStringLiteral("60")});
}

void TestRowLane::changedUnderOurHands() {
    SqliteFile file;
    fill(file, 4);
    int changes = 0;
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    job.journal().behind = [&](Entry entry) {
        if (entry != Entry::Intent) {
            return;
        }
        ++changes;
        // Row 1 once, row 2 each time for a while, row 3 goes.
        const auto blob = [&](int id) {
            return QString::fromStdString(
                m_keys.textBlob(m_keys.oldKey, "secret " + std::to_string(id), contextOfUser(id)));
        };
        const QString set = QStringLiteral("UPDATE users SET wrapped = '%1' WHERE id = %2");
        if (changes == 1) {
            file.run(set.arg(blob(1)).arg(1));
            file.run(QStringLiteral("DELETE FROM users WHERE id = 3"));
        }
        if (changes <= 4) {
            file.run(set.arg(blob(2)).arg(2));
        }
    };
    GOOD(job.run());
    QCOMPARE(countMoved(file), 3);
    QCOMPARE(job.events.last["[1]"].state, ItemState::Verified);
    QCOMPARE(job.events.last["[2]"].state,
             ItemState::Verified); // a conflict in the first pass, found by the next
    QCOMPARE(job.events.last["[3]"].cause, Cause::Missing);
    QVERIFY(changes >= 4);
}

void TestRowLane::undoRestoresEveryByte() {
    SqliteFile file;
    fill(file, 30);
    const QString all = QStringLiteral("SELECT *, typeof(wrapped) FROM users");
    const QStringList before = file.run(all);
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.batchItems = 8;
    {
        RowJob job(m_keys, spec, journalFile());
        GOOD(job.run());
        QCOMPARE(countMoved(file), 30);
    }
    RowJob job(m_keys, spec, journalFile()); // from what the journal says alone
    CancelSource stop;
    int zones = 0;
    job.journal().behind = [&](Entry entry) {
        if (entry == Entry::Undone && ++zones == 2) {
            stop.cancel();
        }
    };
    QCOMPARE(job.lane().undo(stop.token()).error().code, ErrorCode::Cancelled);
    GOOD(job.lane().undo({})); // goes on where it stood
    QCOMPARE(zones, 4);
    QCOMPARE(file.run(all), before);
    QCOMPARE(job.events.count(ItemState::Pending), std::size_t(30));
}

void TestRowLane::undoLeavesLaterChangesAlone() {
    SqliteFile file;
    fill(file, 3);
    const QStringList before = file.run(QStringLiteral("SELECT wrapped FROM users"));
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    GOOD(job.run());
    file.run(QStringLiteral("UPDATE users SET wrapped = 'theirs' WHERE id = 2"));
    // Row 3 was written anew and moved again: undo brings back what the application wrote.
    const QString theirs =
        QString::fromStdString(m_keys.textBlob(m_keys.oldKey, "secret 3", contextOfUser(3)));
    file.run(QStringLiteral("UPDATE users SET wrapped = '%1' WHERE id = 3").arg(theirs));
    GOOD(job.run());
    GOOD(job.lane().undo({}));
    QCOMPARE(file.run(QStringLiteral("SELECT wrapped FROM users")),
             (QStringList{before.at(0), QStringLiteral("theirs"), theirs}));
    QCOMPARE(job.events.last["[2]"].state, ItemState::Conflict);
    QCOMPARE(job.events.last["[3]"].state, ItemState::Pending);
}

void TestRowLane::finaliseDropsTheOldOnes() {
    SqliteFile file;
    fill(file, 5);
    const QStringList before = file.run(QStringLiteral("SELECT wrapped FROM users"));
    const auto holdsOld = [&] {
        QByteArray all;
        for (const char *end : {"", "-wal"}) {
            QFile journal(QString::fromStdString(journalFile().string()) + QLatin1String(end));
            if (journal.open(QIODevice::ReadOnly)) {
                all += journal.readAll();
            }
        }
        return all.contains(before.at(0).toLatin1());
    };
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    GOOD(job.run());
    QVERIFY(holdsOld());
    GOOD(job.lane().finalise());
    QVERIFY(!holdsOld());
    auto undone = job.lane().undo({});
    QVERIFY(!undone.has_value());
    QVERIFY(undone.error().detail.find("finalised") != std::string::npos);
    QCOMPARE(countMoved(file), 5);
}

void TestRowLane::verifyFindsWhatIsNotThere() {
    SqliteFile file;
    fill(file, 5);
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    GOOD(job.run());
    GOOD(job.lane().verify({}));
    QCOMPARE(job.events.count(ItemState::Verified), std::size_t(5));
    QVERIFY(job.events.last["[1]"].before && job.events.last["[1]"].after); // reports keep both digests
    const std::string back = m_keys.textBlob(m_keys.oldKey, "secret 4", contextOfUser(4));
    file.run(
        QStringLiteral("UPDATE users SET wrapped = '%1' WHERE id = 4").arg(QString::fromStdString(back)));
    GOOD(job.lane().verify({}));
    QCOMPARE(job.events.last["[4]"].state, ItemState::Failed);
    QCOMPARE(job.events.count(ItemState::Verified), std::size_t(4));
}

void TestRowLane::dryRunWritesNothing() {
    SqliteFile file;
    fill(file, 5);
    const QStringList before = file.run(QStringLiteral("SELECT * FROM users"));
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.dryRun = true;
    RowJob job(m_keys, spec, journalFile());
    GOOD(job.run());
    QCOMPARE(file.run(QStringLiteral("SELECT * FROM users")), before);
    QCOMPARE(job.events.count(ItemState::Pending), std::size_t(5));
}

void TestRowLane::jsonAndPrefixColumns() {
    SqliteFile file;
    file.run(QStringLiteral("CREATE TABLE users(id INTEGER PRIMARY KEY, wrapped TEXT)"));
    const auto blob = [&](int id) {
        return QString::fromStdString(
            m_keys.textBlob(m_keys.oldKey, "secret " + std::to_string(id), contextOfUser(id)));
    };
    file.run(QStringLiteral(
                 "INSERT INTO users VALUES (1, '{ \"h\": {\"k\": \"%1\"}, \"p\": 1.50 }'), (2, '{\"h\":')")
                 .arg(blob(1)));
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.finder.jsonPointer = "/h/k";
    RowJob job(m_keys, spec, journalFile());
    GOOD(job.run());
    const QString now = file.run(QStringLiteral("SELECT wrapped FROM users WHERE id = 1")).first();
    QVERIFY2(now.startsWith(QLatin1String("{ \"h\": {\"k\": \"")) &&
                 now.endsWith(QLatin1String("\"}, \"p\": 1.50 }")),
             qPrintable(now));
    QVERIFY(isMoved(QStringLiteral("1|") + now.section(QLatin1Char('"'), 5, 5)));
    QCOMPARE(job.events.last["[2]"].cause, Cause::BadSyntax);

    SqliteFile prefixed;
    prefixed.run(
        QStringLiteral(
            "CREATE TABLE users(id INTEGER PRIMARY KEY, wrapped TEXT); INSERT INTO users VALUES (1, 'v1:%1')")
            .arg(blob(1)));
    spec = sqliteSpec(prefixed.path().toStdString());
    spec.finder.newPrefix = "v2:";
    RowJob other(m_keys, spec, journalFile("prefix.journal"));
    GOOD(other.run());
    const QString value = prefixed.run(QStringLiteral("SELECT wrapped FROM users")).first();
    QVERIFY(value.startsWith(QLatin1String("v2:")));
    QVERIFY(isMoved(QStringLiteral("1|") + value.mid(3)));
}

void TestRowLane::contextsAreChanged() {
    SqliteFile file;
    fill(file, 3);
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.destinationContext.emplace();
    spec.destinationContext->pairs.emplace_back("user", *ContextTemplate::parse("{name}"));
    RowJob job(m_keys, spec, journalFile());
    GOOD(job.run());
    const auto blob =
        fromBase64(file.run(QStringLiteral("SELECT wrapped FROM users WHERE id = 2")).first().toStdString());
    QCOMPARE(m_keys.decrypt(m_keys.newKey, *blob, {{"user", "name 2"}}), std::string("secret 2"));
}

void TestRowLane::surveyCountsAndWarns() {
    SqliteFile file;
    fill(file, 30);
    insert(file, 31, "nothing like it");
    file.run(QStringLiteral("CREATE TRIGGER touch AFTER UPDATE ON users BEGIN SELECT 1; END"));
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    auto survey = job.lane().survey(0, {});
    GOOD(survey);
    QCOMPARE(survey->items, std::uint64_t(30));
    QCOMPARE(survey->units, std::uint64_t(31));
    QCOMPARE(survey->faultCount, std::uint64_t(1));
    QCOMPARE(survey->samples.size(), std::size_t(1)); // one key, one shape of context
    QVERIFY(survey->warnings.front().find("touch") != std::string::npos);
    survey = job.lane().survey(7, {});
    GOOD(survey);
    QCOMPARE(survey->items, std::uint64_t(7));
    QCOMPARE(survey->samples.size(), std::size_t(7));
    QCOMPARE(countMoved(file), 0);
}

void TestRowLane::readOnlyStopsBeforeAnyIntent() {
    SqliteFile file;
    fill(file, 3);
    file.close();
    QFile bytes(
        file.path()); // a write version that this SQLite does not know makes it read-only, even for root
    QVERIFY(bytes.open(QIODevice::ReadWrite));
    bytes.seek(18);
    bytes.write("\x03", 1);
    bytes.close();
    RowJob job(m_keys, sqliteSpec(file.path().toStdString()), journalFile());
    auto stopped = job.run();
    QVERIFY(!stopped.has_value());
    QCOMPARE(stopped.error().code, ErrorCode::ReadOnly);
    QVERIFY(!job.journal().last(Entry::Intent)->has_value());
    auto survey = job.lane().survey(0, {});
    GOOD(survey);
    QCOMPARE(survey->faults.back().cause, Cause::ReadOnly);
}

void TestRowLane::busyDatabaseIsWaitedFor() {
    SqliteFile file;
    fill(file, 5);
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.lockTimeout = std::chrono::milliseconds(5);
    RowJob job(m_keys, spec, journalFile(),
               {std::chrono::milliseconds(5), std::chrono::milliseconds(50), 200});
    std::atomic<bool> held = false;
    job.journal().behind = [&](Entry entry) {
        if (entry == Entry::Intent && !held) {
            file.run(QStringLiteral("BEGIN IMMEDIATE"));
            held = true; // the other one commits what stands open by now
        }
    };
    std::thread other([&] {
        while (!held) {
            std::this_thread::yield();
        }
        file.run(QStringLiteral("UPDATE users SET name = 'name ' || id; COMMIT"));
    });
    Status done = job.run();
    other.join();
    GOOD(done);
    QCOMPARE(countMoved(file), 5);
}

void TestRowLane::restartInTheMiddle() {
    if (m_postgres == nullptr) {
        QSKIP(qPrintable(m_why));
    }
    QString sql = QStringLiteral(
        "DROP TABLE IF EXISTS users; CREATE TABLE users(id bigint PRIMARY KEY, name text, wrapped bytea);");
    for (int id = 1; id <= 40; ++id) {
        sql += QStringLiteral("INSERT INTO users VALUES (%1, 'name %1', decode('%2', 'base64'));")
                   .arg(id)
                   .arg(QString::fromStdString(
                       m_keys.textBlob(m_keys.oldKey, "secret " + std::to_string(id), contextOfUser(id))));
    }
    m_postgres->psql(sql);
    JobSpec spec = sqliteSpec({});
    spec.source.kind = SourceKind::PostgreSql;
    spec.source.paths.clear();
    spec.finder.encoding = Encoding::Raw; // the fake's ciphertexts are readable texts
    spec.source.connection = m_postgres->connection();
    spec.safety.batchItems = 10;
    RowJob job(m_keys, spec, journalFile(),
               {std::chrono::milliseconds(10), std::chrono::milliseconds(100), 600});
    int intents = 0;
    job.journal().behind = [&](Entry entry) {
        if (entry != Entry::Intent) {
            return;
        }
        ++intents;
        if (intents == 2 || intents == 3) { // once as an operator does it, once as a power cut does
            m_postgres->stop(intents == 2);
            QVERIFY(m_postgres->start());
        }
    };
    GOOD(job.run());
    const QString rows = m_postgres->psql(
        QStringLiteral("SELECT id, translate(encode(wrapped, 'base64'), E'\\n', '') FROM users"));
    int moved = 0;
    const QStringList lines = rows.split(QLatin1Char('\n'));
    for (const QString &row : lines) {
        moved += isMoved(row) ? 1 : 0;
    }
    QCOMPARE(moved, 40);
    QCOMPARE(m_keys.watched->count(kms::OperationId::ReEncrypt), 80); // nothing was asked twice
}

QTEST_GUILESS_MAIN(TestRowLane)

#include "tst_row_lane.moc"
