// SPDX-License-Identifier: Apache-2.0
// 10,000 rows and kill -9 at random moments: at the end every row is under the new key exactly once and
// everything else is as it was. KEYTURN_STORM_KILLS says how many kills (20).
#include "unit/reencrypt_sql/postgres_users.h"
#include "unit/reencrypt_sql/sqlite_file.h"

#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::test;

namespace {
constexpr int rows = 10'000;
}

class TestRowStorm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stopsCloseBehindTheFailures();
    void sqlite();
    void postgresql();

private:
    /// Kills that hit a worker at its work.
    int storm(const QString &kind, const QString &target);

    TwoKeys m_keys;
    QTemporaryDir m_folder;
};

int TestRowStorm::storm(const QString &kind, const QString &target) {
    const int wanted = std::max(1, qEnvironmentVariableIntValue("KEYTURN_STORM_KILLS") == 0
                                       ? 20
                                       : qEnvironmentVariableIntValue("KEYTURN_STORM_KILLS"));
    QRandomGenerator random(42);
    int kills = 0;
    for (int attempt = 0; attempt < 10 * wanted + 10; ++attempt) {
        QProcess worker;
        worker.setProcessChannelMode(QProcess::ForwardedChannels);
        worker.start(qEnvironmentVariable("KEYTURN_ROW_WORKER"),
                     {kind, target, m_folder.filePath(kind + QStringLiteral(".journal")), QStringLiteral("0"),
                      m_folder.filePath(kind + QStringLiteral(".calls"))});
        const int patience = kills < wanted ? static_cast<int>(random.bounded(60, 500)) : 240'000;
        if (worker.waitForFinished(patience)) {
            return worker.exitCode() == 0 ? kills : -1;
        }
        worker.kill();
        worker.waitForFinished();
        ++kills;
    }
    return -1;
}

/// A job that ends with its n-th failure reads no more than what is in flight beyond it.
void TestRowStorm::stopsCloseBehindTheFailures() {
    SqliteFile file;
    file.run(QStringLiteral(
        "CREATE TABLE users(id INTEGER PRIMARY KEY, wrapped TEXT); WITH RECURSIVE n(i) AS (SELECT 1 "
        "UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO users SELECT i, 'nothing' FROM n"));
    JobSpec spec = sqliteSpec(file.path().toStdString());
    spec.safety.batchItems = 100;
    spec.safety.inFlight = 4;
    spec.safety.stopAfterFailures = 10;
    RowJob job(m_keys, spec, m_folder.filePath(QStringLiteral("stop.journal")).toStdString());
    QVERIFY(job.lane().recover().has_value());
    QVERIFY(job.lane().step({}).has_value());
    QCOMPARE(job.events.count(ItemState::Failed), std::size_t(10));
    QVERIFY(job.lane().step({}).has_value()); // whoever goes on all the same
    QCOMPARE(job.events.count(ItemState::Failed), std::size_t(14));
}

void TestRowStorm::sqlite() {
    SqliteFile file;
    file.run(
        QStringLiteral("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, wrapped TEXT, other BLOB)"));
    file.run(QStringLiteral("CREATE TABLE audit(id INTEGER)"));
    file.run(QStringLiteral("BEGIN"));
    for (int id = 1; id <= rows; ++id) {
        const std::string blob =
            m_keys.textBlob(m_keys.oldKey, "secret " + std::to_string(id), contextOfUser(id));
        file.run(QStringLiteral("INSERT INTO users VALUES (%1, 'name %1', '%2', randomblob(20))")
                     .arg(QString::number(id), QString::fromStdString(blob)));
    }
    file.run(QStringLiteral(
        "COMMIT; CREATE TRIGGER note AFTER UPDATE ON users BEGIN INSERT INTO audit VALUES (new.id); END"));
    const QString rest = QStringLiteral("SELECT id, name, hex(other), typeof(wrapped) FROM users");
    const QStringList before = file.run(rest);
    const int kills = storm(QStringLiteral("sqlite"), file.path());
    QVERIFY(kills >= 0);
    QCOMPARE(countMovedUsers(file.run(QStringLiteral("SELECT id, wrapped FROM users")), m_keys), rows);
    QCOMPARE(file.run(rest), before);
    QCOMPARE(file.run(QStringLiteral("SELECT count(*), count(DISTINCT id) FROM audit")),
             QStringList{QStringLiteral("%1|%1").arg(rows)});
    qInfo("SQLite: %d rows, %d kills", rows, kills);
}

void TestRowStorm::postgresql() {
    QString why;
    const auto postgres = PrivatePostgres::create(&why);
    if (postgres == nullptr) {
        QSKIP(qPrintable(why));
    }
    fillUsers(*postgres, m_keys, rows);
    const int kills = storm(QStringLiteral("postgresql"), QString::fromStdString(postgres->connection()));
    QVERIFY(kills >= 0);
    QCOMPARE(countMovedUsers(*postgres, m_keys), rows);
    QCOMPARE(postgres->psql(QStringLiteral("SELECT count(*), count(DISTINCT id) FROM audit")),
             QStringLiteral("%1|%1").arg(rows));
    QCOMPARE(postgres->psql(QStringLiteral(
                 "SELECT count(*) FROM users WHERE name <> 'name ' || id OR updated_at <> '2020-01-01'")),
             QStringLiteral("0"));
    qInfo("PostgreSQL: %d rows, %d kills", rows, kills);
}

QTEST_GUILESS_MAIN(TestRowStorm)
#include "tst_row_storm.moc"
