// SPDX-License-Identifier: Apache-2.0
// A job from Ctrl+Shift+R to Done by key presses alone, in the main window on a real vault; what the main
// window says of it, and what it asks before a running job is left.
#include "base/encoding.h"
#include "fakes/fake_keychain.h"
#include "gui/dialogs/dialog_parts.h"
#include "gui/views/demo_home.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/encrypt.h"
#include "ui/desktop/notices.h"
#include "ui/desktop/sleep_inhibitor.h"
#include "ui/desktop/tray.h"
#include "ui/dialogs/job_wizard.h"
#include "ui/views/action_table.h"
#include "ui/views/job_view.h"
#include "ui/views/jobs_window.h"
#include "ui/views/main_window.h"
#include "unit/presenters/desk.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>

namespace keyturn::ui {
namespace {

using gui_test::DemoHome;
using gui_test::part;
using gui_test::question;
using reencrypt::JobState;
using workspace::Session;

constexpr int patience = DemoHome::patience;
constexpr int rows = 200; ///< slowly, far longer than anything here waits

/// Counts instead of asking the desktop.
class CountedInhibitor final : public desktop::SleepInhibitor {
public:
    void hold(const QString &) override {
        m_isHeld = true;
        ++holds;
    }
    void release() override { m_isHeld = false; }
    bool isHeld() const override { return m_isHeld; }
    int holds = 0;

private:
    bool m_isHeld = false;
};

/// A desktop with a tray, or without.
class PlayedTray final : public desktop::Tray {
public:
    bool isThere() const override { return exists; }
    void show(const QString &said) override {
        isShown = true;
        words = said;
    }
    void hide() override { isShown = false; }
    bool exists = false;
    bool isShown = false;
    QString words;
};

class HeardNotices final : public desktop::Notices {
public:
    void tell(const QString &title, const QString &text) override { told += title + u'\n' + text; }
    void withdraw() override { ++withdrawn; }
    QStringList told;
    int withdrawn = 0;
};

QPushButton *buttonThatSays(QDialog &dialog, const QString &words) {
    for (QPushButton *each : dialog.findChildren<QPushButton *>()) {
        if (each->text() == words) {
            return each;
        }
    }
    return nullptr;
}

} // namespace

class TestJobsKeyboard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_home = std::make_unique<DemoHome>(QStringLiteral("jobs-keyboard"));
        m_stage = std::make_unique<gui_test::Stage>();
    }
    void init() {
        m_jobs = std::make_unique<QTemporaryDir>();
        MainWindowParts parts{.profiles = m_home->profiles(), .keychain = &m_keychain};
        parts.sleepInhibitor = &m_awake;
        parts.notices = &m_notices;
        parts.tray = &m_tray;
        m_tray.exists = false;
        m_notices.told.clear();
        parts.jobsFolder = m_jobs->path().toStdString() + "/jobs";
        m_window = std::make_unique<MainWindow>(parts);
        QVERIFY(gui_test::Stage::show(*m_window, {1280, 800}));
        unlock();
        writeLines();
    }
    void cleanup() {
        m_window.reset();
        m_jobs.reset();
    }
    void cleanupTestCase() {
        m_stage.reset();
        m_home.reset();
    }

    void aJobIsDoneWithKeysAlone() {
        keys(m_window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(wizard() != nullptr && wizard()->isVisible());
        QTRY_VERIFY(part<QComboBox>(*wizard(), "job.kind").hasFocus());
        QTest::keyClicks(focused(), QStringLiteral("JSON"));
        keys(focused(), Qt::Key_Tab);
        QTest::keyClicks(focused(), fileName());
        next();
        QTRY_VERIFY(part<QLineEdit>(*wizard(), "job.blob").hasFocus());
        QTest::keyClicks(focused(), QStringLiteral("/key"));
        QTRY_COMPARE_WITH_TIMEOUT(part<QTableWidget>(*wizard(), "job.preview").rowCount(), 20, patience);
        next();
        QTRY_VERIFY(part<QComboBox>(*wizard(), "job.sourceMode").hasFocus());
        keys(focused(), Qt::Key_Tab);
        QTest::keyClicks(focused(), QStringLiteral("alias/shop/customers"));
        keys(focused(), Qt::Key_Tab);
        QTest::keyClicks(focused(), QStringLiteral("alias/shop/orders"));
        keys(focused(), Qt::Key_Tab); // the context's table
        QCOMPARE(focused()->objectName(), QStringLiteral("contextTable"));
        QApplication::clipboard()->setText(QStringLiteral("tenant={/tenant}"));
        keys(focused(), Qt::Key_V, Qt::ControlModifier);
        next();
        QTRY_VERIFY(part<QCheckBox>(*wizard(), "job.dryRun").hasFocus());
        QVERIFY(QApplication::activePopupWidget() == nullptr); // of the key picker
        keys(focused(), Qt::Key_Space);                        // not a dry run
        next();
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*wizard(), "job.start").isEnabled(), patience);
        next(); // starts
        QTRY_VERIFY_WITH_TIMEOUT(view() != nullptr && view()->presenter() != nullptr &&
                                     view()->presenter()->progress().state == JobState::Done &&
                                     !view()->isRunning(),
                                 patience);
        QCOMPARE(readableUnder("alias/shop/orders"), rows);
        QCOMPARE(m_awake.holds, 1);        // while it ran
        QVERIFY(m_notices.told.isEmpty()); // it was looked at
        QVERIFY(!m_awake.isHeld());
        m_window->jobs()->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window->jobs()));
        KEYTURN_SHOOT(*m_stage, *m_window->jobs(), QStringLiteral("job-done-by-keyboard"));
    }

    void theMainWindowShowsAndAsks() {
        startSlowly();
        auto *state = m_window->findChild<QLabel *>(QStringLiteral("status.job"));
        QTRY_VERIFY_WITH_TIMEOUT(state->isVisible() && state->text().contains(u"users"), patience);
        QVERIFY(m_awake.isHeld());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-in-status-bar"));
        m_window->close();
        QVERIFY(m_window->isVisible());
        QVERIFY(question(*m_window) != nullptr);
        KEYTURN_SHOOT(*m_stage, *question(*m_window), QStringLiteral("job-quit-question"));
        QVERIFY(buttonThatSays(*question(*m_window), QStringLiteral("Keep in tray")) == nullptr);
        question(*m_window)->reject();
        gui_test::Stage::settle();
        QVERIFY(m_window->jobs()->isRunning());
        m_window->close();
        QTest::mouseClick(&part<QPushButton>(*question(*m_window), "question.agree"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), patience);
        QVERIFY(m_window->jobs() == nullptr);
        QVERIFY(!m_awake.isHeld());
    }

    void aJobGoesOnInTheTrayAndSaysThatItHasEnded() {
        m_tray.exists = true;
        startSlowly();
        m_window->close();
        QPushButton *keep = buttonThatSays(*question(*m_window), QStringLiteral("Keep in tray"));
        QVERIFY(keep != nullptr);
        KEYTURN_SHOOT(*m_stage, *question(*m_window), QStringLiteral("job-quit-question-tray"));
        QTest::mouseClick(keep, Qt::LeftButton);
        QTRY_VERIFY(!m_window->isVisible() && !m_window->jobs()->isVisible());
        QVERIFY(m_tray.isShown && m_window->jobs()->isRunning());
        QVERIFY(!QApplication::quitOnLastWindowClosed());
        QTRY_VERIFY_WITH_TIMEOUT(m_tray.words.contains(u"users"), patience);
        view()->presenter()->setCeiling(0);
        QTRY_COMPARE_WITH_TIMEOUT(m_notices.told.size(), 1, patience);
        QCOMPARE(m_notices.told.front(), QStringLiteral("Done\n%1 done").arg(rows)); // names nothing
        QVERIFY(!m_window->isVisible());
        Q_EMIT m_notices.chosen();
        QTRY_VERIFY(m_window->isVisible() && m_window->jobs()->isVisible());
        QVERIFY(!m_tray.isShown);
        QVERIFY(QApplication::quitOnLastWindowClosed());
        QCOMPARE(readableUnder("alias/shop/orders"), rows);
    }

    void aMinimisedWindowTellsAndTheTrayQuits() {
        m_tray.exists = true;
        startSlowly();
        m_window->jobs()->showMinimized();
        QTRY_VERIFY(m_window->jobs()->isMinimized());
        view()->presenter()->setCeiling(0);
        QTRY_COMPARE_WITH_TIMEOUT(m_notices.told.size(), 1, patience);
        action(ActionId::BulkJobs)->trigger();
        QVERIFY(!m_window->jobs()->isMinimized());
        QVERIFY(m_notices.withdrawn > 0);
        Q_EMIT m_tray.quitAsked();
        QTRY_VERIFY(!m_window->isVisible());
    }

    void lockingPausesAndSaysSo() {
        startSlowly();
        QTRY_VERIFY_WITH_TIMEOUT(view()->presenter()->progress().counters.done > 0, patience);
        action(ActionId::Lock)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Locked, patience);
        QVERIFY(m_window->jobs() == nullptr);
        QVERIFY(!m_awake.isHeld());
        QVERIFY(!m_window->findChild<QLabel *>(QStringLiteral("status.job"))->isVisible());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-locked"));
        unlock();
        action(ActionId::BulkJobs)->trigger();
        auto &list = part<QTableView>(*m_window->jobs(), "jobs.list");
        QCOMPARE(list.model()->rowCount(), 1);
        QCOMPARE(list.model()->index(0, 1).data().toString(), QStringLiteral("Paused"));
        list.setFocus();
        keys(&list, Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(view()->presenter() != nullptr && !view()->presenter()->isBusy(), patience);
        part<QSpinBox>(*m_window->jobs(), "job.ceiling").setValue(0);
        keys(&part<QPushButton>(*m_window->jobs(), "job.run"), Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(view()->presenter()->progress().state == JobState::Done, patience);
        QTRY_VERIFY_WITH_TIMEOUT(!view()->isRunning(), patience);
        QCOMPARE(readableUnder("alias/shop/orders"), rows);
    }

    void withoutASessionThereAreNoJobs() {
        action(ActionId::Lock)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Locked, patience);
        for (const ActionId id : {ActionId::BulkJobs, ActionId::ReEncryptInBulk}) {
            QVERIFY(!action(id)->isEnabled());
            QVERIFY(!action(id)->statusTip().isEmpty());
        }
    }

private:
    void unlock() { DemoHome::unlock(*m_window); }
    void writeLines() {
        std::string text;
        for (int row = 1; row <= rows; ++row) {
            kms::Encrypt::Request request;
            request.keyId = "alias/shop/customers";
            request.plaintext = SecretBytes::copyOf("a data key");
            request.encryptionContext = test::contextWith({{"tenant", "acme"}});
            auto reply = kms::callAndWait<kms::Encrypt>(*m_window->session().service(), std::move(request));
            QVERIFY(reply.has_value());
            text += "{\"id\": " + std::to_string(row) + ", \"tenant\": \"acme\", \"key\": \"" +
                    toBase64(*reply->ciphertextBlob) + "\"}\n";
        }
        QFile file(fileName());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text.data(), qint64(text.size())), qint64(text.size()));
    }
    QString fileName() const { return m_jobs->filePath(QStringLiteral("users.jsonl")); }
    int readableUnder(const char *keyId) {
        QFile file(fileName());
        if (!file.open(QIODevice::ReadOnly)) {
            return -1;
        }
        int readable = 0;
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QByteArray blob =
                QByteArray::fromBase64(line.mid(line.indexOf("key\": \"") + 7).split('"').front());
            kms::Decrypt::Request request;
            request.ciphertextBlob = Bytes(blob.begin(), blob.end());
            request.keyId = keyId;
            request.encryptionContext = test::contextWith({{"tenant", "acme"}});
            readable += !blob.isEmpty() && kms::callAndWait<kms::Decrypt>(*m_window->session().service(),
                                                                          std::move(request))
                            ? 1
                            : 0;
        }
        return readable;
    }
    /// A job that takes long enough to be looked at: about five items a second.
    void startSlowly() {
        reencrypt::JobSpec spec;
        spec.name = "users";
        spec.source.kind = reencrypt::SourceKind::JsonLines;
        spec.source.paths = {fileName().toStdString()};
        spec.finder.blob = "/key";
        spec.sourceKeys = {"alias/shop/customers"};
        spec.destinationKey = "alias/shop/orders";
        spec.context.pairs.emplace_back("tenant", reencrypt::ContextTemplate::literal("acme"));
        spec.safety.perSecond = 15;
        spec.safety.rateGiven = true;
        spec.safety.batchItems = 2;
        spec.safety.inFlight = 2;
        action(ActionId::BulkJobs)->trigger();
        m_window->jobs()->newJob(spec, JobPage::Review);
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*wizard(), "job.start").isEnabled(), patience);
        QTest::mouseClick(&part<QPushButton>(*wizard(), "job.start"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->jobs()->isRunning(), patience);
    }
    QAction *action(ActionId id) { return m_window->findChild<ActionSet *>()->action(id); }
    JobWizard *wizard() {
        return m_window->jobs() == nullptr ? nullptr : m_window->jobs()->findChild<JobWizard *>();
    }
    JobView *view() { return m_window->jobs() == nullptr ? nullptr : m_window->jobs()->view(); }
    static QWidget *focused() { return QApplication::focusWidget(); }
    static void keys(QWidget *widget, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(widget, key, modifiers);
        gui_test::Stage::settle();
    }
    static void next() { keys(focused(), Qt::Key_Return, Qt::ControlModifier); }

    std::unique_ptr<DemoHome> m_home;
    test::FakeKeychain m_keychain;
    CountedInhibitor m_awake;
    HeardNotices m_notices;
    PlayedTray m_tray;
    std::unique_ptr<QTemporaryDir> m_jobs;
    std::unique_ptr<gui_test::Stage> m_stage;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestJobsKeyboard)
#include "tst_jobs_keyboard.moc"
