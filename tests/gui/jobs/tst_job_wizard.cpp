// SPDX-License-Identifier: Apache-2.0
// The wizard of bulk jobs, page by page, on a real vault: what it asks for, what it says of faults, what it
// shows of the source before anything is changed, and what it asks before production is touched.
#include "base/encoding.h"
#include "gui/dialogs/dialog_parts.h"
#include "reencrypt/job_file.h"
#include "ui/dialogs/job_wizard.h"
#include "ui/widgets/mono_text.h"
#include "unit/presenters/job_scene.h"

#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTimer>

namespace keyturn::ui {
namespace {

using gui_test::barTitle;
using gui_test::part;
using gui_test::press;
using gui_test::question;
using gui_test::typeKey;
using reencrypt::SourceKind;
using test::JobScene;

constexpr int patience = 15'000; ///< ms, for waits that normally take far less

} // namespace

class TestJobWizard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<gui_test::Stage>(); }
    void init() { m_scene = std::make_unique<JobScene>(); }
    void cleanup() {
        delete m_dialog;
        m_scene.reset();
    }
    void cleanupTestCase() { m_stage.reset(); }

    void theSourcePageSaysWhatIsMissing() {
        openWith(newJob(false));
        QVERIFY(part<QComboBox>(*m_dialog, "job.kind").hasFocus());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-source-empty"));
        press(*m_dialog, "job.next");
        QCOMPARE(int(m_dialog->page()), int(JobPage::Source));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-source-fault"));
        QVERIFY(visibleText().contains(u"at least one file or folder"));
        part<QPlainTextEdit>(*m_dialog, "job.paths").setPlainText(QStringLiteral("/srv/app"));
        QVERIFY(!visibleText().contains(u"at least one file or folder"));
        part<QLineEdit>(*m_dialog, "job.include").setText(QStringLiteral("**/*.env, **/*.tfvars"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-source-files"));
    }

    void aDatabaseAsksForItsOwnMembers() {
        openWith(newJob(false));
        choose("job.kind", int(SourceKind::PostgreSql));
        QVERIFY(!part<QPlainTextEdit>(*m_dialog, "job.paths").isVisible());
        fill("job.connection", "host=db.example dbname=app password=x");
        fill("job.table", "public.users");
        press(*m_dialog, "job.next");
        QVERIFY(visibleText().contains(u"Takes no password"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-source-database"));
    }

    void thePreviewShowsTheFirstItems() {
        const auto file = m_scene->writeLines("users.jsonl", 40);
        openWith(newJob(false));
        choose("job.kind", int(SourceKind::JsonLines));
        part<QPlainTextEdit>(*m_dialog, "job.paths").setPlainText(fromPath(file));
        press(*m_dialog, "job.next");
        QVERIFY(part<QLineEdit>(*m_dialog, "job.blob").hasFocus());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-blobs-empty"));
        press(*m_dialog, "job.next");
        QVERIFY(visibleText().contains(u"JSON pointer of the ciphertext"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-blobs-fault"));
        type("job.blob", "/key");
        type("job.id", "/id");
        auto &table = part<QTableWidget>(*m_dialog, "job.preview");
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 20, patience);
        QVERIFY(!table.item(0, 1)->text().isEmpty());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-blobs-preview"));
        type("job.blob", "/nothing");
        QTRY_VERIFY_WITH_TIMEOUT(visibleText().contains(u"Nothing was found"), patience);
        QCOMPARE(table.rowCount(), 0);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-blobs-wrong"));
    }

    void textFilesNeedNothingButALook() {
        const auto folder = m_scene->desk().folder() / "app";
        std::filesystem::create_directories(folder);
        writeEnvironment(folder / "api.env");
        auto spec = jobTemplates(false).front().spec;
        spec.source.paths = {folder.string()};
        openWith(spec);
        press(*m_dialog, "job.next");
        auto &table = part<QTableWidget>(*m_dialog, "job.preview");
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 2, patience);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-blobs-text"));
    }

    void keysAndContexts() {
        auto spec = specOfLines(5);
        spec.sourceKeys.clear();
        spec.destinationKey.clear();
        spec.context = {};
        openWith(spec);
        m_dialog->goTo(JobPage::Keys);
        QCOMPARE(int(m_dialog->page()), int(JobPage::Keys));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-keys-empty"));
        press(*m_dialog, "job.next");
        QCOMPARE(int(m_dialog->page()), int(JobPage::Keys)); // no key is never "any key"
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-keys-fault"));
        typeKey(part<KeyPicker>(*m_dialog, "job.sourceKey"), QString::fromLatin1(JobScene::oldKey));
        typeKey(part<KeyPicker>(*m_dialog, "job.destinationKey"), QString::fromLatin1(JobScene::newKey));
        part<widgets::ContextGrid>(*m_dialog, "job.context").setPairs({{"tenant", "{/tenant}"}});
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-keys"));
        const auto same = m_dialog->spec();
        QVERIFY(!same.destinationContext.has_value());
        QCOMPARE(same.context.pairs.front().second.places(), std::vector<std::string>{"/tenant"});
        auto &target = part<QComboBox>(*m_dialog, "job.target");
        choose("job.target", target.itemData(1).toInt());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-keys-other-context"));
        choose("job.target", target.itemData(2).toInt());
        QVERIFY(m_dialog->spec().destinationContext.has_value());
        QVERIFY(m_dialog->spec().destinationContext->empty());
        choose("job.sourceMode", 1);
        QVERIFY(m_dialog->spec().sourceKeys.empty());
    }

    void safetyHasItsBounds() {
        auto spec = specOfLines(5);
        spec.source.kind = SourceKind::Text;
        spec.finder = {};
        spec.context = {};
        openWith(spec);
        m_dialog->goTo(JobPage::Safety);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-safety"));
        part<QSpinBox>(*m_dialog, "job.batch").setValue(1000);
        press(*m_dialog, "job.next");
        QCOMPARE(int(m_dialog->page()), int(JobPage::Safety));
        QVERIFY(visibleText().contains(u"1 to 256"));
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-safety-fault"));
    }

    void theReviewPlansAndStarts() {
        openWith(specOfLines(40));
        QSignalSpy started(m_dialog, &JobWizard::startRequested);
        m_dialog->goTo(JobPage::Review);
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*m_dialog, "job.start").isEnabled(), patience);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-review"));
        QVERIFY(visibleText().contains(u"40 ciphertexts"));
        QVERIFY(!part<QLineEdit>(*m_dialog, "job.name").text().isEmpty());
        press(*m_dialog, "job.start");
        QCOMPARE(started.size(), 1);
        QVERIFY(m_dialog.isNull() || !m_dialog->isVisible());
    }

    void whatBlocksIsSaidAndNothingStarts() {
        auto spec = specOfLines(6);
        m_scene->desk().disable(m_scene->desk().arnOf(JobScene::newKey));
        m_scene->desk().reload();
        m_scene->addStrayLines(spec.source.paths.front());
        openWith(spec);
        m_dialog->goTo(JobPage::Review);
        auto &blockers = part<QLabel>(*m_dialog, "job.blockers");
        QTRY_VERIFY_WITH_TIMEOUT(blockers.isVisible(), patience);
        QVERIFY(blockers.text().contains(u"not enabled"));
        QVERIFY(part<QLabel>(*m_dialog, "job.findings").text().contains(u"users.jsonl, line 7"));
        QVERIFY(!part<QPushButton>(*m_dialog, "job.start").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-review-findings"));
    }

    void goingBackAndForthForgetsNothing() {
        const auto spec = specOfLines(5);
        openWith(spec);
        m_dialog->goTo(JobPage::Review);
        m_dialog->goTo(JobPage::Blobs);
        m_dialog->goTo(JobPage::Source);
        QTest::keyClick(m_dialog, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(int(m_dialog->page()), int(JobPage::Blobs));
        m_dialog->goTo(JobPage::Review);
        auto again = m_dialog->spec();
        again.name = spec.name;
        QVERIFY(again == spec);
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*m_dialog, "job.start").isEnabled(), patience);
    }

    void aPreviewThatIsStillDueDoesNotTakeThePlansPlace() {
        openWith(specOfLines(5));
        m_dialog->goTo(JobPage::Blobs);
        type("job.blob", "/key");
        auto *settled = m_dialog->findChild<QTimer *>(QStringLiteral("job.settled"));
        QVERIFY(settled->isActive());
        m_dialog->goTo(JobPage::Review);
        QVERIFY(!settled->isActive());
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*m_dialog, "job.start").isEnabled(), patience);
    }

    void productionAsksForTheAlias() {
        m_scene =
            std::make_unique<JobScene>(test::DeskOptions{.environment = workspace::Environment::Production});
        auto spec = specOfLines(40);
        spec.safety.dryRun = false;
        openWith(spec);
        QSignalSpy started(m_dialog, &JobWizard::startRequested);
        m_dialog->goTo(JobPage::Review);
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>(*m_dialog, "job.start").isEnabled(), patience);
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-review-production"));
        press(*m_dialog, "job.start");
        QDialog *asked = question(*m_dialog);
        QVERIFY(asked != nullptr);
        QCOMPARE(started.size(), 0);
        KEYTURN_SHOOT(*m_stage, *asked, QStringLiteral("job-production-question"));
        auto &agree = part<QPushButton>(*asked, "question.agree");
        QVERIFY(!agree.isEnabled());
        QTest::keyClicks(&part<QLineEdit>(*asked, "question.typed"), QString::fromLatin1(JobScene::newKey));
        QTest::mouseClick(&agree, Qt::LeftButton);
        QTRY_COMPARE(started.size(), 1);
    }

    void anUnreadableSourceIsAnError() {
        auto spec = specOfLines(5);
        spec.source.paths = {(m_scene->desk().folder() / "not-there.jsonl").string()};
        openWith(spec);
        m_dialog->goTo(JobPage::Review);
        QTRY_VERIFY_WITH_TIMEOUT(!barTitle(*m_dialog).isEmpty() || blockersShown(), patience);
        QVERIFY(!part<QPushButton>(*m_dialog, "job.start").isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("job-review-error"));
    }

private:
    void openWith(const reencrypt::JobSpec &spec) {
        m_dialog = new JobWizard(m_scene->desk().context(), m_scene->jobs().planningParts(), spec);
        QVERIFY(gui_test::Stage::show(*m_dialog));
        gui_test::Stage::settle();
    }
    reencrypt::JobSpec specOfLines(int rows) {
        auto spec = m_scene->jobOn(m_scene->writeLines("users.jsonl", rows));
        spec.safety = newJob(false).safety;
        spec.safety.rateGiven = true; // the page shows one
        return spec;
    }
    void writeEnvironment(const std::filesystem::path &file) {
        std::string text = "# keys of the api\nexport LEVEL=info\n";
        for (const char *name : {"DB_KEY", "MAIL_KEY"}) {
            text += std::string(name) + "=\"" + toBase64(m_scene->desk().encrypt(JobScene::oldKey)) + "\"\n";
        }
        const auto view = asBytes(text);
        m_scene->desk().write("app/" + file.filename().string(), {view.begin(), view.end()});
    }
    static QString fromPath(const std::filesystem::path &path) {
        return QString::fromStdString(path.string());
    }
    void choose(const char *name, int data) {
        auto &box = part<QComboBox>(*m_dialog, name);
        box.setCurrentIndex(box.findData(data));
        Q_EMIT box.activated(box.currentIndex());
        gui_test::Stage::settle();
    }
    void fill(const char *name, const char *text) {
        part<QLineEdit>(*m_dialog, name).setText(QString::fromLatin1(text));
    }
    void type(const char *name, const char *text) {
        auto &line = part<QLineEdit>(*m_dialog, name);
        line.setFocus();
        line.selectAll();
        QTest::keyClicks(&line, QString::fromLatin1(text));
    }
    bool blockersShown() { return part<QLabel>(*m_dialog, "job.blockers").isVisible(); }
    QString visibleText() const {
        QStringList all;
        for (const QLabel *label : m_dialog->findChildren<QLabel *>()) {
            if (label->isVisible()) {
                all += label->text();
            }
        }
        return all.join(u'\n');
    }

    std::unique_ptr<gui_test::Stage> m_stage;
    std::unique_ptr<JobScene> m_scene;
    QPointer<JobWizard> m_dialog;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestJobWizard)
#include "tst_job_wizard.moc"
