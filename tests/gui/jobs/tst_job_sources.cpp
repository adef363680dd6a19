// SPDX-License-Identifier: Apache-2.0
// Where jobs come from: a table of a real SQLite database, from the wizard's first page to the last row; and
// job files, written by hand or by `job plan --write`, opened in the window.
#include "base/encoding.h"
#include "gui/dialogs/dialog_parts.h"
#include "reencrypt/job_file.h"
#include "ui/dialogs/job_wizard.h"
#include "ui/views/job_view.h"
#include "ui/views/jobs_window.h"
#include "ui/widgets/mono_text.h"
#include "unit/presenters/job_scene.h"
#include "unit/reencrypt_sql/sqlite_file.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTableWidget>
#include <QTreeView>

namespace keyturn::ui {
namespace {

using gui_test::barText;
using gui_test::barTitle;
using gui_test::part;
using gui_test::press;
using gui_test::Stage;
using gui_test::typeKey;
using reencrypt::JobState;
using reencrypt::SourceKind;
using test::JobScene;

constexpr int patience = 20'000; ///< ms, for waits that normally take far less
constexpr int rows = 24;
constexpr int emptyRow = 25; ///< NULL: nothing to move
constexpr int wrongRow = 26; ///< no ciphertext
const QString everythingElse =
    QStringLiteral("SELECT id, tenant, email, typeof(data_key) FROM users ORDER BY id");

QString fromPath(const std::filesystem::path &path) {
    return QString::fromStdString(path.string());
}

} // namespace

class TestJobSources : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void init() {
        m_scene = std::make_unique<JobScene>();
        m_window = std::make_unique<JobsWindow>(m_scene->desk().context(), &m_scene->keychain(),
                                                m_scene->journals());
        QVERIFY(Stage::show(*m_window, {1240, 720}));
        Stage::settle();
    }
    void cleanup() {
        m_window.reset();
        m_scene.reset();
    }
    void cleanupTestCase() { m_stage.reset(); }

    void aTableOfADatabaseIsMovedFromTheFirstPageOn() {
        test::SqliteFile database;
        fillTable(database);
        const QStringList before = database.run(everythingElse);

        keys(m_window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(wizard() != nullptr);
        choose("job.kind", int(SourceKind::Sqlite));
        QVERIFY(!part<QPlainTextEdit>(*wizard(), "job.paths").isVisible());
        press(*wizard(), "job.chooseDatabase");
        pickFile(database.path());
        wizard()->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(wizard()));
        QCOMPARE(line("job.database").text(), database.path());
        press(*wizard(), "job.next");
        QVERIFY(visibleText().contains(u"source.table") ||
                visibleText().contains(u"able")); // it has to be named
        type("job.table", "users");
        KEYTURN_SHOOT(*m_stage, *wizard(), QStringLiteral("job-sqlite-source"));

        press(*wizard(), "job.next");
        QCOMPARE(int(wizard()->page()), int(JobPage::Blobs));
        QCOMPARE(wizard()->focusWidget(), &line("job.blob"));
        type("job.blob", "data_key");
        type("job.id", "email");
        auto &preview = part<QTableWidget>(*wizard(), "job.preview");
        QTRY_COMPARE_WITH_TIMEOUT(preview.rowCount(), 20, patience);
        for (int row = 0; row < 20; ++row) { // what the inspector says of each
            QVERIFY2(!preview.item(row, 0)->text().isEmpty(), qPrintable(QString::number(row)));
            QVERIFY2(preview.item(row, 1)->text().contains(u"Keyturn"),
                     qPrintable(preview.item(row, 1)->text()));
        }
        KEYTURN_SHOOT(*m_stage, *wizard(), QStringLiteral("job-sqlite-preview"));

        press(*wizard(), "job.next");
        typeKey(part<KeyPicker>(*wizard(), "job.sourceKey"), QString::fromLatin1(JobScene::oldKey));
        typeKey(part<KeyPicker>(*wizard(), "job.destinationKey"), QString::fromLatin1(JobScene::newKey));
        part<widgets::ContextGrid>(*wizard(), "job.context").setPairs({{"tenant", "{tenant}"}});
        press(*wizard(), "job.next");
        QTest::mouseClick(&part<QCheckBox>(*wizard(), "job.dryRun"), Qt::LeftButton, {}, {8, 8});
        press(*wizard(), "job.next");
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*wizard(), "job.start").isEnabled(), patience);
        KEYTURN_SHOOT(*m_stage, *wizard(), QStringLiteral("job-sqlite-review"));
        press(*wizard(), "job.start");

        QTRY_VERIFY_WITH_TIMEOUT(m_window->view()->presenter() != nullptr, patience);
        QTRY_VERIFY_WITH_TIMEOUT(progress().state == JobState::Done && !m_window->isRunning(), patience);
        Stage::settle();
        QCOMPARE(progress().counters.done, std::uint64_t(rows));
        QCOMPARE(part<QTreeView>(*m_window, "job.faults").model()->rowCount(), 1); // the wrong row
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-sqlite-done"));
        QCOMPARE(readableUnder(database, JobScene::newKey), rows);
        QCOMPARE(database.run(everythingElse), before);
    }

    void aJobFileOpensInTheReviewAndIsThatFilesJob() {
        const auto data = m_scene->writeLines("users.jsonl", 8);
        auto spec = m_scene->jobOn("users.jsonl"); // beside the job file
        spec.safety.perSecond = 250.5;             // no field of the wizard can say that
        const auto file = writeText("users.yaml", reencrypt::writeJob(spec));
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        keys(m_window.get(), Qt::Key_O, Qt::ControlModifier);
        pickFile(fromPath(file));
        QTRY_VERIFY(wizard() != nullptr && wizard()->isVisible());
        QCOMPARE(int(wizard()->page()), int(JobPage::Review));
        spec.source.paths = {data.string()};
        QVERIFY(wizard()->spec() == spec);
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*wizard(), "job.start").isEnabled(), patience);
        QVERIFY(part<widgets::MonoText>(*wizard(), "job.command").text().contains(fromPath(file)));
        KEYTURN_SHOOT(*m_stage, *wizard(), QStringLiteral("job-file-review"));
        press(*wizard(), "job.start");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->view()->presenter() != nullptr &&
                                     progress().state == JobState::Done && !m_window->isRunning(),
                                 patience);
        QCOMPARE(m_scene->readableUnder(data, JobScene::newKey), 8);

        // Opened again it is the job that has begun, not another one.
        auto &list = part<QTableView>(*m_window, "jobs.list");
        QTRY_COMPARE(list.model()->rowCount(), 1);
        m_window->openJobFile(file);
        Stage::settle();
        QCOMPARE(list.currentIndex().row(), 0);
        QVERIFY(wizard() == nullptr || !wizard()->isVisible());
        QVERIFY(barTitle(*m_window).contains(u"begun already"));
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->view()->presenter()->isBusy(), patience);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-file-begun"));
        // One that asks for something else is another job.
        spec.source.paths = {"users.jsonl"};
        spec.safety.backup = false;
        writeText("users.yaml", reencrypt::writeJob(spec));
        m_window->openJobFile(file);
        QTRY_VERIFY(wizard() != nullptr && wizard()->isVisible());
    }

    void anEditedJobIsNoLongerTheFiles() {
        m_scene->writeLines("users.jsonl", 3);
        auto spec = m_scene->jobOn("users.jsonl");
        spec.safety.perSecond = 0.25;
        m_window->openJobFile(writeText("users.yaml", reencrypt::writeJob(spec)));
        QTRY_VERIFY(wizard() != nullptr && wizard()->isVisible());
        type("job.reason", "compromise");
        QCOMPARE(wizard()->spec().reason, std::string("compromise"));
        QCOMPARE(wizard()->spec().safety.perSecond, 0.25); // never rounded to "no ceiling"
        QVERIFY(part<widgets::MonoText>(*wizard(), "job.command").text().contains(u"job.yaml"));
    }

    void whatIsWrongWithAJobFileStandsWithItsLines() {
        m_window->openJobFile(writeText("broken.yaml", "keyturn-job: 1\nsource:\n  kind: jsonl\n  path: [a]\n"
                                                       "safety:\n  batch: 0\ndestination-key: alias/b\n"));
        QVERIFY(wizard() == nullptr);
        QVERIFY(barTitle(*m_window).contains(u"broken.yaml"));
        QVERIFY2(barText(*m_window).contains(u"line 4, column 3: source.path"),
                 qPrintable(barText(*m_window)));
        QVERIFY2(barText(*m_window).contains(u"line 6, column 10: safety.batch"),
                 qPrintable(barText(*m_window)));
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("job-file-faults"));
        m_window->openJobFile(m_scene->desk().folder() / "not-there.yaml");
        QVERIFY(!barTitle(*m_window).contains(u"broken.yaml"));
        QVERIFY(!barText(*m_window).isEmpty());
    }

    void aMoveBetweenServicesIsForTheCommandLine() {
        auto spec = m_scene->jobOn("users.jsonl");
        spec.destinationService = "other account";
        spec.allowClientPlaintext = true;
        m_window->openJobFile(writeText("between.yaml", reencrypt::writeJob(spec)));
        QVERIFY(wizard() == nullptr);
        QVERIFY2(barText(*m_window).contains(u"keyturn-cli job run"), qPrintable(barText(*m_window)));
    }

private:
    JobWizard *wizard() const { return m_window->findChild<JobWizard *>(); }
    QLineEdit &line(const char *name) const { return part<QLineEdit>(*wizard(), name); }
    const reencrypt::JobProgress &progress() const { return m_window->view()->presenter()->progress(); }
    static void keys(QWidget *widget, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(widget, key, modifiers);
        Stage::settle();
    }
    void choose(const char *name, int data) {
        auto &box = part<QComboBox>(*wizard(), name);
        box.setCurrentIndex(box.findData(data));
        Q_EMIT box.activated(box.currentIndex());
        Stage::settle();
    }
    void type(const char *name, const char *text) {
        line(name).setFocus();
        line(name).selectAll();
        QTest::keyClicks(&line(name), QString::fromLatin1(text));
    }
    /// In the file dialog that is open: its name, and Return.
    static void pickFile(const QString &path) {
        QFileDialog *dialog = nullptr;
        for (QWidget *each : QApplication::topLevelWidgets()) {
            if (each->isVisible() && each->objectName() == u"fileRequest") {
                dialog = qobject_cast<QFileDialog *>(each);
            }
        }
        QVERIFY(dialog != nullptr);
        auto &name = part<QLineEdit>(*dialog, "fileNameEdit");
        name.setText(path);
        QTest::keyClick(&name, Qt::Key_Return);
        Stage::settle();
    }
    std::filesystem::path writeText(const std::string &name, const std::string &text) {
        const auto bytes = asBytes(text);
        return m_scene->desk().write(name, {bytes.begin(), bytes.end()});
    }
    static std::string tenantOf(int row) { return "tenant-" + std::to_string(row % 3); }
    void fillTable(const test::SqliteFile &database) {
        database.run(QStringLiteral("CREATE TABLE users (id INTEGER PRIMARY KEY, tenant TEXT, email TEXT, "
                                    "data_key TEXT)"));
        const std::string key = m_scene->desk().arnOf(JobScene::oldKey);
        for (int row = 1; row <= wrongRow; ++row) {
            const std::string blob = row == emptyRow ? "NULL"
                                     : row == wrongRow
                                         ? "'not a ciphertext'"
                                         : "'" +
                                               toBase64(m_scene->desk().encrypt(
                                                   key, test::contextWith({{"tenant", tenantOf(row)}}))) +
                                               "'";
            database.run(QStringLiteral("INSERT INTO users VALUES (%1, '%2', 'user%1@example.org', %3)")
                             .arg(row)
                             .arg(QString::fromStdString(tenantOf(row)), QString::fromStdString(blob)));
        }
    }
    int readableUnder(const test::SqliteFile &database, const std::string &alias) {
        const std::string key = m_scene->desk().arnOf(alias);
        int readable = 0;
        for (const QString &each : database.run(QStringLiteral("SELECT tenant, data_key FROM users"))) {
            const auto blob = fromBase64(each.section(u'|', 1).toStdString());
            readable +=
                blob && m_scene->desk().decrypt(
                            *blob, test::contextWith({{"tenant", each.section(u'|', 0, 0).toStdString()}}),
                            key)
                    ? 1
                    : 0;
        }
        return readable;
    }
    QString visibleText() const {
        QStringList all;
        for (const QLabel *label : wizard()->findChildren<QLabel *>()) {
            if (label->isVisible()) {
                all += label->text();
            }
        }
        return all.join(u'\n');
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<JobScene> m_scene;
    std::unique_ptr<JobsWindow> m_window;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestJobSources)
#include "tst_job_sources.moc"
