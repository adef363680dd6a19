// SPDX-License-Identifier: Apache-2.0
// One PostgreSQL job, many workers: leases, fences, take-over of what a dead one began, and what comes out
// when they are killed at random.
#include "reencrypt/sql/shared_job.h"
#include "unit/reencrypt_sql/postgres_users.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::test;

/// Evaluates its argument once.
#define GOOD(result)                                                                                         \
    do {                                                                                                     \
        auto &&evaluated = (result);                                                                         \
        QVERIFY2(evaluated.has_value(), evaluated.has_value() ? "" : evaluated.error().detail.c_str());      \
    } while (false)

class TestSharedJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void oneWorkerDoesItAll();
    void fenceStopsTheOneThatSlept();
    void takesUpIntentsWithoutTheService();
    void faultsAreTold();
    void undoAndFinalise();
    void foreignSchemaIsRefused();
    void threeWorkersAndKills();
    void throughputGrowsWithWorkers();

private:
    SharedJobParts parts(BlobMover *mover) {
        SharedJobParts made;
        made.spec = &m_spec;
        made.mover = mover;
        made.events = &m_events;
        made.leaseTime = std::chrono::milliseconds(60'000);
        made.pollTime = std::chrono::milliseconds(20);
        return made;
    }
    std::unique_ptr<BlobMover> mover() {
        return makeMover({m_keys.watched, nullptr, false, "job"}, m_spec, nullptr);
    }
    QString schema() const {
        return QStringLiteral("keyturn_job_") + QString::fromStdString(sharedJobId(m_spec).substr(0, 8));
    }
    QString ask(const QString &sql) const {
        return m_postgres->psql(QString(sql).replace(QStringLiteral("@"), schema()));
    }
    void start(QProcess &worker, int latencyMs, const QString &log) const;

    std::unique_ptr<PrivatePostgres> m_postgres;
    TwoKeys m_keys;
    JobSpec m_spec;
    HeardEvents m_events;
};

void TestSharedJob::initTestCase() {
    QString why;
    m_postgres = PrivatePostgres::create(&why);
    if (m_postgres == nullptr) {
        QSKIP(qPrintable(why));
    }
}

void TestSharedJob::init() {
    m_spec = postgresSpec(*m_postgres);
    m_spec.source.shared = true;
    m_spec.destinationKey = m_keys.newKey;
    m_spec.sourceKeys = {m_keys.oldKey};
    m_spec.safety.batchItems = 16;
    m_spec.verification = Verification::Reply; // as row_worker: it is part of what the job is
    m_keys.watched->before = nullptr;
    m_keys.watched->forget();
    m_events = HeardEvents();
    ask(QStringLiteral("DROP SCHEMA IF EXISTS @ CASCADE"));
}

void TestSharedJob::start(QProcess &worker, int latencyMs, const QString &log) const {
    worker.setProcessChannelMode(QProcess::ForwardedChannels);
    worker.start(qEnvironmentVariable("KEYTURN_ROW_WORKER"),
                 {QStringLiteral("shared"), QString::fromStdString(m_postgres->connection()),
                  QStringLiteral("-"), QString::number(latencyMs), log});
    QVERIFY(worker.waitForStarted());
}

void TestSharedJob::oneWorkerDoesItAll() {
    fillUsers(*m_postgres, m_keys, 100);
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 100);
    QCOMPARE(m_keys.watched->count(kms::OperationId::ReEncrypt), 100); // the sweeps ask nothing
    QCOMPARE(m_keys.watched->count(kms::OperationId::Decrypt), 0);
    QCOMPARE(ask(QStringLiteral("SELECT count(*), count(DISTINCT id) FROM audit")),
             QStringLiteral("100|100"));
    QCOMPARE(ask(QStringLiteral(
                 "SELECT count(*) FROM users WHERE name <> 'name ' || id OR updated_at <> '2020-01-01'")),
             QStringLiteral("0"));
    auto status = (*job)->status();
    GOOD(status);
    QCOMPARE(status->state, std::string("done"));
    QCOMPARE(status->items["applied"], std::uint64_t(100));
    QCOMPARE(status->writes, std::uint64_t(100));
    // Another run finds what came meanwhile, and asks for that alone.
    m_keys.watched->forget();
    m_postgres->psql(
        QStringLiteral("INSERT INTO users VALUES (0, 'name 0', '%1')")
            .arg(QString::fromStdString(m_keys.textBlob(m_keys.oldKey, "secret 0", contextOfUser(0)))));
    GOOD((*job)->work({}));
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 101);
    QCOMPARE(m_keys.watched->count(kms::OperationId::ReEncrypt), 1);
}

/// A worker that was away for longer than its lease writes nothing any more.
void TestSharedJob::fenceStopsTheOneThatSlept() {
    fillUsers(*m_postgres, m_keys, 10);
    const auto one = mover();
    const auto two = mover();
    auto sleeper = SharedJob::open(parts(one.get()));
    GOOD(sleeper);
    int calls = 0;
    std::unique_ptr<SharedJob> other;
    CancelSource stop;
    m_keys.watched->before = [&](int, const kms::AnyRequest &) -> std::optional<Error> {
        if (++calls ==
            1) { // while the first waits for the service, its time is over and the second does it all
            ask(QStringLiteral(
                "UPDATE @.lease SET until = now() - interval '1 s', fence = fence + 1, owner = 'another', "
                "state = 'done', moved = 0"));
            stop.cancel();
        }
        return std::nullopt;
    };
    auto done = (*sleeper)->work(stop.token());
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code, ErrorCode::Cancelled);
    m_keys.watched->before = nullptr;
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM audit")), QStringLiteral("0"));
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM @.item")), QStringLiteral("0"));
    auto second = SharedJob::open(parts(two.get()));
    GOOD(second);
    GOOD((*second)->work({})); // the next pass finds the rows
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 10);
}

void TestSharedJob::takesUpIntentsWithoutTheService() {
    fillUsers(*m_postgres, m_keys, 5);
    m_postgres->psql(QStringLiteral(
        "CREATE OR REPLACE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END $$; CREATE TRIGGER stop "
        "BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stop()"));
    const auto one = mover();
    auto first = parts(one.get());
    first.owner = "first";
    first.backOff = {std::chrono::milliseconds(1), std::chrono::milliseconds(1), 1};
    {
        auto job = SharedJob::open(first);
        GOOD(job);
        auto done = (*job)->work({}); // dies in the transaction that writes
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::ConnectionFailed);
    }
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM @.item WHERE state = 'intent'")), QStringLiteral("5"));
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM audit")), QStringLiteral("0"));
    m_postgres->psql(
        QStringLiteral("DROP TRIGGER stop ON users; UPDATE users SET wrapped = 'theirs' WHERE id = 3"));
    ask(QStringLiteral("UPDATE @.lease SET until = now() - interval '1 s'"));
    m_keys.watched->forget();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    QCOMPARE(m_keys.watched->calls(), 0);
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 4);
    QCOMPARE(ask(QStringLiteral("SELECT wrapped FROM users WHERE id = 3")), QStringLiteral("theirs"));
    QCOMPARE(ask(QStringLiteral("SELECT count(*), max(fence) > 1 FROM @.lease WHERE pass = 1")),
             QStringLiteral("1|t"));
}

void TestSharedJob::faultsAreTold() {
    fillUsers(*m_postgres, m_keys, 3);
    const auto blob = [&](const std::string &key, int id) {
        return QString::fromStdString(m_keys.textBlob(key, "x", contextOfUser(id)));
    };
    m_postgres->psql(
        QStringLiteral(
            "INSERT INTO users VALUES (10, 'n', '%1'), (11, 'n', 'nothing like it'), (12, 'n', NULL)")
            .arg(blob(m_keys.strayKey, 10)));
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    QCOMPARE(ask(QStringLiteral("SELECT row_key, cause FROM @.item WHERE state = 'failed' ORDER BY 1")),
             QStringLiteral("[10]|stray-key\n[11]|not-a-ciphertext"));
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM audit")), QStringLiteral("3"));
}

void TestSharedJob::undoAndFinalise() {
    fillUsers(*m_postgres, m_keys, 40);
    const QString before = ask(QStringLiteral("SELECT * FROM users ORDER BY id"));
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    GOOD((*job)->undo({}));
    QCOMPARE(ask(QStringLiteral("SELECT * FROM users ORDER BY id")), before);
    auto again = (*job)->work({});
    QVERIFY(!again.has_value()); // says that it was undone
    ask(QStringLiteral("DROP SCHEMA @ CASCADE"));
    GOOD((*job)->work({}));
    GOOD((*job)->finalise());
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM @.item WHERE old_value IS NOT NULL")),
             QStringLiteral("0"));
    QVERIFY(!(*job)->undo({}).has_value());
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 40);
}

void TestSharedJob::foreignSchemaIsRefused() {
    fillUsers(*m_postgres, m_keys, 1);
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    ask(QStringLiteral("UPDATE @.job SET id = 'another'"));
    auto refused = (*job)->work({});
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::Configuration);
}

void TestSharedJob::threeWorkersAndKills() {
    constexpr int rows = 1500;
    fillUsers(*m_postgres, m_keys, rows);
    QTemporaryDir folder;
    const QString log = folder.filePath(QStringLiteral("calls"));
    QRandomGenerator random(4711);
    std::array<std::unique_ptr<QProcess>, 3> workers;
    int kills = 0;
    bool over = false;
    const auto isDone = [&] {
        return ask(QStringLiteral("SELECT to_regclass('@.job') IS NOT NULL")) == QLatin1String("t") &&
               ask(QStringLiteral("SELECT state FROM @.job")) == QLatin1String("done");
    };
    for (int round = 0; round < 400 && !over; ++round) {
        for (auto &worker : workers) {
            if (worker == nullptr || worker->state() == QProcess::NotRunning) {
                worker = std::make_unique<QProcess>();
                start(*worker, 4, log);
            }
        }
        QProcess &victim = *workers[random.bounded(3U)];
        victim.waitForFinished(static_cast<int>(random.bounded(100, 500)));
        if (kills < 30 && victim.state() == QProcess::Running) {
            victim.kill();
            victim.waitForFinished();
            ++kills;
        }
        over = kills >= 10 && isDone();
    }
    QVERIFY(over);
    for (auto &worker : workers) {
        worker->waitForFinished(60'000);
    }
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), rows);
    // Nothing lost, nothing done twice: one version more of each row, and the application's columns are as
    // they were.
    QCOMPARE(ask(QStringLiteral("SELECT count(*), count(DISTINCT id) FROM audit")),
             QStringLiteral("%1|%1").arg(rows));
    QCOMPARE(ask(QStringLiteral("SELECT sum(writes) FROM @.item")), QString::number(rows));
    QCOMPARE(ask(QStringLiteral(
                 "SELECT count(*) FROM users WHERE name <> 'name ' || id OR updated_at <> '2020-01-01'")),
             QStringLiteral("0"));
    QFile calls(log);
    QVERIFY(calls.open(QIODevice::ReadOnly));
    const auto asked = calls.readAll().count('\n');
    // A batch whose worker died before it wrote its intents is asked for again, and no other.
    QVERIFY2(asked <= rows + kills * 16, qPrintable(QString::number(asked)));
    qInfo("%d rows, %d kills: %d calls", rows, kills, static_cast<int>(asked));
}

void TestSharedJob::throughputGrowsWithWorkers() {
    constexpr int rows = 600;
    QTemporaryDir folder;
    std::array<qint64, 2> took{};
    const std::array<std::size_t, 2> counts{1, 3};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        ask(QStringLiteral("DROP SCHEMA IF EXISTS @ CASCADE"));
        fillUsers(*m_postgres, m_keys, rows);
        std::vector<std::unique_ptr<QProcess>> workers;
        QElapsedTimer timer;
        timer.start();
        for (std::size_t n = 0; n < counts[i]; ++n) {
            workers.push_back(std::make_unique<QProcess>());
            start(*workers.back(), 20, folder.filePath(QStringLiteral("calls")));
        }
        for (auto &worker : workers) {
            QVERIFY(worker->waitForFinished(120'000));
            QCOMPARE(worker->exitCode(), 0);
        }
        took[i] = timer.elapsed();
        QCOMPARE(countMovedUsers(*m_postgres, m_keys), rows);
        QCOMPARE(ask(QStringLiteral("SELECT count(DISTINCT owner) FROM @.lease WHERE pass = 1")),
                 QString::number(counts[i]));
    }
    // A figure for people; that all three took part is what is proven.
    qInfo("%d rows at 20 ms: one worker %d ms, three workers %d ms, ratio %.2f", rows,
          static_cast<int>(took[0]), static_cast<int>(took[1]),
          static_cast<double>(took[0]) / static_cast<double>(took[1]));
}

QTEST_GUILESS_MAIN(TestSharedJob)
#include "tst_shared_job.moc"
