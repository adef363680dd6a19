// SPDX-License-Identifier: Apache-2.0
// A bulk job as a window works it, on a real vault: previewed, planned, run, stopped, resumed, proven, undone
// and reported, with the file on the disk as the judge.
#include "unit/presenters/job_scene.h"

#include "ui/presenters/job_words.h"

#include <QFile>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using reencrypt::Cause;
using reencrypt::JobState;
using ui::JobPresenter;

namespace {

constexpr int rows = 40;
constexpr int many = 1500;       ///< far more than what is read ahead
constexpr int patience = 20'000; // milliseconds; a busy machine

QByteArray contentOf(const std::filesystem::path &file) {
    const Bytes content = fileContent(file);
    return {reinterpret_cast<const char *>(content.data()), qsizetype(content.size())};
}

QString whyOf(const Status &status) {
    return status ? QString() : QString::fromStdString(status.error().detail + status.error().serviceMessage);
}

} // namespace

#define VERIFY_OK(outcome)                                                                                   \
    do {                                                                                                     \
        const Status kept = (outcome);                                                                       \
        QVERIFY2(kept.has_value(), qPrintable(whyOf(kept)));                                                 \
    } while (false)

class TestJobPresenter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_scene = std::make_unique<JobScene>();
        m_file = m_scene->writeLines("users.jsonl", rows);
        m_before = contentOf(m_file);
    }
    void cleanup() {
        m_scene->desk().kms().answerHeld();
        m_scene.reset();
    }

    void thePreviewShowsWhatIsFound() {
        JobPresenter presenter(m_scene->jobs().planningParts());
        presenter.preview(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(presenter));
        QCOMPARE(presenter.previewed().size(), std::size_t(JobPresenter::previewItems));
        const auto &first = presenter.previewed().front();
        QCOMPARE(first.record.place.line, std::uint64_t(1));
        QVERIFY(!first.kind.empty());
        QCOMPARE(first.context.size(), std::size_t(1));
        QCOMPARE(contentOf(m_file), m_before);
    }

    void aNewerPreviewReplacesTheOneUnderWay() {
        JobPresenter presenter(m_scene->jobs().planningParts());
        const auto few = m_scene->writeLines("few.jsonl", 3);
        QSignalSpy shown(&presenter, &JobPresenter::previewChanged);
        QSignalSpy ended(&presenter, &JobPresenter::ended);
        presenter.preview(m_scene->jobOn(m_file));
        presenter.preview(m_scene->jobOn(few));
        QTRY_COMPARE_WITH_TIMEOUT(presenter.isBusy(), false, patience);
        QCOMPARE(shown.size(), 1);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(presenter.previewed().size(), std::size_t(3));
    }

    void aPlanCountsAndAsks() {
        JobPresenter presenter(m_scene->jobs().planningParts());
        presenter.plan(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(presenter));
        QVERIFY(presenter.planned().has_value());
        QCOMPARE(presenter.planned()->survey.items, std::uint64_t(rows));
        QVERIFY(presenter.planned()->mayRun());
        QVERIFY(!presenter.planned()->permissions.empty());
        QCOMPARE(contentOf(m_file), m_before);
        auto wrong = m_scene->jobOn(m_file);
        wrong.destinationKey = "alias/nobody";
        presenter.plan(wrong);
        const Status unknown = JobScene::outcomeOf(presenter);
        QVERIFY(!unknown || !presenter.planned()->mayRun());
        m_scene->desk().disable(m_scene->desk().arnOf(JobScene::newKey));
        presenter.plan(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(presenter));
        QVERIFY(!presenter.planned()->mayRun());
        presenter.forgetPlan();
        QVERIFY(!presenter.planned().has_value());
    }

    void aJobIsRunVerifiedAndUndone() {
        auto job = m_scene->openNew(m_scene->jobOn(m_file));
        QSignalSpy progress(job.presenter.get(), &JobPresenter::progressChanged);
        job.presenter->run(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QVERIFY(!progress.isEmpty());
        QVERIFY(job.presenter->progress().state == JobState::Done);
        QCOMPARE(job.presenter->progress().counters.done, std::uint64_t(rows));
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
        job.presenter->verify();
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QVERIFY(job.presenter->progress().state == JobState::Verified);
        job.presenter->undo();
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QVERIFY(job.presenter->progress().state == JobState::Undone);
        QCOMPARE(contentOf(m_file), m_before);
    }

    void aFinalisedJobCannotBeUndone() {
        auto job = m_scene->openNew(m_scene->jobOn(m_file));
        job.presenter->run(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        job.presenter->finalise();
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QVERIFY(job.presenter->progress().state == JobState::Finalised);
        job.presenter->undo();
        QVERIFY(!JobScene::outcomeOf(*job.presenter).has_value());
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
    }

    void whatFailsIsToldByCause() {
        m_scene->addStrayLines(m_file);
        auto job = m_scene->openNew(m_scene->jobOn(m_file));
        job.presenter->run(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QCOMPARE(job.presenter->faultCount(), std::uint64_t(3));
        QCOMPARE(job.presenter->faults().size(), std::size_t(3));
        int stray = 0;
        for (const auto &each : job.presenter->faults()) {
            stray += each.cause == Cause::StrayKey ? 1 : 0;
            QVERIFY(each.place.line > std::uint64_t(rows));
        }
        QCOMPARE(stray, 2);
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
    }

    void aStoppedJobGoesOnWhereItStood() {
        m_file = m_scene->writeLines("many.jsonl", many);
        auto spec = m_scene->jobOn(m_file);
        spec.safety.batchItems = 5;
        spec.safety.inFlight = 2;
        auto job = m_scene->openNew(spec);
        const std::size_t before = m_scene->desk().kms().calls().size();
        m_scene->desk().kms().holdAnswers();
        const auto letGo = qScopeGuard([this] { m_scene->desk().kms().answerHeld(); });
        job.presenter->run(spec);
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->desk().kms().calls().size() > before, patience);
        job.presenter->stop();
        QVERIFY(job.presenter->isStopping());
        m_scene->desk().kms().answerHeld();
        const Status stopped = JobScene::outcomeOf(*job.presenter);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        QVERIFY(job.presenter->progress().state == JobState::Paused);
        QVERIFY(job.presenter->progress().counters.done < std::uint64_t(many));
        job.presenter->run(spec);
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), many);
    }

    void deathWhileRunningLeavesItResumable() {
        auto spec = m_scene->jobOn(m_file);
        spec.safety.batchItems = 5;
        spec.safety.inFlight = 2;
        {
            auto job = m_scene->openNew(spec);
            QSignalSpy progress(job.presenter.get(), &JobPresenter::progressChanged);
            job.presenter->run(spec);
            QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), patience);
        }
        m_scene->jobs().refresh();
        QCOMPARE(m_scene->jobs().entries().size(), std::size_t(1));
        const ui::JobEntry entry = m_scene->jobs().entries().front();
        QVERIFY(entry.heldBy.isEmpty());
        auto again = m_scene->openAgain(entry);
        again.presenter->run(entry.head.spec);
        VERIFY_OK(JobScene::outcomeOf(*again.presenter));
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
    }

    void anEarlierJobTellsItsFaultsAgain() {
        m_scene->addStrayLines(m_file);
        {
            auto job = m_scene->openNew(m_scene->jobOn(m_file));
            job.presenter->run(m_scene->jobOn(m_file));
            VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        }
        m_scene->jobs().refresh();
        auto again = m_scene->openAgain(m_scene->jobs().entries().front());
        again.presenter->load();
        VERIFY_OK(JobScene::outcomeOf(*again.presenter));
        QCOMPARE(again.presenter->faultCount(), std::uint64_t(3));
        QVERIFY(again.presenter->progress().state == JobState::Done);
        QCOMPARE(again.presenter->progress().counters.done, std::uint64_t(rows));
    }

    void reportsTakeTheFormOfTheFile_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("JSON") << QStringLiteral("r.json") << QByteArray("{");
        QTest::newRow("CSV") << QStringLiteral("r.csv") << QByteArray();
        QTest::newRow("HTML") << QStringLiteral("r.html") << QByteArray("<!DOCTYPE html>");
        QTest::newRow("no ending") << QStringLiteral("r") << QByteArray("<!DOCTYPE html>");
    }
    void reportsTakeTheFormOfTheFile() {
        QFETCH(QString, name);
        QFETCH(QByteArray, begins);
        auto job = m_scene->openNew(m_scene->jobOn(m_file));
        job.presenter->run(m_scene->jobOn(m_file));
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        const auto file = m_scene->desk().folder() / name.toStdString();
        job.presenter->report(file);
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        const QByteArray text = contentOf(file);
        QVERIFY2(text.toLower().startsWith(begins.toLower()), text.left(60).constData());
        QVERIFY(text.contains("users.jsonl"));
        QVERIFY(!text.contains("the invoice"));
    }

    void theCeilingHoldsForTheRunningJob() {
        auto spec = m_scene->jobOn(m_file);
        auto job = m_scene->openNew(spec);
        const std::size_t before = m_scene->desk().kms().calls().size();
        m_scene->desk().kms().holdAnswers();
        const auto letGo = qScopeGuard([this] { m_scene->desk().kms().answerHeld(); });
        job.presenter->run(spec);
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->desk().kms().calls().size() > before, patience);
        job.presenter->setCeiling(5000);
        m_scene->desk().kms().answerHeld();
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QCOMPARE(job.presenter->progress().rate.ceilingPerSecond, 5000.0);
    }

    void aServiceThatRefusesPausesTheJob() {
        auto spec = m_scene->jobOn(m_file);
        auto job = m_scene->openNew(spec);
        Error expired = clientError(ErrorCode::ExpiredToken, "the login has ended");
        m_scene->desk().kms().failNext(kms::OperationId::ReEncrypt, expired);
        job.presenter->run(spec);
        const Status paused = JobScene::outcomeOf(*job.presenter);
        QVERIFY(!paused && paused.error().code == ErrorCode::ExpiredToken);
        QVERIFY(job.presenter->progress().state == JobState::Paused);
        job.presenter->run(spec);
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
    }

    void actsThatDoNotApplySayWhy() {
        using Act = JobPresenter::Act;
        reencrypt::JournalHead head;
        head.spec = m_scene->jobOn(m_file);
        QVERIFY(ui::whyNotOnJob(Act::Run, head).isEmpty());
        QVERIFY(!ui::whyNotOnJob(Act::Undo, head).isEmpty());
        QVERIFY(!ui::whyNotOnJob(Act::Verify, head).isEmpty());
        head.state = JobState::Done;
        for (const Act act : {Act::Run, Act::Undo, Act::Verify, Act::Finalise, Act::Report}) {
            QVERIFY(ui::whyNotOnJob(act, head).isEmpty());
        }
        head.spec.verification = reencrypt::Verification::Reply;
        QVERIFY(ui::whyNotOnJob(Act::Finalise, head).contains(u"Verify"));
        head.spec.safety.backup = false;
        QVERIFY(!ui::whyNotOnJob(Act::Undo, head).isEmpty());
        head.state = JobState::Finalised;
        QVERIFY(!ui::whyNotOnJob(Act::Run, head).isEmpty());
        QVERIFY(ui::whyNotOnJob(Act::Report, head).isEmpty());
    }

    void eachStateOffersWhatMakesSense_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("dryRun");
        QTest::addColumn<int>("failed");
        QTest::addColumn<QString>("offered"); // in order; the one that is due is marked
        const auto row = [](const char *name, JobState state, bool dryRun, int failed, const char *offered) {
            QTest::newRow(name) << int(state) << dryRun << failed << QString::fromUtf8(offered);
        };
        row("new", JobState::Planned, false, 0, "*Start, Verify, Undo, Finalise");
        row("paused", JobState::Paused, false, 0, "*Resume, Verify, Undo, Finalise");
        row("done", JobState::Done, false, 0, "Look again, *Verify, Undo, Finalise");
        row("done, some failed", JobState::Done, false, 2, "*Try failed items again, Verify, Undo, Finalise");
        row("verified", JobState::Verified, false, 0, "Look again, Verify, Undo, Finalise");
        row("finalised", JobState::Finalised, false, 0, "New job like this\xe2\x80\xa6");
        row("undone", JobState::Undone, false, 0, "New job like this\xe2\x80\xa6");
        row("dry run paused", JobState::Paused, true, 0, "*Resume");
        row("dry run done", JobState::Done, true, 0, "Look again, Run it for real\xe2\x80\xa6");
    }
    void eachStateOffersWhatMakesSense() {
        using Act = JobPresenter::Act;
        QFETCH(const int, state);
        QFETCH(const bool, dryRun);
        QFETCH(const int, failed);
        reencrypt::JournalHead head;
        head.spec = m_scene->jobOn(m_file);
        head.state = static_cast<JobState>(state);
        head.spec.safety.dryRun = dryRun;
        head.counters.failed = std::uint64_t(failed);
        QStringList offered;
        const std::pair<Act, QString> acts[] = {{Act::Run, ui::runVerb(head)},
                                                {Act::Verify, QStringLiteral("Verify")},
                                                {Act::Undo, QStringLiteral("Undo")},
                                                {Act::Finalise, QStringLiteral("Finalise")}};
        for (const auto &[act, verb] : acts) {
            if (ui::mayStillCome(act, head)) {
                offered += (ui::nextAct(head) == act ? QStringLiteral("*") : QString()) + verb;
            }
        }
        if (const QString another = ui::anotherVerb(head); !another.isEmpty()) {
            offered += another;
        }
        QTEST(offered.join(QStringLiteral(", ")), "offered");
        QVERIFY(ui::mayStillCome(Act::Report, head));
    }

    void aStopBeforeAnythingBeganBeginsNothing() {
        auto spec = m_scene->jobOn(m_file);
        auto job = m_scene->openNew(spec);
        job.presenter->run(spec);
        job.presenter->stop();
        const Status stopped = JobScene::outcomeOf(*job.presenter);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        job.presenter->run(spec);
        VERIFY_OK(JobScene::outcomeOf(*job.presenter));
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
    }

private:
    std::unique_ptr<JobScene> m_scene;
    std::filesystem::path m_file;
    QByteArray m_before;
};

QTEST_GUILESS_MAIN(TestJobPresenter)
#include "tst_job_presenter.moc"
