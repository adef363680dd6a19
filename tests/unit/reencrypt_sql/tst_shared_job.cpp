// SPDX-License-Identifier: Apache-2.0
// One PostgreSQL job, many workers: leases, fences, take-over of what a dead one began, and what comes out
// when they are killed at random.
#include "reencrypt/report.h"
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

/// Says when a page of rows is through.
class PagedEvents final : public HeardEvents {
public:
    std::function<void()> pageIsThrough;
    void advanced(std::uint64_t count) override {
        HeardEvents::advanced(count);
        if (pageIsThrough) {
            pageIsThrough();
        }
    }
};

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
    void undoInTheMiddle();
    void foreignSchemaIsRefused();
    void stopsAfterFailures();
    void writtenBySomebodyElse_data();
    void writtenBySomebodyElse();
    void foreignUndoCopyIsRefused();
    void everyWorkerNeedsTheSameKey();
    void fasterWorkersKeyIsTaken();
    void verifyLooksAtEveryRow();
    void reportOfTheTables();
    void threeWorkersAndKills();
    void throughputGrowsWithWorkers();

private:
    SharedJobParts parts(BlobMover *mover) {
        SharedJobParts made;
        made.spec = &m_spec;
        made.mover = mover;
        made.events = &m_events;
        made.key = sharedKey();
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
    void workOneBatch(SharedJob &job);
    Result<std::string> report(SharedJob &job) const;

    std::unique_ptr<PrivatePostgres> m_postgres;
    TwoKeys m_keys;
    JobSpec m_spec;
    PagedEvents m_events;
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
    m_events = PagedEvents();
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
    const auto two = makeMover({m_keys.kms, nullptr, false, "job"}, m_spec, nullptr);
    auto sleeper = SharedJob::open(parts(one.get()));
    GOOD(sleeper);
    int calls = 0;
    Status other;
    m_keys.watched->before = [&](int, const kms::AnyRequest &) -> std::optional<Error> {
        if (++calls ==
            1) { // while the first waits for the service, its time is over and the second does it all
            ask(QStringLiteral("UPDATE @.lease SET until = now() - interval '1 s'"));
            auto second = SharedJob::open(parts(two.get()));
            other = second ? (*second)->work({}) : failFrom(second);
        }
        return std::nullopt;
    };
    GOOD((*sleeper)->work({})); // finds that all is done
    m_keys.watched->before = nullptr;
    GOOD(other);
    QCOMPARE(calls, 10);
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 10);
    QCOMPARE(ask(QStringLiteral("SELECT count(*), count(DISTINCT id) FROM audit")), QStringLiteral("10|10"));
    QCOMPARE(ask(QStringLiteral("SELECT sum(writes), count(*) FROM @.item")), QStringLiteral("10|10"));
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
    ask(QStringLiteral("UPDATE @.job SET id = 'another'")); // or a format of another day
    auto refused = (*job)->work({});
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::Configuration);
}

/// And is stopped before the second.
void TestSharedJob::workOneBatch(SharedJob &job) {
    CancelSource stop;
    m_events.pageIsThrough = [&] { stop.cancel(); };
    auto done = job.work(stop.token());
    m_events.pageIsThrough = nullptr;
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code, ErrorCode::Cancelled);
}

void TestSharedJob::undoInTheMiddle() {
    fillUsers(*m_postgres, m_keys, 40);
    const QString before = ask(QStringLiteral("SELECT * FROM users ORDER BY id"));
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    workOneBatch(**job);
    QVERIFY(ask(QStringLiteral("SELECT * FROM users ORDER BY id")) != before);
    GOOD((*job)->undo({}));
    QCOMPARE(ask(QStringLiteral("SELECT * FROM users ORDER BY id")), before);
    auto again = (*job)->work({});
    QVERIFY(!again.has_value());
    QVERIFY(again.error().detail.find("undone") != std::string::npos);
}

void TestSharedJob::stopsAfterFailures() {
    fillUsers(*m_postgres, m_keys, 40);
    m_postgres->psql(QStringLiteral("UPDATE users SET wrapped = 'nothing like it' WHERE id < 20"));
    m_spec.safety.stopAfterFailures = 5;
    m_spec.safety.inFlight = 2;
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    auto done = (*job)->work({});
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code, ErrorCode::SafetyRefused);
    QCOMPARE(m_events.count(ItemState::Failed), std::size_t(5));
}

void TestSharedJob::writtenBySomebodyElse_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const char *name, const char *sql, const char *named) {
        QTest::newRow(name) << QString::fromLatin1(sql) << QByteArray(named);
    };
    // Batches 1 and 2 are open; row 40 stands in the last.
    row("a row to be written",
        "INSERT INTO @.item(row_key, pass, batch, run, state, old_digest, new_value, mac) SELECT '[40]', 1, "
        "2, 1, "
        "'intent', sha256(convert_to(wrapped, 'UTF8')), 'evil', repeat('x', 32)::bytea FROM users WHERE id = "
        "40",
        "[40]");
    row("a row that is said to be done",
        "INSERT INTO @.item(row_key, pass, batch, run, state, digest_after, mac) SELECT '[40]', pass, batch, "
        "run, "
        "state, digest_after, mac FROM @.item WHERE row_key = '[1]'",
        "[40]");
    row("another new value", "UPDATE @.item SET new_value = 'evil' WHERE row_key = '[1]'", "[1]");
    row("another state", "UPDATE @.item SET state = 'failed' WHERE row_key = '[1]'", "[1]");
    row("without a seal", "UPDATE @.item SET mac = '' WHERE row_key = '[1]'", "[1]");
    row("other bounds", "UPDATE @.lease SET after_key = '[39]' WHERE state = 'open'", "batch 1");
    row("batches that are said to be done",
        "UPDATE @.lease SET state = 'done', rows = 16, moved = 16, done_mac = (SELECT done_mac FROM @.lease "
        "WHERE "
        "batch = 0) WHERE state = 'open'",
        "batch 1");
    row("batches that are gone", "DELETE FROM @.lease WHERE state = 'open'", "pass 1");
    row("the job is said to be done", "UPDATE @.job SET state = 'done'", "table job");
    row("the job's passes", "UPDATE @.job SET clean = 9", "table job");
}

void TestSharedJob::writtenBySomebodyElse() {
    QFETCH(QString, sql);
    QFETCH(QByteArray, named);
    fillUsers(*m_postgres, m_keys, 40);
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    workOneBatch(**job);
    ask(sql);
    auto done = (*job)->work({});
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code, ErrorCode::NotAuthentic);
    QVERIFY2(done.error().detail.find(named.toStdString()) != std::string::npos, done.error().detail.c_str());
    QVERIFY(done.error().detail.find("evil") == std::string::npos);
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM users WHERE wrapped LIKE '%evil%'")),
             QStringLiteral("0"));
    // Begun anew it comes to its end: what was moved is found to be so.
    ask(QStringLiteral("DROP SCHEMA @ CASCADE"));
    auto anew = SharedJob::open(parts(one.get()));
    GOOD(anew);
    GOOD((*anew)->work({}));
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 40);
    QCOMPARE(ask(QStringLiteral("SELECT count(*), count(DISTINCT id) FROM audit")), QStringLiteral("40|40"));
}

void TestSharedJob::foreignUndoCopyIsRefused() {
    fillUsers(*m_postgres, m_keys, 3);
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    ask(QStringLiteral("UPDATE @.item SET old_value = 'evil' WHERE row_key = '[2]'"));
    auto done = (*job)->undo({});
    QVERIFY(!done.has_value());
    QCOMPARE(done.error().code, ErrorCode::NotAuthentic);
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 3);
}

void TestSharedJob::everyWorkerNeedsTheSameKey() {
    fillUsers(*m_postgres, m_keys, 3);
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    auto other = parts(one.get());
    other.key = sharedKey(8);
    auto stranger = SharedJob::open(other);
    GOOD(stranger);
    for (const Status &done : {(*stranger)->work({}), (*stranger)->undo({}), (*stranger)->finalise()}) {
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::NotAuthentic);
        QVERIFY(done.error().detail.find("--journal-key-file") != std::string::npos);
    }
    QCOMPARE(ask(QStringLiteral("SELECT state, run FROM @.job")), QStringLiteral("done|1"));
}

/// Two begin at once; who is slower takes the key that the tables name by then.
void TestSharedJob::fasterWorkersKeyIsTaken() {
    fillUsers(*m_postgres, m_keys, 3);
    const auto one = mover();
    auto slow = parts(one.get());
    std::vector<std::string> asked;
    slow.key = [&](const std::string &source) -> Result<SharedKey> {
        asked.push_back(source);
        if (source.empty()) {
            auto faster = SharedJob::open(parts(one.get()));
            static_cast<void>(faster && (*faster)->work({}));
            auto key = sharedKey(8)({});
            key->source = "file";
            return key;
        }
        return sharedKey()(source);
    };
    auto job = SharedJob::open(slow);
    GOOD(job);
    GOOD((*job)->work({}));
    QCOMPARE(asked, (std::vector<std::string>{"", "key file"}));
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 3);
}

void TestSharedJob::verifyLooksAtEveryRow() {
    fillUsers(*m_postgres, m_keys, 40);
    const QString before = ask(QStringLiteral("SELECT * FROM users ORDER BY id"));
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    auto early = (*job)->verify({});
    QVERIFY(!early.has_value());
    workOneBatch(**job);
    early = (*job)->verify({});
    QVERIFY(!early.has_value());
    QCOMPARE(early.error().code, ErrorCode::Usage); // workers may be at it
    GOOD((*job)->work({}));
    m_keys.watched->forget();
    GOOD((*job)->verify({}));
    QCOMPARE((*job)->status()->state, std::string("verified"));
    QCOMPARE((*job)->status()->items["verified"], std::uint64_t(40));
    QCOMPARE(m_keys.watched->count(kms::OperationId::Decrypt), 0);
    QVERIFY(m_events.last["[1]"].before && m_events.last["[1]"].after);
    // What somebody did to the table, or kept from the workers, shows.
    m_postgres->psql(
        QStringLiteral("UPDATE users SET wrapped = '%1' WHERE id = 4")
            .arg(QString::fromStdString(m_keys.textBlob(m_keys.oldKey, "secret 4", contextOfUser(4)))));
    GOOD((*job)->verify({}));
    QCOMPARE(m_events.last["[4]"].state, ItemState::Failed);
    QCOMPARE((*job)->status()->items["failed"], std::uint64_t(1));
    GOOD((*job)->work({})); // another run moves it
    QCOMPARE(countMovedUsers(*m_postgres, m_keys), 40);
    GOOD((*job)->undo({}));
    QCOMPARE(ask(QStringLiteral("SELECT count(*) FROM users WHERE id <> 4")), QStringLiteral("39"));
    QCOMPARE(before.section(QLatin1Char('\n'), 0, 2),
             ask(QStringLiteral("SELECT * FROM users ORDER BY id LIMIT 3")));
}

Result<std::string> TestSharedJob::report(SharedJob &job) const {
    auto records = job.records();
    if (!records) {
        return failFrom(records);
    }
    std::string text;
    auto written = writeReport(**records, ReportForm::Json, [&](std::string_view part) -> Status {
        text += part;
        return {};
    });
    return written ? Result<std::string>(text) : failFrom(written);
}

void TestSharedJob::reportOfTheTables() {
    fillUsers(*m_postgres, m_keys, 1200); // more than one reading
    m_postgres->psql(QStringLiteral("INSERT INTO users VALUES (5000, 'n', 'nothing like it')"));
    m_spec.safety.batchItems = 256;
    const auto one = mover();
    auto job = SharedJob::open(parts(one.get()));
    GOOD(job);
    GOOD((*job)->work({}));
    auto text = report(**job);
    GOOD(text);
    for (const std::string &part :
         {std::string("\"done\": 1200"), std::string("\"failed\": 1"), std::string("not-a-ciphertext"),
          "\"id\": \"" + sharedJobId(m_spec), std::string("\"state\": \"done\""), std::string("\"sha256\": "),
          std::string("\"unit\": \"[1200]\""), std::string("\"after\": ")}) {
        QVERIFY2(text->find(part) != std::string::npos, part.c_str());
    }
    QVERIFY(text->find("nothing like it") == std::string::npos);
    ask(QStringLiteral("UPDATE @.item SET digest_after = digest_before WHERE row_key = '[7]'"));
    auto refused = report(**job);
    QVERIFY(!refused.has_value());
    QCOMPARE(refused.error().code, ErrorCode::NotAuthentic);
    GOOD((*job)->status()); // the transaction of the report is over
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
