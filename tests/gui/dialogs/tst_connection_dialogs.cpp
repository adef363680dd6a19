// SPDX-License-Identifier: Apache-2.0
// Profiles, imports, what credentials ask, and serving, worked by hand; and how they look.
#include "fakes/fake_keychain.h"
#include "gui/dialogs/dialog_parts.h"

#include "base/atomic_file.h"
#include "ui/desktop/clipboard_guard.h"
#include "ui/dialogs/connection_test_dialog.h"
#include "ui/dialogs/credential_dialogs.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/profile_list.h"
#include "ui/dialogs/profiles_dialog.h"
#include "ui/dialogs/window_questions.h"
#include "ui/widgets/secret_edit.h"
#include "workspace/profile_exchange.h"
#include "workspace/profile_store.h"

#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>
#include <QTemporaryDir>

namespace keyturn::gui_test {

using workspace::CredentialSource;
using workspace::Environment;
using workspace::Profile;
using workspace::SafetyLevel;

namespace {

Profile endpointProfile(const std::string &name, Environment environment) {
    Profile profile;
    profile.id = workspace::newProfileId();
    profile.name = name;
    profile.region = "eu-central-1";
    profile.environment = environment;
    profile.safety = workspace::defaultSafety(environment);
    return profile;
}

Profile vaultProfile() {
    Profile profile;
    profile.id = workspace::newProfileId();
    profile.name = "Laptop vault";
    profile.kind = workspace::ProfileKind::Vault;
    profile.vaultFile = "/srv/keys/laptop.keyturn";
    profile.environment = Environment::Local;
    return profile;
}

void choose(QDialog &dialog, const char *name, int value) {
    auto &box = part<QComboBox>(dialog, name);
    box.setCurrentIndex(box.findData(value));
}

} // namespace

class TestConnectionDialogs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void cleanupTestCase() { m_stage.reset(); }
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        auto store =
            workspace::ProfileStore::load(m_folder->filePath(QStringLiteral("profiles.json")).toStdString());
        m_store = std::make_unique<workspace::ProfileStore>(std::move(*store));
    }
    void cleanup() {
        delete m_dialog.data();
        m_store.reset();
        for (const char *variable : {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}) {
            qunsetenv(variable);
        }
    }

    void profilesStandByEnvironmentAndAreSearched() {
        openProfiles();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("profiles-groups"));
        auto &list = part<QListWidget>(*m_dialog, "profiles.list");
        QCOMPARE(list.count(), 6); // three headings, three profiles
        QCOMPARE(list.item(0)->text(), QStringLiteral("Local"));
        QVERIFY(!(list.item(0)->flags() & Qt::ItemIsSelectable));
        QCOMPARE(list.item(list.count() - 1)->text(), QStringLiteral("Payments"));
        part<QLineEdit>(*m_dialog, "profiles.search").setText(QStringLiteral("pay"));
        QCOMPARE(list.count(), 2);
        QSignalSpy opened(dialog(), &ui::ProfilesDialog::openRequested);
        auto &search = part<QLineEdit>(*m_dialog, "profiles.search");
        search.setFocus();
        QTest::keyClick(&search, Qt::Key_Return);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened.front().front().toString(), QStringLiteral("Payments"));
    }

    void theFormShowsWhatCountsForTheSource_data() {
        QTest::addColumn<int>("source");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("hidden");
        QTest::addColumn<QString>("picture");
        QTest::newRow("keychain") << int(CredentialSource::Keychain) << QStringLiteral("accessKey")
                                  << QStringLiteral("process") << QString();
        QTest::newRow("role") << int(CredentialSource::Role) << QStringLiteral("mfaSerial")
                              << QStringLiteral("ssoUrl") << QStringLiteral("profiles-role");
        QTest::newRow("sso") << int(CredentialSource::Sso) << QStringLiteral("ssoUrl")
                             << QStringLiteral("accessKey") << QStringLiteral("profiles-sso");
        QTest::newRow("process") << int(CredentialSource::Process) << QStringLiteral("process")
                                 << QStringLiteral("awsProfile") << QString();
    }
    void theFormShowsWhatCountsForTheSource() {
        QFETCH(int, source);
        QFETCH(QString, shown);
        QFETCH(QString, hidden);
        QFETCH(QString, picture);
        openProfiles();
        choose(*m_dialog, "profiles.source", source);
        Stage::settle();
        QVERIFY(
            part<QWidget>(*m_dialog, qPrintable(QStringLiteral("profiles.") + shown)).isVisibleTo(m_dialog));
        QVERIFY(!part<QWidget>(*m_dialog, qPrintable(QStringLiteral("profiles.") + hidden))
                     .isVisibleTo(m_dialog));
        if (!picture.isEmpty()) {
            KEYTURN_SHOOT(*m_stage, *m_dialog, picture);
        }
    }

    void rulesOfAProfileAreKept() {
        openProfiles();
        press(*m_dialog, "profiles.new");
        part<QLineEdit>(*m_dialog, "profiles.name").setText(QStringLiteral("Vault of the shop"));
        QVERIFY(!part<QAbstractButton>(*m_dialog, "profiles.save").isEnabled()); // no Region yet
        Stage::settle();
        KEYTURN_SHOOT(*m_stage, *m_dialog, QStringLiteral("profiles-fault"));
        part<QLineEdit>(*m_dialog, "profiles.region").setText(QStringLiteral("eu-central-1"));
        choose(*m_dialog, "profiles.environment", int(Environment::Production));
        // The level follows the environment.
        QCOMPARE(part<QComboBox>(*m_dialog, "profiles.safety").currentData().toInt(),
                 int(workspace::defaultSafety(Environment::Production)));
        choose(*m_dialog, "profiles.safety", int(SafetyLevel::WrappedOnly));
        part<QSpinBox>(*m_dialog, "profiles.deletionDays").setValue(21);
        part<QSpinBox>(*m_dialog, "profiles.rate").setValue(50);
        press(*m_dialog, "profiles.save");
        const Profile *stored = m_store->find("Vault of the shop");
        QVERIFY(stored != nullptr);
        QCOMPARE(stored->safety, SafetyLevel::WrappedOnly);
        QCOMPARE(stored->shortestDeletionDays, std::optional<int>(21));
        QCOMPARE(stored->callsPerSecond, std::optional<int>(50));
    }

    void askingForLessInProductionIsConfirmedByName() {
        openProfiles();
        part<ui::ProfileList>(*m_dialog, "profiles.listSide").choose(QStringLiteral("Payments"));
        choose(*m_dialog, "profiles.safety", int(SafetyLevel::Normal));
        press(*m_dialog, "profiles.save");
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        QCOMPARE(m_store->find("Payments")->safety, SafetyLevel::ConfirmAndType);
        auto &agree = part<QAbstractButton>(*question(*m_dialog), "question.agree");
        QVERIFY(!agree.isEnabled());
        QTest::keyClicks(&part<QLineEdit>(*question(*m_dialog), "question.typed"),
                         QStringLiteral("Payments"));
        KEYTURN_SHOOT(*m_stage, *question(*m_dialog), QStringLiteral("profiles-lower-production"));
        agree.click();
        QTRY_COMPARE(m_store->find("Payments")->safety, SafetyLevel::Normal);
    }

    void unsavedChangesAreNotLostSilently() {
        openProfiles();
        part<QLineEdit>(*m_dialog, "profiles.region").setText(QStringLiteral("eu-west-1"));
        QTest::keyClick(m_dialog.data(), Qt::Key_Escape);
        QTRY_VERIFY(question(*m_dialog) != nullptr);
        QVERIFY(m_dialog->isVisible());
        press(*question(*m_dialog), "question.agree");
        QTRY_VERIFY(!m_dialog || !m_dialog->isVisible());
    }

    void awsProfilesArePreviewedAndImported() {
        const QString config = m_folder->filePath(QStringLiteral("config"));
        const std::string text = "[default]\nregion = eu-central-1\n[profile tools]\nregion = us-east-1\n"
                                 "credential_process = /opt/tools/get-keys --for 'key admins'\n";
        QVERIFY(writeFileAtomically(config.toStdString(), asBytes(text), {}).has_value());
        qputenv("AWS_CONFIG_FILE", config.toUtf8());
        qputenv("AWS_SHARED_CREDENTIALS_FILE", m_folder->filePath(QStringLiteral("none")).toUtf8());
        openProfiles();
        m_dialog->findChild<QAction *>(QStringLiteral("profiles.importAws"))->trigger();
        auto *preview = m_dialog->findChild<ui::ImportDialog *>();
        QVERIFY2(preview != nullptr, qPrintable(barText(*m_dialog)));
        auto &table = part<QTableWidget>(*preview, "import.table");
        QCOMPARE(table.rowCount(), 2);
        const auto tools = table.findItems(QStringLiteral("tools"), Qt::MatchContains);
        QVERIFY(!tools.isEmpty());
        table.setCurrentCell(tools.front()->row(), 0);
        QTRY_VERIFY(preview->isVisible());
        KEYTURN_SHOOT(*m_stage, *preview, QStringLiteral("profiles-import"));
        QVERIFY(part<QWidget>(*preview, "import.command").isVisible()); // what it would run is shown, not run
        table.item(tools.front()->row(), 0)->setCheckState(Qt::Unchecked);
        press(*preview, "import.run");
        QTRY_COMPARE(int(m_store->profiles().size()), 4);
    }

    void whatIsExportedHoldsNoSecretAndComesBack() {
        Profile shared = endpointProfile("Shared", Environment::Staging);
        shared.callsPerSecond = 7;
        QVERIFY(m_store->add(shared).has_value());
        const std::string text = workspace::exportProfiles(m_store->profiles());
        QVERIFY(text.find(shared.id) == std::string::npos);
        const auto file = m_folder->filePath(QStringLiteral("shared.json")).toStdString();
        QVERIFY(writeFileAtomically(file, asBytes(text), {}).has_value());
        QVERIFY(m_store->remove("Shared").has_value());
        openProfiles();
        dialog()->importShared(file);
        auto *preview = m_dialog->findChild<ui::ImportDialog *>();
        QVERIFY2(preview != nullptr, qPrintable(barText(*m_dialog)));
        press(*preview, "import.run");
        QTRY_VERIFY(m_store->find("Shared") != nullptr);
        QCOMPARE(m_store->find("Shared")->callsPerSecond, std::optional<int>(7));
    }

    void anMfaCodeIsAskedForAndGivenOnce() {
        QWidget window;
        QVERIFY(Stage::show(window, {800, 600}));
        ui::WindowQuestions questions(&window);
        std::string code;
        int answers = 0;
        questions.askMfaCode({.profile = "Payments",
                              .mfaSerial = "arn:aws:iam::111122223333:mfa/me",
                              .roleArn = "arn:aws:iam::111122223333:role/KeyAdmin",
                              .attempt = 2,
                              .lastAnswer = "The code before was not accepted."},
                             {}, [&](Result<SecretText> given) {
                                 ++answers;
                                 code = given ? std::string(given->view()) : "none";
                             });
        auto *asked = window.findChild<ui::MfaDialog *>();
        QVERIFY(asked != nullptr);
        QTRY_VERIFY(asked->isVisible());
        auto &send = part<QAbstractButton>(*asked, "mfa.send");
        QVERIFY(!send.isEnabled());
        KEYTURN_SHOOT(*m_stage, *asked, QStringLiteral("mfa-code"));
        QTest::keyClicks(&part<QWidget>(*asked, "mfa.code"), QStringLiteral("123 456"));
        send.click();
        QCOMPARE(code, std::string("123456"));
        Stage::settle();
        QCOMPARE(answers, 1);
        // Whoever asked gives up: the question goes away.
        CancelSource cancel;
        questions.askMfaCode({.profile = "Payments"}, cancel.token(),
                             [&](const Result<SecretText> &given) { answers += given ? 10 : 1; });
        cancel.cancel();
        QTRY_COMPARE(answers, 2);
    }

    void aDeviceLoginShowsItsCodeUntilItEnds() {
        QWidget window;
        QVERIFY(Stage::show(window, {800, 600}));
        const auto clock = std::make_shared<ManualClock>(*parseIso8601("2026-11-22T09:00:00Z"));
        ui::WindowQuestions questions(&window, clock);
        QSignalSpy browser(&questions, &ui::WindowQuestions::browserRequested);
        CancelSource giveUp;
        const workspace::DeviceLogin login{.profile = "Payments",
                                           .startUrl = "https://example.awsapps.com/start",
                                           .userCode = "ABCD-EFGH",
                                           .verificationUrl =
                                               "https://device.sso.eu-central-1.amazonaws.com/",
                                           .expires = clock->now() + std::chrono::minutes(10)};
        questions.deviceLoginStarted(login, giveUp);
        auto *shown = window.findChild<ui::DeviceLoginDialog *>();
        QTRY_VERIFY(shown->isVisible());
        clock->advance(std::chrono::seconds(83));
        shown->refresh();
        QVERIFY(part<QLabel>(*shown, "deviceLogin.left").text().contains(QStringLiteral("8:37")));
        KEYTURN_SHOOT(*m_stage, *shown, QStringLiteral("device-login"));
        press(*shown, "deviceLogin.open");
        QCOMPARE(browser.size(), 1);
        clock->advance(std::chrono::minutes(10));
        shown->refresh();
        QVERIFY(!part<QAbstractButton>(*shown, "deviceLogin.open").isEnabled());
        QSignalSpy ended(&questions, &ui::WindowQuestions::loginEnded);
        questions.deviceLoginEnded({});
        QTRY_VERIFY(window.findChild<ui::DeviceLoginDialog *>() == nullptr);
        QVERIFY(!giveUp.isCancelled()); // ended, not given up
        QCOMPARE(ended.size(), 1);
        workspace::DeviceLogin odd = login;
        odd.verificationUrl = "file:///etc/passwd";
        odd.expires = clock->now() + std::chrono::minutes(10);
        questions.deviceLoginStarted(odd, giveUp);
        auto *second = window.findChild<ui::DeviceLoginDialog *>();
        press(*second, "deviceLogin.open");
        QCOMPARE(browser.size(), 1); // no web page: not opened
        press(*second, "deviceLogin.cancel");
        QVERIFY(giveUp.isCancelled());
    }

    void aProgramRunsOnlyAfterItWasSeen() {
        QWidget window;
        QVERIFY(Stage::show(window, {800, 600}));
        ui::WindowQuestions questions(&window);
        std::vector<bool> answers;
        const auto ask = [&] {
            questions.askCommandApproval(
                {.profile = "Tools",
                 .command = "/opt/tools/get-keys --for 'key admins'",
                 .arguments = {"/opt/tools/get-keys", "--for", "key admins"}},
                {}, [&](Result<bool> given) { answers.push_back(given.value_or(false)); });
            return window.findChild<ui::CommandApprovalDialog *>();
        };
        QDialog *asked = ask();
        QTRY_VERIFY(asked->isVisible());
        QCOMPARE(part<QPlainTextEdit>(*asked, "approval.command").toPlainText(),
                 QStringLiteral("/opt/tools/get-keys --for 'key admins'"));
        QTRY_VERIFY(part<QAbstractButton>(*asked, "approval.refuse").hasFocus());
        KEYTURN_SHOOT(*m_stage, *asked, QStringLiteral("command-approval"));
        QTest::keyClick(asked, Qt::Key_Escape);
        QCOMPARE(answers, std::vector<bool>{false});
        Stage::settle();
        press(*ask(), "approval.run");
        QCOMPARE(answers, (std::vector<bool>{false, true}));
    }

    void theSafetyLevelAsksWithTheKeysOwnWord() {
        QWidget window;
        QVERIFY(Stage::show(window, {800, 600}));
        ui::WindowQuestions questions(&window);
        workspace::ConfirmationAnswer answer;
        int answers = 0;
        const auto ask = [&] {
            questions.confirm({.operation = kms::OperationId::ScheduleKeyDeletion,
                               .effect = kms::Effect::Destroys,
                               .profileName = "Payments",
                               .environment = Environment::Production,
                               .environmentText = "Production",
                               .target = "alias/billing/invoices-2026",
                               .words = {"alias/billing/invoices-2026", "alias/invoices"}},
                              {}, [&](workspace::ConfirmationAnswer given) {
                                  ++answers;
                                  answer = std::move(given);
                              });
        };
        ask();
        QTRY_VERIFY(question(window) != nullptr);
        auto &agree = part<QAbstractButton>(*question(window), "question.agree");
        QVERIFY(!agree.isEnabled());
        QCOMPARE(agree.text(), QStringLiteral("Schedule key deletion"));
        QTest::keyClicks(&part<QLineEdit>(*question(window), "question.typed"),
                         QStringLiteral("alias/invoices"));
        QVERIFY(agree.isEnabled());
        KEYTURN_SHOOT(*m_stage, *question(window), QStringLiteral("question-safety"));
        agree.click();
        QTRY_COMPARE(answers, 1);
        QVERIFY(answer.confirmed);
        QCOMPARE(answer.typed, std::string("alias/invoices"));
        Stage::settle();
        ask();
        QTRY_VERIFY(question(window) != nullptr);
        QTest::keyClick(question(window), Qt::Key_Escape);
        QTRY_COMPARE(answers, 2);
        QVERIFY(!answer.confirmed);
    }

private:
    void openProfiles() {
        for (const Profile &profile :
             {vaultProfile(), endpointProfile("Shop development", Environment::Development),
              endpointProfile("Payments", Environment::Production)}) {
            QVERIFY(m_store->add(profile).has_value());
        }
        m_dialog = new ui::ProfilesDialog(m_store.get(), &m_keychain);
        QVERIFY(Stage::show(*m_dialog));
        part<ui::ProfileList>(*m_dialog, "profiles.listSide").choose(QStringLiteral("Shop development"));
        Stage::settle();
    }
    ui::ProfilesDialog *dialog() { return qobject_cast<ui::ProfilesDialog *>(m_dialog.data()); }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<workspace::ProfileStore> m_store;
    test::FakeKeychain m_keychain;
    QPointer<QDialog> m_dialog;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestConnectionDialogs)
#include "tst_connection_dialogs.moc"
