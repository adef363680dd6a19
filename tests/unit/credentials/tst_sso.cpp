// SPDX-License-Identifier: Apache-2.0
// IAM Identity Center carried out: device login with every answer of the service, the person who gives up,
// the AWS CLI's token file, tokens in the keychain, renewal in the middle of work.
#include "fake_prompts.h"
#include "fake_sso.h"

#include "fakes/fake_keychain.h"

#include "base/atomic_file.h"
#include "credentials/obtain_and_wait.h"
#include "credentials/sso_login.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using namespace keyturn::test;
using std::chrono::minutes;

namespace {

using Calls = std::vector<std::string>;

struct World {
    TestPorts test;
    FakeSso sso{[clock = test.clock] { return clock->now(); }};
    FakeKeychain keychain;
    QTemporaryDir folder;

    std::filesystem::path cliFile() const {
        return folder.filePath(QStringLiteral("cli.json")).toStdString();
    }
    CredentialPlan plan() {
        SsoRole role;
        role.sessionName = "corp";
        role.startUrl = "https://corp.awsapps.com/start";
        role.region = "eu-central-1";
        role.accountId = "111122223333";
        role.roleName = "Role One";
        role.scopes = {"sso:account:access"};
        role.oidc = sso.endpoint();
        role.portal = sso.endpoint();
        role.cliTokenFile = cliFile();
        return {std::move(role), "p", "IAM Identity Center, profile p"};
    }
    std::shared_ptr<CredentialsSource> source(bool withKeychain = false) {
        CredentialPorts ports = test.ports();
        if (withKeychain) {
            ports.cache = keychainSessionCache(keychain);
        }
        return sourceFor(plan(), ports);
    }
    Result<CredentialsSource::Shared> obtain() { return obtainNow(*source(), test.clock->now()); }
    void writeCliToken(const std::string &token, const std::string &expires,
                       const std::string &startUrl = "https://corp.awsapps.com/start") {
        const std::string text =
            R"({"startUrl":")" + startUrl + R"(","region":"eu-central-1","accessToken":")" + token +
            R"(","expiresAt":")" + expires +
            R"(","clientId":"c","clientSecret":"x","registrationExpiresAt":"2027-01-01T00:00:00Z",)" +
            R"("refreshToken":"cli-refresh-CANARY","scopes":["a"]})";
        const Status written = writeFileAtomically(cliFile(), asBytes(text), {});
        QVERIFY(written.has_value());
    }
};

QByteArray everything(const Error &error) {
    return QByteArray::fromStdString(error.detail + "|" + error.serviceCode + "|" + error.serviceMessage);
}

int count(const Calls &calls, const std::string &name) {
    return int(std::count(calls.begin(), calls.end(), name));
}

} // namespace

class TestSso : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void deviceLogin();
    void pollsAsItIsTold();
    void loginsThatFail_data();
    void loginsThatFail();
    void personGivesUp();
    void callerGivesUp();
    void nobodyToAsk();
    void hostileAddresses_data();
    void hostileAddresses();
    void usesTheCliToken();
    void cliTokenThatIsNoUse_data();
    void cliTokenThatIsNoUse();
    void rejectedCliToken();
    void tokensOutliveTheProcess();
    void changedTokensAreNotTrusted();
    void renewsInTheMiddleOfWork();
    void refreshThatFailsAsksAgain();
    void roleThatIsNotGiven();
};

void TestSso::deviceLogin() {
    World world;
    auto got = world.obtain();
    QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
    QCOMPARE((*got)->accessKeyId, std::string("ASIASSO"));
    QVERIFY((*got)->secretKey.text() == "secret-CANARY");
    QVERIFY((*got)->expiration == world.test.clock->now() + std::chrono::hours(1));
    QVERIFY(world.sso.calls() ==
            (Calls{"/client/register", "/device_authorization", "/token", "/federation/credentials"}));
    QCOMPARE(QByteArray::fromStdString(world.sso.requests()[0].body),
             QByteArray(R"({"clientName":"keyturn","clientType":"public","scopes":["sso:account:access"]})"));
    const auto &logins = world.test.prompts->logins;
    QCOMPARE(logins.size(), std::size_t(1));
    QCOMPARE(logins[0].userCode, std::string("ABCD-EFGH"));
    QCOMPARE(logins[0].verificationUrl, world.sso.verificationUri);
    QCOMPARE(logins[0].verificationUrlComplete, world.sso.verificationUri + "?user_code=ABCD-EFGH");
    QVERIFY(logins[0].expires == testNow() + minutes(10));
    QCOMPARE(world.test.prompts->loginEnds.size(), std::size_t(1));
    QVERIFY(world.test.prompts->loginEnds[0].has_value());
}

void TestSso::pollsAsItIsTold() {
    World world;
    world.sso.polls = {"pending", "slow_down", "busy", "pending"};
    QVERIFY(world.obtain().has_value());
    const auto s = [](int seconds) { return std::chrono::milliseconds(std::chrono::seconds(seconds)); };
    QVERIFY(*world.test.pauses == (std::vector<std::chrono::milliseconds>{s(5), s(5), s(10), s(10), s(10)}));
    QCOMPARE(count(world.sso.calls(), "/token"), 5);
}

void TestSso::loginsThatFail_data() {
    QTest::addColumn<QByteArray>("poll");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("expired") << QByteArray("expired") << QByteArray("NoCredentials")
                             << QByteArray("not confirmed in time");
    QTest::newRow("denied") << QByteArray("denied") << QByteArray("NoCredentials")
                            << QByteArray("refused in the browser");
    QTest::newRow("pending for ever")
        << QByteArray("forever") << QByteArray("NoCredentials") << QByteArray("not confirmed in time");
}

void TestSso::loginsThatFail() {
    QFETCH(QByteArray, poll);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, words);
    World world;
    world.sso.polls.assign(poll == "forever" ? 1000 : 1, poll == "forever" ? "pending" : poll.toStdString());
    auto got = world.obtain();
    QVERIFY(!got);
    QCOMPARE(QByteArray(errorCodeName(got.error().code).data()), code);
    QVERIFY2(everything(got.error()).contains(words), everything(got.error()).constData());
    QVERIFY(!everything(got.error()).contains("CANARY"));
    QVERIFY(count(world.sso.calls(), "/token") <= 120); // ten minutes, every five seconds
    QCOMPARE(world.test.prompts->loginEnds.size(), std::size_t(1));
    QVERIFY(!world.test.prompts->loginEnds[0]);
}

void TestSso::personGivesUp() {
    World world;
    world.test.prompts->givesUpLogin = true;
    auto got = world.obtain();
    QCOMPARE(got.error().code, ErrorCode::Cancelled);
    QCOMPARE(count(world.sso.calls(), "/token"), 0);
    QCOMPARE(world.test.prompts->loginEnds.size(), std::size_t(1));
}

void TestSso::callerGivesUp() {
    World world;
    CancelSource cancel;
    CredentialPorts ports = world.test.ports();
    ports.pause = [&](std::chrono::milliseconds, const CancelToken &token) -> Status {
        cancel.cancel();
        return token.isCancelled() ? Status(fail(ErrorCode::Cancelled, "stopped")) : Status();
    };
    auto source = sourceFor(world.plan(), ports);
    QCOMPARE(obtainNow(*source, testNow(), cancel.token()).error().code, ErrorCode::Cancelled);
    source.reset();
    QCOMPARE(count(world.sso.calls(), "/token"), 0);
    QCOMPARE(world.test.prompts->loginEnds.size(), std::size_t(1));
}

void TestSso::nobodyToAsk() {
    World world;
    CredentialPorts ports = world.test.ports();
    ports.prompts.reset();
    auto got = obtainNow(*sourceFor(world.plan(), ports), testNow());
    QCOMPARE(got.error().code, ErrorCode::NoCredentials);
    QVERIFY(got.error().detail.find("aws sso login --sso-session corp") != std::string::npos);
    world.test.prompts->nobodyThere = true;
    got = obtainNow(*sourceFor(world.plan(), world.test.ports()), testNow());
    QCOMPARE(got.error().code, ErrorCode::NoCredentials);
    QVERIFY(world.test.prompts->logins.empty());
    QVERIFY(world.sso.calls().empty());
}

void TestSso::hostileAddresses_data() {
    QTest::addColumn<QByteArray>("address");
    QTest::newRow("a file") << QByteArray("file:///etc/passwd");
    QTest::newRow("a script") << QByteArray("javascript:alert(1)");
    QTest::newRow("no TLS") << QByteArray("http://device.example.com/");
    QTest::newRow("a user name") << QByteArray("https://aws@evil.example.com/");
    QTest::newRow("nothing") << QByteArray("");
}

void TestSso::hostileAddresses() {
    QFETCH(QByteArray, address);
    World world;
    world.sso.verificationUri = address.toStdString();
    auto got = world.obtain();
    QCOMPARE(got.error().code, ErrorCode::BadReply);
    QVERIFY(world.test.prompts->logins.empty());
}

void TestSso::usesTheCliToken() {
    World world;
    world.writeCliToken("cli-token-CANARY", "2026-11-22T05:00:00Z");
    world.sso.goodTokens.insert("cli-token-CANARY");
    const auto before = std::filesystem::last_write_time(world.cliFile());
    auto got = obtainAndWait(*world.source(true), testNow());
    QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
    QVERIFY(world.sso.calls() == Calls{"/federation/credentials"});
    QVERIFY(world.keychain.items.empty());
    QVERIFY(std::filesystem::last_write_time(world.cliFile()) == before);
}

void TestSso::cliTokenThatIsNoUse_data() {
    QTest::addColumn<QByteArray>("expires");
    QTest::addColumn<QByteArray>("startUrl");
    const QByteArray url("https://corp.awsapps.com/start");
    QTest::newRow("expired") << QByteArray("2026-11-22T04:00:00Z") << url;
    QTest::newRow("about to expire") << QByteArray("2026-11-22T04:17:30Z") << url;
    QTest::newRow("no time") << QByteArray("soon") << url;
    QTest::newRow("other start URL") << QByteArray("2026-11-22T06:00:00Z")
                                     << QByteArray("https://evil.example.com/");
}

void TestSso::cliTokenThatIsNoUse() {
    QFETCH(QByteArray, expires);
    QFETCH(QByteArray, startUrl);
    World world;
    world.writeCliToken("cli-token-CANARY", expires.toStdString(), startUrl.toStdString());
    world.sso.goodTokens.insert("cli-token-CANARY");
    QVERIFY(world.obtain().has_value());
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 1);
    for (const PeerRequest &request : world.sso.requests()) {
        QVERIFY(request.body.find("cli-refresh") == std::string::npos); // it is the CLI's
    }
}

void TestSso::rejectedCliToken() {
    World world;
    world.writeCliToken("cli-token-CANARY", "2026-11-22T06:00:00Z");
    QVERIFY(world.obtain().has_value());
    QCOMPARE(count(world.sso.calls(), "/federation/credentials"), 2);
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 1);
}

void TestSso::tokensOutliveTheProcess() {
    World world;
    for (int process = 0; process < 2; ++process) {
        QVERIFY(obtainAndWait(*world.source(true), world.test.clock->now()).has_value());
        QTRY_COMPARE(world.keychain.items.size(), std::size_t(1));
    }
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 1);
    // The token ends; the refresh token and the registration are used, and nobody is asked.
    world.test.clock->advance(std::chrono::hours(9));
    QVERIFY(obtainAndWait(*world.source(true), world.test.clock->now()).has_value());
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 1);
    QCOMPARE(count(world.sso.calls(), "/client/register"), 1);
    QVERIFY(!std::filesystem::exists(world.cliFile()));
}

void TestSso::changedTokensAreNotTrusted() {
    World world;
    const std::string item = *keychain::itemKey(sessionItem(sessionKey(world.plan())));
    for (const char *text : {"CANARY", R"({"v":"2","accessToken":"x"})", R"({"v":"1","accessToken":"x"})"}) {
        world.keychain.items[item] = SecretBytes::copyOf(text);
        QVERIFY(obtainAndWait(*world.source(true), testNow()).has_value());
        QTRY_VERIFY(world.keychain.items[item].text().find("token-CANARY") != std::string_view::npos);
    }
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 3);
}

void TestSso::renewsInTheMiddleOfWork() {
    World world;
    world.sso.tokenLife = minutes(60);
    const auto source = world.source();
    for (int minute = 0; minute < 240; minute += 5) {
        auto got = obtainNow(*source, world.test.clock->now());
        QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
        QVERIFY(*(*got)->expiration > world.test.clock->now());
        world.test.clock->advance(minutes(5));
    }
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 1);
    QVERIFY(count(world.sso.calls(), "/token") >= 4);
}

void TestSso::refreshThatFailsAsksAgain() {
    World world;
    const auto source = world.source();
    QVERIFY(obtainNow(*source, testNow()).has_value());
    {
        const std::scoped_lock lock(world.sso.mutex);
        world.sso.takesRefreshToken = false;
    }
    world.test.clock->advance(std::chrono::hours(9));
    QVERIFY(obtainNow(*source, world.test.clock->now()).has_value());
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 2);
    QCOMPARE(count(world.sso.calls(), "/client/register"), 1);
}

void TestSso::roleThatIsNotGiven() {
    World world;
    CredentialPlan plan = world.plan();
    std::get<SsoRole>(plan.way).roleName = "Other";
    auto got = obtainNow(*sourceFor(std::move(plan), world.test.ports()), testNow());
    QCOMPARE(got.error().serviceCode, std::string("ForbiddenException"));
    QCOMPARE(got.error().httpStatus, 403);
    QCOMPARE(count(world.sso.calls(), "/device_authorization"), 1);
    QVERIFY(got.error().detail.find("IAM Identity Center, profile p") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSso)
#include "tst_sso.moc"
