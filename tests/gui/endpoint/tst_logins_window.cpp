// SPDX-License-Identifier: Apache-2.0
// Logins and codes in the window: Identity Center and roles with MFA, from the profile to rows that a signed
// request has brought; what fails on the way, and renewal in the middle of work.
#include "gui/endpoint/endpoint_window.h"
#include "unit/credentials/fake_sso.h"
#include "unit/credentials/fake_sts.h"

#include "ui/dialogs/connection_test_dialog.h"
#include "ui/dialogs/credential_dialogs.h"
#include "ui/dialogs/profiles_dialog.h"
#include "ui/models/key_catalog.h"
#include "ui/views/action_table.h"
#include "ui/widgets/inline_bar.h"

#include <QDesktopServices>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>
#include <QUrl>

namespace keyturn::gui_test {

using ui::ActionId;
using workspace::CredentialSource;

namespace {

constexpr const char *mfaDevice = "arn:aws:iam::111122223333:mfa/me";

void press(QWidget &root, const char *name) {
    auto *button = root.findChild<QAbstractButton *>(QString::fromLatin1(name));
    QVERIFY2(button != nullptr && button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

Timestamp now() {
    return systemClock()->now();
}

int count(const std::vector<std::string> &calls, const std::string &name) {
    return int(std::count(calls.begin(), calls.end(), name));
}

} // namespace

class TestLoginsWindow : public QObject {
    Q_OBJECT

public Q_SLOTS:
    void openPage(const QUrl &url) { m_pages.push_back(url.toString().toStdString()); }

private Q_SLOTS:
    void initTestCase() { m_stage = std::make_unique<Stage>(); }
    void init() {
        m_desk = std::make_unique<EndpointWindow>("logins-window");
        m_sso = std::make_unique<test::FakeSso>(now);
        m_sso->intervalSeconds = 1;
        m_sts = std::make_unique<test::FakeSts>(now());
        m_sts->addKey("AKIABASE", "base-CANARY");
        qputenv("AWS_ENDPOINT_URL_SSO", m_sso->endpoint().url.c_str());
        qputenv("AWS_ENDPOINT_URL_SSO_OIDC", m_sso->endpoint().url.c_str());
        qputenv("AWS_ENDPOINT_URL_STS", m_sts->url().c_str());
        qputenv("AWS_ACCESS_KEY_ID", "AKIABASE");
        qputenv("AWS_SECRET_ACCESS_KEY", "base-CANARY");
        m_pages.clear();
        QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "openPage");
        m_desk->open();
    }
    void cleanup() {
        QDesktopServices::unsetUrlHandler(QStringLiteral("https"));
        m_desk.reset();
        m_sso.reset();
        m_sts.reset();
    }
    void cleanupTestCase() { m_stage.reset(); }

    void aLoginInTheBrowserBringsTheKeys() {
        wait(1000);
        const auto profile = identityCenter();
        m_desk->window->openProfile(profile);
        auto *login = shownLogin();
        QTRY_VERIFY_WITH_TIMEOUT(count(m_sso->calls(), "/token") >= 2, patience); // it is asked meanwhile
        KEYTURN_SHOOT(*m_stage, *login, QStringLiteral("login-asked"));
        press(*login, "deviceLogin.open");
        QCOMPARE(m_pages, std::vector<std::string>{m_sso->verificationUri + "?user_code=ABCD-EFGH"});
        wait(0);
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->news().title, QStringLiteral("Logged in"), patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        QCOMPARE(m_desk->window->catalog().count(), 3);
        QVERIFY(m_desk->window->findChild<ui::DeviceLoginDialog *>() == nullptr);
        KEYTURN_SHOOT(*m_stage, *m_desk->window, QStringLiteral("login-done"));
        // The token is in the keychain: the next window asks nobody.
        m_desk->open();
        m_desk->window->openProfile(profile);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        QCOMPARE(count(m_sso->calls(), "/device_authorization"), 1);
    }

    void aLoginThatComesToNothingIsSaid_data() {
        QTest::addColumn<QByteArray>("poll");
        QTest::addColumn<QString>("words");
        QTest::newRow("expired") << QByteArray("expired") << QStringLiteral("not confirmed in time");
        QTest::newRow("refused") << QByteArray("denied") << QStringLiteral("refused in the browser");
    }
    void aLoginThatComesToNothingIsSaid() {
        QFETCH(QByteArray, poll);
        QFETCH(QString, words);
        m_sso->polls = {"pending", poll.toStdString()};
        m_desk->window->openProfile(identityCenter());
        shownLogin();
        QTRY_COMPARE_WITH_TIMEOUT(m_desk->news().title, QStringLiteral("The login has failed"), patience);
        QVERIFY2(m_desk->news().text.contains(words), qPrintable(m_desk->news().text));
        QVERIFY(m_desk->window->findChild<ui::DeviceLoginDialog *>() == nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->listNews().text.contains(words), patience);
        QCOMPARE(m_desk->listNews().title, QStringLiteral("The login has not succeeded"));
        if (poll == "expired") {
            KEYTURN_SHOOT(*m_stage, *m_desk->window, QStringLiteral("login-expired"));
        }
        QVERIFY(m_desk->kms->calls().empty());
        // Retry is a new login.
        m_desk->window->catalog().reload();
        shownLogin();
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        QCOMPARE(count(m_sso->calls(), "/device_authorization"), 2);
    }

    void aLoginIsGivenUp() {
        wait(1000);
        m_desk->window->openProfile(identityCenter());
        press(*shownLogin(), "deviceLogin.cancel");
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().listError().has_value(), patience);
        QCOMPARE(m_desk->window->catalog().listError()->code, ErrorCode::Cancelled);
        const int asked = count(m_sso->calls(), "/token");
        QVERIFY(m_desk->kms->calls().empty());
        m_desk->window->session().close();
        QCOMPARE(count(m_sso->calls(), "/token"), asked);
    }

    void aCodeIsAskedForUntilItIsRight() {
        m_desk->window->openProfile(role(mfaDevice));
        typeCode("000000");
        auto *again = shownCode(QStringLiteral("the code was not accepted"));
        KEYTURN_SHOOT(*m_stage, *again, QStringLiteral("mfa-again"));
        typeCode("123 456");
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        QCOMPARE(m_desk->window->catalog().count(), 3);
        std::vector<std::string> codes;
        for (const test::PeerRequest &request : m_sts->requests()) {
            codes.push_back(test::formField(request, "TokenCode"));
            QCOMPARE(test::formField(request, "SerialNumber"), std::string(mfaDevice));
            QCOMPARE(test::formField(request, "ExternalId"), std::string("partner-7"));
        }
        QCOMPARE(codes, (std::vector<std::string>{"000000", "123456"}));
    }

    void theConnectionTestAsksAndSaysWhoOneIs() {
        const auto profile = role(mfaDevice);
        m_desk->store(profile);
        m_desk->action(ActionId::Profiles)->trigger();
        auto *profiles = m_desk->window->findChild<ui::ProfilesDialog *>();
        QTRY_VERIFY(profiles->isVisible());
        press(*profiles, "profiles.test");
        typeCode("123456");
        auto *test = profiles->findChild<ui::ConnectionTestDialog *>();
        auto *bar = test->findChild<widgets::InlineBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), patience);
        auto *steps = test->findChild<QTableWidget *>(QStringLiteral("connectionTest.steps"));
        const auto identity = int(workspace::TestStep::Identity);
        QCOMPARE(steps->item(identity, 1)->text(), QStringLiteral("Good"));
        QVERIFY2(
            steps->item(identity, 2)->text().contains(QStringLiteral("arn:aws:iam::111122223333:user/me")),
            qPrintable(steps->item(identity, 2)->text()));
        KEYTURN_SHOOT(*m_stage, *test, QStringLiteral("connection-test-identity"));
        // With the keys that were just given, whose signature STS has checked.
        const auto asked = m_sts->requests();
        QCOMPARE(asked.size(), std::size_t(2));
        QCOMPARE(test::formField(asked[1], "Action"), std::string("GetCallerIdentity"));
        QVERIFY(asked[1].header("authorization").find("Credential=ASIA1/") != std::string::npos);
    }

    void keysAreRenewedInTheMiddleOfWork() {
        m_sts->setLife(std::chrono::minutes(5)); // so near to their end that each call wants new ones
        m_desk->window->openProfile(role({}));
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        const auto before = m_sts->requests().size();
        QVERIFY(before >= 2);
        m_desk->window->catalog().reload();
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->window->catalog().isComplete(), patience);
        QVERIFY(m_sts->requests().size() > before);
        QVERIFY(!m_desk->window->catalog().listError());
        for (int row = 0; row < m_desk->window->catalog().count(); ++row) {
            const ui::CatalogKey &key = m_desk->window->catalog().at(row);
            QVERIFY(key.metadata && !key.refused && !key.tagsRefused && !key.rotationRefused);
        }
    }

private:
    /// The login is confirmed after so many polls.
    void wait(std::size_t polls) {
        const std::scoped_lock lock(m_sso->mutex);
        m_sso->polls.assign(polls, "pending");
    }
    workspace::Profile identityCenter() const {
        workspace::Profile made = m_desk->profile("Payments");
        made.credentialSource = CredentialSource::Sso;
        made.sso = {.startUrl = "https://corp.awsapps.com/start",
                    .region = "eu-central-1",
                    .accountId = "111122223333",
                    .roleName = "Role One"};
        return made;
    }
    workspace::Profile role(const std::string &mfaSerial) const {
        workspace::Profile made = m_desk->profile("Key admin");
        made.credentialSource = CredentialSource::Role;
        made.role.base = CredentialSource::Environment;
        made.role.roleArn = "arn:aws:iam::111122223333:role/KeyAdmin";
        made.role.externalId = "partner-7";
        made.role.mfaSerial = mfaSerial;
        return made;
    }
    ui::DeviceLoginDialog *shownLogin() {
        ui::DeviceLoginDialog *login = nullptr;
        [&] {
            QTRY_VERIFY_WITH_TIMEOUT((login = m_desk->window->findChild<ui::DeviceLoginDialog *>()) !=
                                             nullptr &&
                                         login->isVisible(),
                                     patience);
        }();
        return login;
    }
    /// The question that is open now and says this.
    ui::MfaDialog *shownCode(const QString &words = {}) {
        ui::MfaDialog *asked = nullptr;
        const auto says = [&](const QDialog *dialog) {
            const auto labels = dialog->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
                return label->isVisible() && label->text().contains(words);
            });
        };
        const auto find = [&] {
            for (auto *each : m_desk->window->findChildren<ui::MfaDialog *>()) {
                if (each->isVisible() && says(each)) {
                    asked = each;
                }
            }
            return asked != nullptr;
        };
        [&] { QTRY_VERIFY_WITH_TIMEOUT(find(), patience); }();
        return asked;
    }
    void typeCode(const char *code) {
        auto *asked = shownCode();
        QTest::keyClicks(asked->findChild<QWidget *>(QStringLiteral("mfa.code")), QString::fromLatin1(code));
        press(*asked, "mfa.send");
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<EndpointWindow> m_desk;
    std::unique_ptr<test::FakeSso> m_sso;
    std::unique_ptr<test::FakeSts> m_sts;
    std::vector<std::string> m_pages;
};

} // namespace keyturn::gui_test

QTEST_MAIN(keyturn::gui_test::TestLoginsWindow)
#include "tst_logins_window.moc"
