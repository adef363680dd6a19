// SPDX-License-Identifier: Apache-2.0
// Session on an endpoint: over HTTP to a KMS on loopback, with keys from the environment and the keychain.
#include "credentials/keychain_item.h"
#include "fakes/fake_keychain.h"
#include "fakes/fake_kms.h"
#include "fakes/loopback_kms_server.h"
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/list_keys.h"
#include "workspace/applicability.h"
#include "workspace/confirmation.h"
#include "workspace/questions.h"
#include "workspace/session.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <fstream>
#include <set>

using namespace keyturn;
using namespace keyturn::workspace;

namespace {

struct Outcome {
    std::optional<Status> status;
    Session::Done take() {
        return [this](Status done) { status = std::move(done); };
    }
    bool arrived() const { return status.has_value(); }
};

/// A window that says yes, and notes on which thread it was asked.
class Window final : public Questions {
public:
    std::vector<ConfirmationQuestion> confirmations;
    std::vector<std::string> mfaSerials;
    bool onOwnThread = true;
    std::string typed;

    void confirm(ConfirmationQuestion question, CancelToken, ConfirmationPort::Answer answer) override {
        onOwnThread = onOwnThread && QThread::currentThread() == QCoreApplication::instance()->thread();
        confirmations.push_back(std::move(question));
        answer({.confirmed = true, .typed = typed});
    }
    void askMfaCode(MfaQuestion question, CancelToken, CodeDone done) override {
        onOwnThread = onOwnThread && QThread::currentThread() == QCoreApplication::instance()->thread();
        mfaSerials.push_back(question.mfaSerial);
        SecretText code;
        code.append("123456");
        done(std::move(code));
    }
    void deviceLoginStarted(DeviceLogin, CancelSource giveUp) override { giveUp.cancel(); }
    void deviceLoginEnded(Status) override {}
    void askCommandApproval(CommandQuestion, CancelToken, ApprovalDone done) override { done(false); }
};

} // namespace

class TestSessionEndpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        const std::filesystem::path folder(m_dir->path().toStdString());
        qputenv("KEYTURN_PROFILES", (folder / "profiles.json").c_str());
        qputenv("XDG_CONFIG_HOME", folder.c_str());
        qputenv("AWS_CONFIG_FILE", (folder / "config").c_str());
        qputenv("AWS_SHARED_CREDENTIALS_FILE", (folder / "credentials").c_str());
        qputenv("AWS_ACCESS_KEY_ID", "AKIATEST");
        qputenv("AWS_SECRET_ACCESS_KEY", "secret-CANARY");
        m_kms = std::make_unique<test::FakeKms>();
        m_key = m_kms->addKey("alias/orders");
        m_server = std::make_unique<test::LoopbackKmsServer>(*m_kms);
        m_keychain = std::make_unique<test::FakeKeychain>();
        m_session = std::make_unique<Session>(m_keychain.get());
    }
    void cleanup() {
        m_session.reset();
        m_keychain.reset();
        m_server.reset();
        m_kms.reset();
    }

    void itConnectsWithKeysOfTheEnvironment() {
        connect(profile());
        QVERIFY(m_session->credentialOrigin().find("AWS_ACCESS_KEY_ID") != std::string::npos);
        QVERIFY(!m_session->clockOffset());
        QVERIFY(kms::callAndWait<kms::ListKeys>(*m_session->service(), {}).has_value());
        m_session->close();
        QVERIFY(!m_session->clockOffset());
        QVERIFY(m_session->credentialOrigin().empty());
    }

    void itConnectsWithKeysOfTheKeychain() {
        qunsetenv("AWS_ACCESS_KEY_ID");
        Profile own = profile();
        own.credentialSource = CredentialSource::Keychain;
        credentials::Credentials keys;
        keys.accessKeyId = "AKIATEST";
        keys.secretKey = SecretBytes::copyOf("secret-CANARY");
        const auto item = keychain::itemKey({keychain::ItemKind::Profile, own.id});
        m_keychain->items[*item] = credentials::writeKeychainDocument(keys);
        connect(own);
        QVERIFY(kms::callAndWait<kms::ListKeys>(*m_session->service(), {}).has_value());
    }

    void anEnvironmentWithoutKeysIsNoReasonToUseOthers() {
        qunsetenv("AWS_ACCESS_KEY_ID");
        std::ofstream(m_dir->path().toStdString() + "/credentials")
            << "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n";
        Outcome done;
        m_session->connectToEndpoint(profile(), done.take());
        QTRY_VERIFY(done.arrived());
        QCOMPARE(done.status->error().code, ErrorCode::NoCredentials);
    }

    void theWindowIsAskedOnItsOwnThread() {
        Profile careful = profile();
        careful.safety = SafetyLevel::ConfirmAndType;
        connect(careful);
        // Nobody to ask: refused.
        QCOMPARE(disable()->error().code, ErrorCode::SafetyRefused);
        Window window;
        m_session->setQuestions(&window);
        QVERIFY(disable()->has_value());
        QCOMPARE(window.confirmations.size(), std::size_t(1));
        QCOMPARE(window.confirmations[0].target, m_key);
        QVERIFY(window.onOwnThread);
        m_session->tickets()->approve(kms::OperationId::DisableKey, m_key);
        QVERIFY(disable()->has_value());
        QCOMPARE(window.confirmations.size(), std::size_t(1));
        m_session->setQuestions(nullptr);
    }

    /// A role with MFA: the window types the code, STS gives the keys that KMS is called with.
    void anMfaCodeComesFromTheWindow() {
        test::ScriptedPeer sts(test::answerAll([](const test::PeerRequest &) {
            return test::httpAnswer(
                200,
                "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
                "<Credentials><AccessKeyId>AKIATEST</AccessKeyId>"
                "<SecretAccessKey>secret-CANARY</SecretAccessKey><SessionToken>token</SessionToken>"
                "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
                "</AssumeRoleResponse>",
                {{"Content-Type", "text/xml"}});
        }));
        qputenv("AWS_ENDPOINT_URL_STS", sts.url().c_str());
        qputenv("AWS_ACCESS_KEY_ID", "AKIABASE");
        Profile role = profile();
        role.credentialSource = CredentialSource::Role;
        role.role.roleArn = "arn:aws:iam::111122223333:role/Keys";
        role.role.mfaSerial = "arn:aws:iam::111122223333:mfa/me";
        role.role.base = CredentialSource::Environment;
        Window window;
        m_session->setQuestions(&window);
        connect(role);
        std::optional<ErrorCode> code;
        kms::call<kms::ListKeys>(*m_session->service(), {}, {}, this,
                                 [&](const Result<kms::ListKeys::Reply> &reply) {
                                     code = reply ? ErrorCode::Count_ : reply.error().code;
                                 });
        QTRY_VERIFY_WITH_TIMEOUT(code.has_value(), 20'000);
        qunsetenv("AWS_ENDPOINT_URL_STS");
        QCOMPARE(*code, ErrorCode::Count_);
        QCOMPARE(window.mfaSerials, std::vector<std::string>{role.role.mfaSerial});
        QVERIFY(window.onOwnThread);
        QCOMPARE(sts.requests().size(), std::size_t(1));
        QVERIFY(sts.requests()[0].body.find("TokenCode=123456") != std::string::npos);
        QVERIFY(sts.requests()[0].header("authorization").find("AKIABASE") != std::string::npos);
        m_session->setQuestions(nullptr);
    }

    void whatWasChangedHereMayNotHaveSpread() {
        connect(profile());
        QVERIFY(m_session->changeHint(m_key).empty());
        QVERIFY(disable()->has_value());
        const std::string hint = m_session->changeHint(m_key);
        QVERIFY2(hint.find("DisableKey") != std::string::npos, hint.c_str());
        QVERIFY(m_session->changeHint("another").empty());
    }

    void aTestIsKeptAndGreysActsOut() {
        m_kms->withdraw(kms::OperationId::ReEncrypt, "not here");
        connect(profile());
        QVERIFY(!m_session->lastTest());
        QVERIFY(m_session->capabilities().of(kms::OperationId::ReEncrypt).available);
        QSignalSpy changed(m_session.get(), &Session::capabilitiesChanged);
        std::set<TestStep> steps;
        std::optional<ConnectionReport> report;
        m_session->testConnection(
            profile(), [&](TestStep step, const ConnectionReport &) { steps.insert(step); },
            [&](const ConnectionReport &made) { report = made; });
        QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), 20'000);
        QVERIFY2(report->passed(), report->of(TestStep::Signature).detail.c_str());
        QCOMPARE(steps.size(), testStepCount);
        QCOMPARE(report->of(kms::OperationId::ReEncrypt).state, ProbeState::Absent);
        QVERIFY(m_session->lastTest().has_value());
        QVERIFY(!changed.isEmpty());
        const Situation now{true, &m_session->capabilities(), {}};
        QVERIFY(whyNot(Act::ReEncrypt, now)->find("no ReEncrypt") != std::string::npos);
        QVERIFY(!whyNot(Act::Decrypt, now));
        // Another session of the same profile knows it from the start.
        Session other(nullptr);
        Outcome done;
        other.connectToEndpoint(profile(), done.take());
        QTRY_VERIFY_WITH_TIMEOUT(done.arrived(), 20'000);
        QVERIFY(other.lastTest().has_value());
        QVERIFY(!other.capabilities().of(kms::OperationId::ReEncrypt).available);
    }

    void aProfileIsTestedWithoutBeingOpened() {
        std::optional<ConnectionReport> report;
        Profile closed = profile();
        closed.endpointUrl = "http://127.0.0.1:1";
        m_session->testConnection(closed, {}, [&](const ConnectionReport &made) { report = made; });
        QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), 20'000);
        QCOMPARE(report->of(TestStep::Connect).state, StepState::Failed);
        QCOMPARE(m_session->state(), Session::State::Closed);
        report.reset();
        closed.credentialSource = CredentialSource::Keychain; // and the keychain has none
        m_session->testConnection(closed, {}, [&](const ConnectionReport &made) { report = made; });
        QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), 20'000);
        QCOMPARE(report->of(TestStep::Signature).state, StepState::Failed);
    }

    void aTestCanBeStopped() {
        m_kms->holdAnswers(true);
        std::optional<ConnectionReport> report;
        m_session->testConnection(profile(), {}, [&](const ConnectionReport &made) { report = made; });
        QTRY_VERIFY_WITH_TIMEOUT(m_kms->heldAnswers() == 1, 20'000);
        m_session->cancelTest();
        QTRY_VERIFY_WITH_TIMEOUT(report.has_value(), 20'000);
        QVERIFY(report->cancelled);
        m_kms->answerHeld();
    }

private:
    Profile profile() const {
        Profile made;
        made.id = "11111111-2222-4333-8444-555555555555";
        made.name = "Payments";
        made.region = "eu-central-1";
        made.service = EndpointService::Custom;
        made.endpointUrl = m_server->url();
        made.credentialSource = CredentialSource::Environment;
        return made;
    }
    void connect(const Profile &to) {
        Outcome done;
        m_session->connectToEndpoint(to, done.take());
        QTRY_VERIFY_WITH_TIMEOUT(done.arrived(), 20'000);
        QVERIFY2(done.status->has_value(),
                 done.status->has_value() ? "" : done.status->error().detail.c_str());
    }
    /// Through the event loop, as a dialog does it.
    std::optional<Result<kms::DisableKey::Reply>> disable() {
        std::optional<Result<kms::DisableKey::Reply>> answer;
        kms::DisableKey::Request request;
        request.keyId = m_key;
        kms::call<kms::DisableKey>(*m_session->service(), std::move(request), {}, this,
                                   [&](Result<kms::DisableKey::Reply> reply) { answer = std::move(reply); });
        [&] { QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 20'000); }();
        return answer;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<test::FakeKms> m_kms;
    std::string m_key;
    std::unique_ptr<test::LoopbackKmsServer> m_server;
    std::unique_ptr<test::FakeKeychain> m_keychain;
    std::unique_ptr<Session> m_session;
};

QTEST_GUILESS_MAIN(TestSessionEndpoint)
#include "tst_session_endpoint.moc"
