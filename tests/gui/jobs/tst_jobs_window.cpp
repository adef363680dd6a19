// SPDX-License-Identifier: Apache-2.0
// The window of bulk jobs on a real vault: empty, while a job runs, what failed, what follows, the history,
// and what happens to a running job when the window or the session closes.
#include "gui/dialogs/dialog_parts.h"
#include "ui/dialogs/job_wizard.h"
#include "ui/models/job_fault_model.h"
#include "ui/views/job_view.h"
#include "ui/views/jobs_window.h"
#include "unit/presenters/job_scene.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTreeView>

namespace keyturn::ui {
namespace {

using gui_test::barText;
using gui_test::part;
using gui_test::press;
using gui_test::question;
using reencrypt::JobState;
using test::JobScene;

constexpr int patience = 20'000; ///< ms, for waits that normally take far less
constexpr int rows = 60;
/// Of 120, two an item: past what the rate lets through at once, so that the first items stand as done.
constexpr int answersBeforeHold = 90;

} // namespace

class TestJobsWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<gui_test::Stage>(); }
    void init() {
        m_scene = std::make_unique<JobScene>();
        m_file = m_scene->writeLines("users.jsonl", rows);
        openWindow();
    }
    void cleanup() {
        m_scene->desk().kms().answerHeld();
        m_window.reset();
        m_scene.reset();
    }
    void cleanupTestCase() { m_stage.reset(); }

    void theEmptyWindowSaysWhatAJobIs() {
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("jobs-empty"));
        press(*m_window, "jobs.choose");
        auto *wizard = m_window->findChild<JobWizard *>();
        QVERIFY(wizard != nullptr && wizard->isVisible());
        wizard->reject();
    }

    void aRunningJobIsWatchedPausedAndResumed() {
        auto spec = slowJob();
        begin(spec, answersBeforeHold);
        QTRY_VERIFY_WITH_TIMEOUT(progress().counters.done >= 1, patience);
        QVERIFY(m_window->isRunning());
        QCOMPARE(m_window->focusWidget(), &part<QPushButton>(*m_window, "job.pause"));
        QTRY_VERIFY(part<QTableView>(*m_window, "jobs.list").model()->rowCount() == 1);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-running"));
        QVERIFY(!m_window->view()->statusText().isEmpty());
        activate();
        QTest::keyClick(m_window.get(), Qt::Key_Space); // the focused button, or pause
        QTRY_VERIFY(m_window->view()->presenter()->isStopping());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-stopping"));
        m_scene->desk().kms().answerHeld();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isRunning(), patience);
        QVERIFY(progress().state == JobState::Paused);
        QVERIFY(m_window->view()->statusText().isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-paused"));
        part<QSpinBox>(*m_window, "job.ceiling").setValue(0);
        press(*m_window, "job.run");
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isRunning() && progress().state == JobState::Done, patience);
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::newKey), rows);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-done"));
    }

    void throttlingIsSeen() {
        auto spec = slowJob();
        Error throttled = clientError(ErrorCode::Throttling, "Rate exceeded");
        throttled.retryable = true;
        plan(spec);
        m_scene->desk().kms().failNext(kms::OperationId::ReEncrypt, throttled);
        start(answersBeforeHold);
        QTRY_VERIFY_WITH_TIMEOUT(progress().rate.throttled > 0 && progress().counters.done >= 1, patience);
        QVERIFY(m_window->isRunning());
        QVERIFY(part<QLabel>(*m_window, "job.rate").text().contains(u"Throttled"));
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-throttled"));
        m_scene->desk().kms().answerHeld();
    }

    void faultsAreGroupedByCause() {
        m_scene->addStrayLines(m_file);
        runToEnd(m_scene->jobOn(m_file));
        auto &tree = part<QTreeView>(*m_window, "job.faults");
        QVERIFY(tree.isVisible());
        QCOMPARE(tree.model()->rowCount(), 2);
        tree.expandAll();
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-failures"));
        QVERIFY(part<QPushButton>(*m_window, "job.run").text().contains(u"failed"));
    }

    void verifiedUndoneAndFinalised() {
        runToEnd(m_scene->jobOn(m_file));
        press(*m_window, "job.verifyNow");
        QTRY_VERIFY_WITH_TIMEOUT(progress().state == JobState::Verified && !m_window->isRunning(), patience);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-verified"));
        press(*m_window, "job.finalise");
        QVERIFY(question(*m_window) != nullptr);
        KEYTURN_SHOOT(*m_stage, *question(*m_window), QStringLiteral("job-finalise-question"));
        question(*m_window)->reject();
        gui_test::Stage::settle();
        QVERIFY(progress().state == JobState::Verified);
        press(*m_window, "job.undo");
        QTest::mouseClick(&part<QPushButton>(*question(*m_window), "question.agree"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(progress().state == JobState::Undone && !m_window->isRunning(), patience);
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::oldKey), rows);
        for (const char *over : {"job.run", "job.pause", "job.verifyNow", "job.undo", "job.finalise"}) {
            QVERIFY2(!part<QPushButton>(*m_window, over).isVisible(), over); // none of these ever again
        }
        QCOMPARE(part<QPushButton>(*m_window, "job.another").text(),
                 QStringLiteral("New job like this\u2026"));
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-undone"));
    }

    void aDryRunLeadsToTheRealOne() {
        auto spec = m_scene->jobOn(m_file);
        spec.safety.dryRun = true;
        runToEnd(spec);
        QCOMPARE(m_scene->readableUnder(m_file, JobScene::oldKey), rows);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-dry-run-done"));
        QVERIFY(!part<QPushButton>(*m_window, "job.undo").isVisible()); // there is nothing to undo
        QCOMPARE(part<QPushButton>(*m_window, "job.another").text(), QStringLiteral("Run it for real\u2026"));
        press(*m_window, "job.another");
        auto *wizard = m_window->findChild<JobWizard *>();
        QVERIFY(wizard != nullptr);
        QCOMPARE(int(wizard->page()), int(JobPage::Review));
        QVERIFY(!wizard->spec().safety.dryRun);
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*wizard, "job.start").isEnabled(), patience);
        press(*wizard, "job.start");
        QTRY_VERIFY_WITH_TIMEOUT(m_scene->readableUnder(m_file, JobScene::newKey) == rows, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isRunning(), patience);
    }

    void theHistoryShowsWhatBecameOfEach() {
        makeHistory();
        m_window->refresh();
        auto &list = part<QTableView>(*m_window, "jobs.list");
        QCOMPARE(list.model()->rowCount(), 4);
        list.setFocus();
        bool sawPaused = false;
        for (int row = 0; row < 4; ++row) {
            list.setCurrentIndex(list.model()->index(row, 0));
            QTRY_VERIFY_WITH_TIMEOUT(m_window->view()->presenter() != nullptr &&
                                         !m_window->view()->presenter()->isBusy(),
                                     patience);
            const QString state = list.model()->index(list.currentIndex().row(), 1).data().toString();
            if (state == u"Paused") {
                KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("jobs-history-paused"));
                QVERIFY(!barText(*m_window->view()).isEmpty());
                sawPaused = true;
            }
        }
        QVERIFY(sawPaused);
        QTest::keyClick(&list, Qt::Key_End);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->view()->presenter() != nullptr && !m_window->view()->presenter()->isBusy(), patience);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("jobs-history"));
    }

    void aReportIsSaved() {
        runToEnd(m_scene->jobOn(m_file));
        const auto report = m_scene->desk().folder() / "users.html";
        m_window->view()->presenter()->report(report);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->view()->presenter()->isBusy(), patience);
        QVERIFY(std::filesystem::file_size(report) > 0);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-report-saved"));
    }

    void aJobThatStopsItselfSaysWhy() {
        Error expired = clientError(ErrorCode::ExpiredToken, "the login has ended");
        plan(slowJob());
        m_scene->desk().kms().failNext(kms::OperationId::ReEncrypt, expired);
        start();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isRunning(), patience);
        QVERIFY(progress().state == JobState::Paused);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-stopped-by-service"));
        part<QSpinBox>(*m_window, "job.ceiling").setValue(0);
        auto *bar = m_window->view()->findChild<widgets::InlineBar *>();
        QCOMPARE(bar->news().action, QStringLiteral("Resume"));
        Q_EMIT bar->actionTriggered();
        QTRY_VERIFY_WITH_TIMEOUT(progress().state == JobState::Done && !m_window->isRunning(), patience);
    }

    void closingAsksWhileAJobRuns() {
        begin(slowJob(), answersBeforeHold);
        QTRY_VERIFY_WITH_TIMEOUT(progress().counters.done >= 1, patience);
        m_window->close();
        QVERIFY(m_window->isVisible());
        QDialog *asked = question(*m_window);
        QVERIFY(asked != nullptr);
        KEYTURN_SHOOT(*m_stage, *asked, QStringLiteral("job-close-question"));
        QTest::mouseClick(&part<QPushButton>(*asked, "question.agree"), Qt::LeftButton);
        m_scene->desk().kms().answerHeld();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), patience);
        QVERIFY(progress().state == JobState::Paused);
        m_window->show();
        press(*m_window, "job.run");
        m_window->view()->presenter()->setCeiling(0);
        QTRY_VERIFY_WITH_TIMEOUT(progress().state == JobState::Done && !m_window->isRunning(), patience);
    }

    void aSessionThatEndsLeavesTheJobResumable() {
        auto spec = slowJob();
        spec.safety.perSecond = 8; // far longer than anything here waits
        begin(spec);
        QTRY_VERIFY_WITH_TIMEOUT(progress().counters.done >= 1, patience);
        QSignalSpy running(m_window.get(), &JobsWindow::runningChanged);
        m_scene->desk().session().close();
        QVERIFY(!m_window->isRunning());
        QCOMPARE(running.size(), 1);
        QVERIFY(m_window->view()->presenter() == nullptr);
        m_scene->jobs().refresh();
        QCOMPARE(m_scene->jobs().entries().size(), std::size_t(1));
        QVERIFY(m_scene->jobs().entries().front().head.state == JobState::Paused);
        QVERIFY(m_scene->jobs().entries().front().heldBy.isEmpty());
    }

private:
    void openWindow() {
        m_window = std::make_unique<JobsWindow>(m_scene->desk().context(), &m_scene->keychain(),
                                                m_scene->journals());
        QVERIFY(gui_test::Stage::show(*m_window, {1240, 720}));
        gui_test::Stage::settle();
    }
    void activate() {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    /// Two calls an item, so about ten items a second.
    reencrypt::JobSpec slowJob() const {
        auto spec = m_scene->jobOn(m_file);
        spec.safety.perSecond = 40;
        spec.safety.inFlight = 2;
        spec.safety.batchItems = 2;
        return spec;
    }
    const reencrypt::JobProgress &progress() const { return m_window->view()->presenter()->progress(); }
    void plan(const reencrypt::JobSpec &spec) {
        m_window->newJob(spec, JobPage::Review);
        m_wizard = m_window->findChild<JobWizard *>();
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*m_wizard, "job.start").isEnabled(), patience);
    }
    /// `answers`: after so many of ReEncrypt all others are held; 0: none is.
    void start(int answers = 0) {
        if (answers > 0) {
            m_scene->desk().kms().holdAfter(kms::OperationId::ReEncrypt, answers);
        }
        press(*m_wizard, "job.start");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->view()->presenter() != nullptr, patience);
        gui_test::Stage::settle();
    }
    void begin(const reencrypt::JobSpec &spec, int answers = 0) {
        plan(spec);
        start(answers);
    }
    void runToEnd(const reencrypt::JobSpec &spec) {
        begin(spec);
        QTRY_VERIFY_WITH_TIMEOUT(progress().state == JobState::Done && !m_window->isRunning(), patience);
    }
    void makeHistory() {
        const struct {
            const char *name;
            bool verify, finalise;
            bool fails;
        } jobs[] = {{"orders to 2025", true, true, false},
                    {"users to 2025", true, false, false},
                    {"invoices to 2025", false, false, false},
                    {"sessions to 2025", false, false, true}};
        for (const auto &each : jobs) {
            auto spec = m_scene->jobOn(m_scene->writeLines(std::string(each.name) + ".jsonl", 12));
            spec.name = each.name;
            auto job = m_scene->openNew(spec);
            if (each.fails) {
                m_scene->desk().kms().failNext(kms::OperationId::ReEncrypt,
                                               clientError(ErrorCode::ExpiredToken, "the login has ended"));
            }
            job.presenter->run(spec);
            QCOMPARE(JobScene::outcomeOf(*job.presenter).has_value(), !each.fails);
            if (each.verify) {
                job.presenter->verify();
                QVERIFY(JobScene::outcomeOf(*job.presenter).has_value());
            }
            if (each.finalise) {
                job.presenter->finalise();
                QVERIFY(JobScene::outcomeOf(*job.presenter).has_value());
            }
        }
    }

    std::unique_ptr<gui_test::Stage> m_stage;
    std::unique_ptr<JobScene> m_scene;
    std::filesystem::path m_file;
    std::unique_ptr<JobsWindow> m_window;
    QPointer<JobWizard> m_wizard;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestJobsWindow)
#include "tst_jobs_window.moc"
