// SPDX-License-Identifier: Apache-2.0
// The main window at an endpoint over real HTTP: a vault that is served on loopback, reached with an access
// key from the keychain. Browsing, the connection test, refused calls, rows of the last connection, the
// serving dialog with its live requests.
#include "fakes/fake_keychain.h"
#include "gui/harness/stage.h"
#include "kms/call.h"
#include "kms/operations/create_alias.h"
#include "kms/operations/create_key.h"
#include "ui/dialogs/connection_test_dialog.h"
#include "ui/dialogs/profiles_dialog.h"
#include "ui/dialogs/serving_dialog.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_table_model.h"
#include "ui/views/action_table.h"
#include "ui/views/key_browser.h"
#include "ui/views/main_window.h"
#include "ui/widgets/inline_bar.h"
#include "ui/widgets/secret_edit.h"
#include "ui/widgets/secret_view.h"
#include "workspace/profile_secrets.h"
#include "workspace/serving.h"

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

namespace keyturn::ui {
namespace {

using gui_test::Stage;
using workspace::Session;

constexpr int patience = 30'000; ///< ms, for waits that normally take far less

std::shared_ptr<workspace::OpenVault> makeVault(const std::filesystem::path &file) {
    workspace::NewVault vault{.file = file, .passphrase = SecretBytes::copyOf("served")};
    vault.kdf = workspace::PassphraseKdf::Scrypt;
    vault.kdfMemoryMib = 32;
    vault.region = "eu-central-1";
    vault.program = "test";
    auto made = workspace::createVault(vault, {});
    if (!made) {
        qFatal("no vault: %s", made.error().detail.c_str());
    }
    for (const char *alias : {"alias/shop/orders", "alias/shop/customers", "alias/billing/invoices"}) {
        auto key = kms::callAndWait<kms::CreateKey>(*(*made)->service(), {});
        kms::CreateAlias::Request named;
        named.aliasName = alias;
        named.targetKeyId = key->keyMetadata->keyId;
        if (!kms::callAndWait<kms::CreateAlias>(*(*made)->service(), std::move(named))) {
            qFatal("no alias");
        }
    }
    return std::move(*made);
}

} // namespace

class TestRemoteWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        for (const char *variable :
             {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"}) {
            qputenv(variable, m_home.path().toUtf8());
        }
        QCoreApplication::setOrganizationName(QStringLiteral("keyturn-test"));
        QCoreApplication::setApplicationName(QStringLiteral("remote-window"));
        m_stage = std::make_unique<Stage>();
        m_file = m_home.filePath(QStringLiteral("served.keyturn")).toStdString();
        m_vault = makeVault(m_file);
        serve();
        m_profile = profile("Served vault", {});
        auto store =
            workspace::ProfileStore::load(m_home.filePath(QStringLiteral("profiles.json")).toStdString());
        m_profiles = std::make_unique<workspace::ProfileStore>(std::move(*store));
        QVERIFY(m_profiles->add(m_profile).has_value());
    }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }
    void cleanupTestCase() {
        m_serving.reset();
        static_cast<void>(m_vault->lock().has_value());
        m_vault.reset();
        m_stage.reset();
    }

    void anEndpointIsBrowsed() {
        connectTo(m_profile);
        QCOMPARE(m_window->catalog().count(), 3);
        QVERIFY(m_window->catalog().find("alias/shop/orders") >= 0);
        QTRY_VERIFY_WITH_TIMEOUT(label("status.clock").startsWith(QStringLiteral("Clock:")), patience);
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser-remote"));
    }

    void aConnectionTestNamesEveryStep() {
        action(ActionId::Profiles)->trigger();
        auto *profiles = m_window->findChild<ProfilesDialog *>();
        QTRY_VERIFY(profiles->isVisible());
        QTest::mouseClick(profiles->findChild<QPushButton *>(QStringLiteral("profiles.test")),
                          Qt::LeftButton);
        auto *test = profiles->findChild<ConnectionTestDialog *>();
        QVERIFY(test != nullptr);
        auto *run = test->findChild<QPushButton *>(QStringLiteral("connectionTest.run"));
        auto *bar = test->findChild<widgets::InlineBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), patience);
        auto *steps = test->findChild<QTableWidget *>(QStringLiteral("connectionTest.steps"));
        QCOMPARE(steps->rowCount(), int(workspace::testStepCount));
        for (int row = 0; row < steps->rowCount(); ++row) {
            QVERIFY2(steps->item(row, 1)->text() != QStringLiteral("Failed"),
                     qPrintable(steps->item(row, 0)->text() + u": " + steps->item(row, 2)->text()));
        }
        QCOMPARE(bar->news().kind, widgets::NewsKind::Good);
        KEYTURN_SHOOT(*m_stage, *test, QStringLiteral("connection-test"));
        auto *tabs = test->findChild<QTabWidget *>();
        tabs->setCurrentIndex(1);
        KEYTURN_SHOOT(*m_stage, *test, QStringLiteral("connection-test-facts"));
        tabs->setCurrentIndex(2);
        KEYTURN_SHOOT(*m_stage, *test, QStringLiteral("connection-test-operations"));
        m_serving->stop();
        QTest::mouseClick(run, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible() && bar->news().kind == widgets::NewsKind::Danger, patience);
        KEYTURN_SHOOT(*m_stage, *test, QStringLiteral("connection-test-failed"));
        serve(m_port);
    }

    void rowsOfTheLastConnectionAreShownWhileNothingAnswers() {
        connectTo(m_profile); // leaves its list behind
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(cacheFile()), patience);
        openWindow();
        m_serving->stop();
        m_window->openProfile(m_profile);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->catalog().cachedCount(), 3, patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->catalog().listError().has_value(), patience);
        QVERIFY(label("keyBrowser.count").contains(QStringLiteral("last connection")));
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser-cached"));
        serve(m_port);
        m_window->catalog().reload();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->catalog().cachedCount(), 0, patience);
    }

    void refusedCallsAreMarkedWhereTheyBelong() {
        const auto narrow = profile("Narrow key", {{"ListKeys", "ListAliases", "DescribeKey"}});
        connectTo(narrow);
        auto *table = m_window->findChild<QTableView *>(QStringLiteral("keyBrowser.table"));
        const auto tags = [&] { return table->model()->index(0, KeyTableModel::Tags); };
        QTRY_VERIFY_WITH_TIMEOUT(tags().data(KeyTableModel::CellRefusedRole).isValid(), patience);
        table->scrollTo(tags());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser-refused"));
    }

    void aReadOnlyProfileSaysWhy() {
        workspace::Profile readOnly = m_profile;
        readOnly.name = "Auditor";
        readOnly.environment = workspace::Environment::Production;
        readOnly.safety = workspace::SafetyLevel::ReadOnly;
        connectTo(readOnly);
        QVERIFY(label("status.lock").contains(QStringLiteral("read-only")));
        QVERIFY(!action(ActionId::CreateKey)->isEnabled());
        KEYTURN_SHOOT(*m_stage, *m_window, QStringLiteral("browser-remote-read-only"));
    }

    void aVaultIsServedFromTheWindow() {
        m_serving.reset();
        QVERIFY(m_vault->lock().has_value());
        workspace::Profile vault;
        vault.id = workspace::newProfileId();
        vault.name = "Served vault";
        vault.kind = workspace::ProfileKind::Vault;
        vault.vaultFile = m_file;
        m_window->openProfile(vault);
        auto *secret = m_window->findChild<widgets::SecretEdit *>(QStringLiteral("unlock.secret"));
        secret->setFocus();
        QTest::keyClicks(secret, QStringLiteral("served"));
        QTest::keyClick(secret, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Open, patience);
        action(ActionId::Serve)->trigger();
        QPointer<ServingDialog> dialog = m_window->findChild<ServingDialog *>();
        QTRY_VERIFY(dialog->isVisible());
        auto *keys = dialog->findChild<QTableWidget *>(QStringLiteral("serving.keys"));
        QTRY_VERIFY_WITH_TIMEOUT(keys->rowCount() == 2, patience); // those of this test
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("serving-off"));
        auto *toggle = dialog->findChild<QCheckBox *>(QStringLiteral("serving.switch"));
        QTest::mouseClick(toggle, Qt::LeftButton, {}, QPoint(8, toggle->height() / 2));
        QTRY_VERIFY_WITH_TIMEOUT(label("status.serving").contains(QStringLiteral("http://127.0.0.1:")),
                                 patience);
        dialog->findChild<QLineEdit *>(QStringLiteral("serving.name"))->setText(QStringLiteral("ci"));
        QTest::mouseClick(dialog->findChild<QPushButton *>(QStringLiteral("serving.create")), Qt::LeftButton);
        auto *shown = dialog->findChild<widgets::SecretView *>(QStringLiteral("serving.secret"));
        QTRY_VERIFY_WITH_TIMEOUT(!shown->isEmpty(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(keys->rowCount() == 3, patience);
        QVERIFY(!shown->isRevealed());
        Stage::settle();
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("serving-new-key"));
        auto *tabs = dialog->findChild<QTabWidget *>();
        tabs->setCurrentIndex(1);
        auto *lines = dialog->findChild<QPlainTextEdit *>(QStringLiteral("serving.lines"));
        QVERIFY(lines->toPlainText().contains(QStringLiteral("127.0.0.1")));
        KEYTURN_SHOOT(*m_stage, *dialog, QStringLiteral("serving-environment"));
        callFromOutside(label("status.serving").section(u' ', 1));
        auto *requests = dialog->findChild<QTableWidget *>(QStringLiteral("serving.requests"));
        QTRY_VERIFY_WITH_TIMEOUT(requests->rowCount() >= 1, patience);
        tabs->setCurrentIndex(2);
        QVERIFY(!requests->item(0, 3)->text().isEmpty());
        action(ActionId::Lock)->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Locked, patience);
        QVERIFY(!dialog || !dialog->isVisible());
        QTRY_VERIFY(label("status.serving").isEmpty());
    }

private:
    void openWindow() {
        m_window.reset();
        m_window = std::make_unique<MainWindow>(
            MainWindowParts{.profiles = m_profiles.get(), .keychain = &m_keychain});
        QVERIFY(Stage::show(*m_window, {1280, 800}));
    }
    void serve(std::uint16_t port = 0) {
        m_serving.reset();
        auto serving = workspace::Serving::start(m_vault, {.port = port});
        QVERIFY2(serving.has_value(), serving ? "" : serving.error().detail.c_str());
        m_serving = std::move(*serving);
        m_port = m_serving->port();
    }
    /// An access key in the vault, its secret in the keychain, and a profile that uses it.
    workspace::Profile profile(const std::string &name, std::optional<std::vector<std::string>> operations) {
        workspace::Profile made;
        made.id = workspace::newProfileId();
        made.name = name;
        made.service = workspace::EndpointService::Custom;
        made.endpointUrl = m_serving->url();
        made.region = m_serving->region();
        made.environment = workspace::Environment::Staging;
        auto key = m_vault->accessKeys()->create({.name = "test", .operations = std::move(operations)});
        bool stored = false;
        workspace::storeAccessKey(&m_keychain, made,
                                  {.accessKeyId = key->key.id, .secretKey = std::move(key->secret)},
                                  [&](const Status &status) { stored = status.has_value(); });
        [&] { QTRY_VERIFY(stored); }();
        return made;
    }
    void connectTo(const workspace::Profile &profile) {
        m_window->openProfile(profile);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), Session::State::Open, patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->catalog().isComplete(), patience);
    }
    /// One request without a signature: it is refused, and seen.
    void callFromOutside(const QString &url) {
        workspace::Profile nobody = m_profile;
        nobody.endpointUrl = url.toStdString();
        Session outside(&m_keychain);
        bool asked = false;
        outside.testConnection(nobody, {}, [&](const workspace::ConnectionReport &) { asked = true; });
        QTRY_VERIFY_WITH_TIMEOUT(asked, patience);
    }
    QString cacheFile() const {
        return m_home.filePath(QStringLiteral("keyturn-test/remote-window/catalogs/") +
                               QString::fromStdString(m_profile.id) + QStringLiteral(".json"));
    }
    QAction *action(ActionId id) { return m_window->findChild<ActionSet *>()->action(id); }
    QString label(const char *name) {
        return m_window->findChild<QLabel *>(QString::fromLatin1(name))->text();
    }

    QTemporaryDir m_home;
    std::filesystem::path m_file;
    std::shared_ptr<workspace::OpenVault> m_vault;
    std::unique_ptr<workspace::Serving> m_serving;
    std::uint16_t m_port = 0;
    test::FakeKeychain m_keychain;
    workspace::Profile m_profile;
    std::unique_ptr<workspace::ProfileStore> m_profiles;
    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace keyturn::ui

QTEST_MAIN(keyturn::ui::TestRemoteWindow)
#include "tst_remote_window.moc"
