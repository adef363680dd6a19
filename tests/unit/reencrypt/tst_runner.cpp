// SPDX-License-Identifier: Apache-2.0
// Jobs from run to finalise over a real table: what each act does, which one follows which, what stops a job
// and how it goes on.
#include "kms/operations/re_encrypt.h"
#include "unit/reencrypt/job_scene.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::reencrypt;
using namespace keyturn::reencrypt::test;

namespace {

std::string why(const Status &status) {
    return status ? std::string() : status.error().detail + status.error().serviceMessage;
}

/// The n-th call of ReEncrypt fails so, and all that follow until the job stops.
void failFrom(JobScene &scene, int call, Error error) {
    scene.service.watched->before = [=](int number, const kms::AnyRequest &request) -> std::optional<Error> {
        return request.operation() == OperationId::ReEncrypt && number >= call ? std::optional(error)
                                                                               : std::nullopt;
    };
}

} // namespace

class RunnerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fromRunToFinalise() {
        JobScene scene;
        std::string told;
        scene.observer.faults = [&](const std::vector<ItemRecord> &items) {
            told += std::string(wireName(items.front().cause)) + " " + items.front().message + "\n";
        };
        const std::string before = scene.content();
        const auto runner = scene.runner();
        QVERIFY(runner != nullptr);
        const Status ran = runner->run();
        QVERIFY2(ran.has_value(), why(ran).c_str());
        QVERIFY(runner->head().state == JobState::Done);
        QVERIFY2(told.empty(), told.c_str());
        QCOMPARE(scene.service.watched->count(OperationId::Decrypt), 0);
        QCOMPARE(scene.service.watched->count(OperationId::ReEncrypt), 2 * scene.lines);
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines);
        const Counters counters = runner->progress().counters;
        const auto all = static_cast<std::uint64_t>(scene.lines);
        QVERIFY((counters == Counters{all, all, all, 0, 0, 0, 2 * all, 0}));
        QVERIFY(runner->head().counters.found == all);

        QVERIFY(runner->verify().has_value());
        QVERIFY(runner->head().state == JobState::Verified);
        QCOMPARE(scene.service.watched->count(OperationId::ReEncrypt), 3 * scene.lines);
        QVERIFY(runner->progress().counters.found == all); // told again, counted once
        QVERIFY(runner->finalise().has_value());
        QVERIFY(runner->head().state == JobState::Finalised);
        QVERIFY(runner->finalise().has_value()); // harmless again
        QVERIFY(!runner->undo() && !runner->run());
        QVERIFY(scene.content() != before);
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines);
        QCOMPARE(scene.service.watched->count(OperationId::Decrypt), 0);
    }

    void undoRestoresEveryByte() {
        const JobScene scene;
        const std::string before = scene.content();
        QVERIFY(scene.run().has_value());
        QVERIFY(scene.content() != before);
        QVERIFY(scene.act(&JobRunner::undo).has_value());
        QVERIFY(scene.content() == before);
        QVERIFY(scene.head().state == JobState::Undone);
        QVERIFY(scene.act(&JobRunner::undo).has_value());
        QVERIFY(!scene.run());
    }

    void aSecondRunConverges() {
        const JobScene scene;
        QVERIFY(scene.run().has_value());
        const std::string after = scene.content();
        scene.service.watched->forget();
        const Status again = scene.run();
        QVERIFY2(again.has_value(), why(again).c_str());
        QVERIFY(scene.content() == after);
        QVERIFY(scene.service.watched->calls() <= scene.lines + 8);
        QVERIFY(scene.head().state == JobState::Done);
        QCOMPARE(scene.head().counters.failed, std::uint64_t(0));
    }

    /// Which act may follow which state; the text that says why not.
    void actsAndStates_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("act");
        QTest::addColumn<QString>("refusal"); ///< empty: it may
        const auto row = [](JobState state, const char *act, const char *refusal) {
            QTest::addRow("%s %s", std::string(wireName(state)).c_str(), act)
                << static_cast<int>(state) << QString::fromLatin1(act) << QString::fromLatin1(refusal);
        };
        for (const auto state : {JobState::Planned, JobState::Running, JobState::Paused}) {
            row(state, "verify", "resume it, then verify");
            row(state, "finalise", "resume it before");
            row(state, "run", "");
        }
        row(JobState::Planned, "undo", "nothing to undo");
        row(JobState::Running, "undo", "");
        row(JobState::Paused, "undo", "");
        for (const auto state : {JobState::Done, JobState::Verified}) {
            for (const char *act : {"run", "verify", "undo", "finalise"}) {
                row(state, act, "");
            }
        }
        row(JobState::Finalised, "run", "begin a new one");
        row(JobState::Finalised, "undo", "undo copies are gone");
        row(JobState::Finalised, "verify", "");
        row(JobState::Finalised, "finalise", "");
        row(JobState::Undone, "run", "begin a new one");
        row(JobState::Undone, "verify", "nothing to verify");
        row(JobState::Undone, "finalise", "nothing to finalise");
        row(JobState::Undone, "undo", "");
    }
    void actsAndStates() {
        QFETCH(int, state);
        QFETCH(QString, act);
        QFETCH(QString, refusal);
        const JobScene scene(3);
        const auto wanted = static_cast<JobState>(state);
        if (wanted == JobState::Done || wanted == JobState::Verified || wanted == JobState::Finalised ||
            wanted == JobState::Undone) {
            QVERIFY(scene.run().has_value());
        }
        if (wanted == JobState::Undone) {
            QVERIFY(scene.act(&JobRunner::undo).has_value());
        } else {
            QVERIFY((*scene.journal())->setState(wanted, {}));
        }
        const Status done = scene.act(act == QStringLiteral("run")      ? &JobRunner::run
                                      : act == QStringLiteral("verify") ? &JobRunner::verify
                                      : act == QStringLiteral("undo")   ? &JobRunner::undo
                                                                        : &JobRunner::finalise);
        if (refusal.isEmpty()) {
            QVERIFY2(done.has_value(), why(done).c_str());
        } else {
            QVERIFY(!done && done.error().code == ErrorCode::Usage);
            QVERIFY2(QString::fromStdString(done.error().detail).contains(refusal), why(done).c_str());
            QVERIFY(scene.head().state == wanted); // nothing happened
        }
    }

    void whatWasNotProvenIsNotFinalised() {
        JobScene scene(3);
        scene.spec.verification = Verification::Reply;
        QVERIFY(scene.run().has_value());
        const Status early = scene.act(&JobRunner::finalise);
        QVERIFY(!early && early.error().detail.starts_with("verify first"));
        QVERIFY(scene.act(&JobRunner::verify).has_value());
        QVERIFY(scene.act(&JobRunner::finalise).has_value());
    }

    void withoutBackupNothingIsUndone() {
        JobScene scene(3);
        scene.spec.safety.backup = false;
        QVERIFY(scene.run().has_value());
        const Status undone = scene.act(&JobRunner::undo);
        QVERIFY(!undone && undone.error().detail.find("safety.backup") != std::string::npos);
    }

    void dryRunsWriteNothing() {
        JobScene scene;
        scene.spec.safety.dryRun = true;
        const std::string before = scene.content();
        QVERIFY(scene.run().has_value());
        QVERIFY(scene.content() == before);
        QVERIFY(scene.head().state == JobState::Done);
        QCOMPARE(scene.head().counters.found, static_cast<std::uint64_t>(scene.lines));
        QVERIFY(scene.service.watched->count(OperationId::ReEncrypt) >= scene.lines);
        for (const auto what : {&JobRunner::verify, &JobRunner::undo, &JobRunner::finalise}) {
            const Status refused = scene.act(what);
            QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
        }
        int files = 0;
        for ([[maybe_unused]] const auto &entry :
             std::filesystem::directory_iterator(scene.folder.path().toStdString())) {
            ++files;
        }
        QVERIFY(files <= 5); // the table, the journal, its lock and its log: no copy
    }

    void stoppedAfterABatchItGoesOn_data() {
        QTest::addColumn<bool>("now");
        QTest::newRow("after the batch") << false;
        QTest::newRow("at once") << true;
    }
    void stoppedAfterABatchItGoesOn() {
        QFETCH(bool, now);
        JobScene scene;
        int batches = 0;
        std::unique_ptr<JobRunner> runner;
        scene.service.watched->before = [&](int call, const kms::AnyRequest &) -> std::optional<Error> {
            if (call == 50) { // in the middle of the third batch
                ++batches;
                runner->stop(now ? Stop::Now : Stop::AfterBatch);
            }
            return std::nullopt;
        };
        runner = scene.runner();
        const Status stopped = runner->run();
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        QVERIFY(runner->head().state == JobState::Paused);
        QCOMPARE(runner->head().reason, std::string("stopped by a person"));
        const std::uint64_t found = runner->progress().counters.found;
        QVERIFY(now ? found < 30 : found >= 30); // what was under way is told, or done again
        scene.service.watched->before = nullptr;
        runner.reset();
        const Status resumed = scene.run();
        QVERIFY2(resumed.has_value(), why(resumed).c_str());
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines);
        QCOMPARE(scene.head().counters.found, static_cast<std::uint64_t>(scene.lines));
    }

    void aStopThatCameEarlyCounts() {
        const JobScene scene(20);
        const auto runner = scene.runner();
        runner->stop(Stop::AfterBatch);
        QVERIFY(runner->run().error().code == ErrorCode::Cancelled);
        QCOMPARE(scene.service.watched->calls(), 0);
        QVERIFY(runner->run().has_value()); // once asked, once stopped
    }

    void faultsOfTheWholeJobPauseIt_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("reason");
        QTest::newRow("credentials") << static_cast<int>(ErrorCode::ExpiredToken)
                                     << QStringLiteral("The security token has expired")
                                     << QStringLiteral("expired");
        QTest::newRow("vault locked")
            << static_cast<int>(ErrorCode::VaultLocked) << QString() << QStringLiteral("locked");
        QTest::newRow("no network") << static_cast<int>(ErrorCode::ConnectionFailed)
                                    << QStringLiteral("refused") << QStringLiteral("refused");
        QTest::newRow("throttled for good") << static_cast<int>(ErrorCode::Throttling)
                                            << QStringLiteral("Rate exceeded") << QStringLiteral("Rate");
        QTest::newRow("safety") << static_cast<int>(ErrorCode::SafetyRefused) << QStringLiteral("read only")
                                << QStringLiteral("read only");
    }
    void faultsOfTheWholeJobPauseIt() {
        QFETCH(int, code);
        QFETCH(QString, message);
        QFETCH(QString, reason);
        JobScene scene;
        failFrom(scene, 55, serviceError(static_cast<ErrorCode>(code), message.toStdString()));
        const Status stopped = scene.run();
        QVERIFY(!stopped && stopped.error().code == static_cast<ErrorCode>(code));
        QVERIFY(scene.head().state == JobState::Paused);
        QVERIFY2(QString::fromStdString(scene.head().reason).contains(reason, Qt::CaseInsensitive),
                 scene.head().reason.c_str());
        QCOMPARE(scene.head().counters.failed, std::uint64_t(0)); // nobody's own fault
        scene.service.watched->before = nullptr;
        QVERIFY(scene.run().has_value());
        QVERIFY(scene.head().state == JobState::Done && scene.head().reason.empty());
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines);
        QCOMPARE(scene.service.watched->count(OperationId::Decrypt), 0);
    }

    void itemsFaultsDoNotStopOthers() {
        JobScene scene;
        const std::string seventh = toBase64(scene.blob(7));
        scene.service.watched->before = [&](int call,
                                            const kms::AnyRequest &request) -> std::optional<Error> {
            const auto &context = request.as<kms::ReEncrypt>().sourceEncryptionContext;
            const bool isSeventh = context && context->find("id") && *context->find("id") == "7";
            return isSeventh && call >= 0 ? std::optional(serviceError(ErrorCode::AccessDenied, "not you"))
                                          : std::nullopt;
        };
        std::vector<ItemRecord> faults;
        scene.observer.faults = [&](const std::vector<ItemRecord> &items) {
            faults.insert(faults.end(), items.begin(), items.end());
        };
        QVERIFY(scene.run().has_value());
        QCOMPARE(scene.head().counters.failed, std::uint64_t(1));
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines - 1);
        QCOMPARE(scene.linesUnder(scene.service.oldKey), 1);
        QCOMPARE(faults.size(), std::size_t(1));
        QVERIFY(faults[0].cause == Cause::Refused && faults[0].place.line == 8);
        // Run again when it may: only what was left is moved.
        scene.service.watched->before = nullptr;
        QVERIFY(scene.run().has_value());
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines);
        QCOMPARE(scene.head().counters.failed, std::uint64_t(0));
    }

    void tooManyFailuresPauseIt() {
        JobScene scene(1500);
        scene.spec.safety.stopAfterFailures = 12;
        scene.service.watched->before = [](int, const kms::AnyRequest &) {
            return std::optional(serviceError(ErrorCode::AccessDenied, "not you"));
        };
        const Status stopped = scene.run();
        QVERIFY(!stopped && stopped.error().code == ErrorCode::SafetyRefused);
        QVERIFY(scene.head().state == JobState::Paused);
        QVERIFY(scene.head().counters.failed >= 12 && scene.head().counters.failed < 1500);
    }

    void lostAnswersLoseNothing() {
        JobScene scene;
        scene.service.watched->after = [](int call, OperationId, Result<kms::AnyReply> &answer) {
            if (call % 11 == 0) {
                answer = fail(serviceError(ErrorCode::OutcomeUnknown));
            }
        };
        for (int round = 0; round < 5 && scene.head().state != JobState::Done; ++round) {
            (void)scene.run().has_value();
        }
        scene.service.watched->after = nullptr;
        QVERIFY(scene.run().has_value());
        QCOMPARE(scene.linesUnder(scene.service.newKey), scene.lines);
    }

    void progressAndCeiling() {
        JobScene scene;
        JobRates rates;
        scene.rate = rates.of("here", "eu", "symmetric", 100'000);
        std::vector<JobProgress> seen;
        scene.observer.progress = [&](const JobProgress &progress) { seen.push_back(progress); };
        const auto runner = scene.runner();
        runner->setCeiling(50'000);
        QVERIFY(runner->run().has_value());
        QVERIFY(seen.size() >= 2);
        QVERIFY(seen.front().state == JobState::Running && seen.back().state == JobState::Done);
        QCOMPARE(seen.back().counters.done, static_cast<std::uint64_t>(scene.lines));
        QCOMPARE(seen.back().rate.ceilingPerSecond, 50'000.0);
        QVERIFY(seen.back().total > 0 && seen.back().done <= seen.back().total);
    }

    void aChangedJournalTouchesNothing() {
        const JobScene scene;
        QVERIFY(scene.run().has_value());
        const std::string content = scene.content();
        auto bytes = readFile(scene.journalFile(), 64 << 20);
        QVERIFY(bytes.has_value());
        const std::string_view text = asText(*bytes);
        const auto at = text.find("users.jsonl");
        QVERIFY(at != std::string_view::npos);
        (*bytes)[at] ^= 1;
        QVERIFY(writeFileAtomically(scene.journalFile(), *bytes, {}));
        const auto opened = scene.journal();
        QVERIFY(!opened && opened.error().code == ErrorCode::NotAuthentic);
        QVERIFY(scene.content() == content);
    }
};

QTEST_GUILESS_MAIN(RunnerTest)
#include "tst_runner.moc"
