// SPDX-License-Identifier: Apache-2.0
// Roles carried out: chains, MFA codes wrong and right, sessions in the keychain, faults of STS that pass,
// and renewal in the middle of work, all against a fake STS that checks every signature.
#include "fake_prompts.h"
#include "fake_sts.h"

#include "fakes/fake_keychain.h"

#include "base/atomic_file.h"
#include "credentials/obtain_and_wait.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using namespace keyturn::test;
using std::chrono::minutes;

namespace {

constexpr const char *roleR = "arn:aws:iam::111122223333:role/r";

CredentialPlan basePlan() {
    Credentials keys;
    keys.accessKeyId = "AKBASE";
    keys.secretKey = SecretBytes::copyOf("base-CANARY");
    keys.source = "CREDENTIALS, profile base";
    return {StaticKeys{std::move(keys)}, "base", "CREDENTIALS, profile base"};
}

CredentialPlan rolePlan(const FakeSts &sts, CredentialPlan base, const std::string &arn = roleR,
                        const std::string &mfaSerial = {}) {
    AssumedRole role;
    role.roleArn = arn;
    role.externalId = "ext";
    role.mfaSerial = mfaSerial;
    role.sts = sts.endpoint();
    role.base = std::make_unique<CredentialPlan>(std::move(base));
    return {std::move(role), "p", "role " + arn + " of profile p"};
}

CredentialPlan mfaPlan(const FakeSts &sts) {
    return rolePlan(sts, basePlan(), roleR, "arn:aws:iam::111122223333:mfa/me");
}

QByteArray everything(const Error &error) {
    return QByteArray::fromStdString(error.detail + "|" + error.serviceCode + "|" + error.serviceMessage);
}

struct World {
    FakeSts sts{testNow()};
    TestPorts test;
    FakeKeychain keychain;

    World() { sts.addKey("AKBASE", "base-CANARY"); }
    CredentialPorts ports(bool withKeychain = false) {
        CredentialPorts out = test.ports();
        if (withKeychain) {
            out.cache = keychainSessionCache(keychain);
        }
        return out;
    }
};

} // namespace

class TestRoleSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chainOfTwoRoles();
    void codeIsAskedAgainUntilItIsRight();
    void codeIsWrongThreeTimes();
    void codeQuestionIsClosed();
    void nobodyToAsk();
    void unansweredCodeStopsWithTheCaller();
    void sessionsOutliveTheProcess();
    void shortSessionsAreNotUsed();
    void brokenKeychainCostsAFetchOnly_data();
    void brokenKeychainCostsAFetchOnly();
    void foreignChangesAreReplaced();
    void renewsInTheMiddleOfWork();
    void refusedSessionIsNotTakenFromTheKeychain();
    void forgetsSessions();
    void faultsThatPass();
    void faultsThatStay();
    void codesAreNeverSentTwice();
    void webIdentity();
    void errorsNameTheSource();
};

void TestRoleSessions::chainOfTwoRoles() {
    World world;
    const auto source = sourceFor(
        rolePlan(world.sts, rolePlan(world.sts, basePlan(), "arn:first"), "arn:second"), world.ports());
    auto got = obtainNow(*source, testNow());
    QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
    QCOMPARE((*got)->accessKeyId, std::string("ASIA2"));
    QCOMPARE((*got)->source, std::string("role arn:second of profile p"));
    const auto sent = world.sts.requests();
    QCOMPARE(sent.size(), std::size_t(2));
    QCOMPARE(formField(sent[0], "RoleArn"), std::string("arn:first"));
    QCOMPARE(formField(sent[1], "RoleArn"), std::string("arn:second"));
    QCOMPARE(formField(sent[1], "ExternalId"), std::string("ext"));
    QCOMPARE(formField(sent[1], "RoleSessionName"), std::string("keyturn-session-1795321020"));
    QVERIFY(sent[1].header("authorization").find("Credential=ASIA1/") != std::string::npos);
    QCOMPARE(sent[1].header("x-amz-security-token"), std::string("token-CANARY-1"));
}

void TestRoleSessions::codeIsAskedAgainUntilItIsRight() {
    World world;
    world.test.prompts->codes = {"12345", "000000", " 123456 "};
    const auto source = sourceFor(mfaPlan(world.sts), world.ports());
    QVERIFY(obtainNow(*source, testNow()).has_value());
    const auto &questions = world.test.prompts->mfaQuestions;
    QCOMPARE(questions.size(), std::size_t(3));
    QCOMPARE(questions[0].mfaSerial, std::string("arn:aws:iam::111122223333:mfa/me"));
    QCOMPARE(questions[0].lastAnswer, std::string());
    QCOMPARE(questions[1].lastAnswer, std::string("an MFA code has six digits"));
    QCOMPARE(questions[2].attempt, 3);
    QVERIFY(questions[2].lastAnswer.starts_with("the code was not accepted"));
    QCOMPARE(world.sts.requests().size(), std::size_t(2)); // five digits were not sent
    QCOMPARE(formField(world.sts.requests()[1], "TokenCode"), std::string("123456"));
}

void TestRoleSessions::codeIsWrongThreeTimes() {
    World world;
    world.test.prompts->codes = {"000001", "000002", "000003", "123456"};
    auto got = obtainNow(*sourceFor(mfaPlan(world.sts), world.ports()), testNow());
    QCOMPARE(got.error().code, ErrorCode::AccessDenied);
    QVERIFY(got.error().serviceMessage.find("invalid MFA") != std::string::npos);
    QCOMPARE(world.test.prompts->codes.size(), std::size_t(1));
}

void TestRoleSessions::codeQuestionIsClosed() {
    World world;
    world.test.prompts->codes = {"cancel"};
    auto got = obtainNow(*sourceFor(mfaPlan(world.sts), world.ports()), testNow());
    QCOMPARE(got.error().code, ErrorCode::Cancelled);
    QVERIFY(world.sts.requests().empty());
}

void TestRoleSessions::nobodyToAsk() {
    World world;
    CredentialPorts ports = world.ports();
    ports.prompts.reset();
    auto got = obtainNow(*sourceFor(mfaPlan(world.sts), ports), testNow());
    QCOMPARE(got.error().code, ErrorCode::NoCredentials);
    QVERIFY(got.error().detail.find("needs an MFA code, and nobody can be asked here") != std::string::npos);
}

void TestRoleSessions::unansweredCodeStopsWithTheCaller() {
    World world;
    const auto source = sourceFor(mfaPlan(world.sts), world.ports());
    CancelSource cancel;
    QByteArray answer;
    source->obtain(testNow(), cancel.token(), [&](Result<CredentialsSource::Shared> got) {
        answer = errorCodeName(got.error().code).data();
    });
    QTRY_VERIFY([&] {
        const std::scoped_lock lock(world.test.prompts->mutex);
        return !world.test.prompts->mfaQuestions.empty();
    }());
    cancel.cancel();
    QCOMPARE(answer, QByteArray("Cancelled"));
}

void TestRoleSessions::sessionsOutliveTheProcess() {
    World world;
    world.test.prompts->codes = {"123456"};
    for (int process = 0; process < 3; ++process) {
        const auto source = sourceFor(mfaPlan(world.sts), world.ports(true));
        auto got = obtainAndWait(*source, testNow());
        QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
        QCOMPARE((*got)->accessKeyId, std::string("ASIA1"));
        QCOMPARE(world.keychain.items.size(), std::size_t(1)); // although no event loop runs any more
    }
    QCOMPARE(world.sts.requests().size(), std::size_t(1));
    QVERIFY(world.keychain.items.begin()->first.starts_with("v1/session/"));
    // Another external id is another session.
    CredentialPlan other = mfaPlan(world.sts);
    std::get<AssumedRole>(other.way).externalId = "another";
    QVERIFY(sessionKey(other) != sessionKey(mfaPlan(world.sts)));
}

void TestRoleSessions::shortSessionsAreNotUsed() {
    World world;
    world.sts.setLife(minutes(15));
    for (int process = 0; process < 2; ++process) {
        const auto source = sourceFor(rolePlan(world.sts, basePlan()), world.ports(true));
        QVERIFY(obtainAndWait(*source, testNow()).has_value());
        QTRY_COMPARE(world.keychain.items.size(), std::size_t(1));
    }
    QCOMPARE(world.sts.requests().size(), std::size_t(2));
}

void TestRoleSessions::brokenKeychainCostsAFetchOnly_data() {
    QTest::addColumn<int>("code");
    QTest::newRow("locked") << int(ErrorCode::KeychainLocked);
    QTest::newRow("absent") << int(ErrorCode::KeychainUnavailable);
    QTest::newRow("slow") << int(ErrorCode::KeychainTimedOut);
    QTest::newRow("refused") << int(ErrorCode::KeychainDenied);
}

void TestRoleSessions::brokenKeychainCostsAFetchOnly() {
    QFETCH(int, code);
    World world;
    world.keychain.nextError = clientError(ErrorCode(code), "the test says so", ErrorOrigin::System);
    const auto source = sourceFor(rolePlan(world.sts, basePlan()), world.ports(true));
    QVERIFY(obtainAndWait(*source, testNow()).has_value());
}

void TestRoleSessions::foreignChangesAreReplaced() {
    World world;
    const std::string item = *keychain::itemKey(sessionItem(sessionKey(rolePlan(world.sts, basePlan()))));
    int sessions = 0;
    for (const char *text : {"not JSON CANARY", R"({"v":9,"accessKeyId":"AKOTHER"})",
                             // Keys without a token or an end are no session of a role.
                             R"({"v":1,"accessKeyId":"AKOTHER","secretAccessKey":"x"})"}) {
        world.keychain.items[item] = SecretBytes::copyOf(text);
        auto got = obtainAndWait(*sourceFor(rolePlan(world.sts, basePlan()), world.ports(true)), testNow());
        QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
        const std::string expected = "ASIA" + std::to_string(++sessions);
        QCOMPARE((*got)->accessKeyId, expected);
        QTRY_VERIFY(world.keychain.items[item].text().find(expected) != std::string_view::npos);
    }
}

void TestRoleSessions::renewsInTheMiddleOfWork() {
    World world;
    const auto source =
        sourceFor(rolePlan(world.sts, rolePlan(world.sts, basePlan(), "arn:first")), world.ports());
    QByteArray last;
    int sessions = 0;
    for (int minute = 0; minute < 180; minute += 5) {
        const Timestamp now = world.test.clock->now();
        world.sts.setNow(now);
        auto got = obtainNow(*source, now);
        QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
        QVERIFY(*(*got)->expiration > now);
        sessions += QByteArray::fromStdString((*got)->accessKeyId) != last ? 1 : 0;
        last = QByteArray::fromStdString((*got)->accessKeyId);
        world.test.clock->advance(minutes(5));
    }
    QVERIFY(sessions >= 3);
}

void TestRoleSessions::refusedSessionIsNotTakenFromTheKeychain() {
    World world;
    const auto source = sourceFor(rolePlan(world.sts, basePlan()), world.ports(true));
    const auto first = obtainAndWait(*source, testNow()).value();
    source->refused(*first);
    QCOMPARE((*obtainAndWait(*source, testNow()))->accessKeyId, std::string("ASIA2"));
}

void TestRoleSessions::forgetsSessions() {
    World world;
    const auto cache = keychainSessionCache(world.keychain);
    const auto plan = [&] { return rolePlan(world.sts, rolePlan(world.sts, basePlan(), "arn:first")); };
    QVERIFY(obtainAndWait(*sourceFor(plan(), world.ports(true)), testNow()).has_value());
    QTRY_COMPARE(world.keychain.items.size(), std::size_t(2));
    forgetSessions(plan(), *cache);
    QTRY_VERIFY(world.keychain.items.empty());
}

void TestRoleSessions::faultsThatPass() {
    World world;
    world.sts.answerFirst(
        {httpAnswer(503, "<html>busy</html>"), stsError(400, "Throttling", "Rate exceeded")});
    const auto source = sourceFor(rolePlan(world.sts, basePlan()), world.ports());
    QVERIFY(obtainNow(*source, testNow()).has_value());
    QCOMPARE(world.sts.requests().size(), std::size_t(3));
    QVERIFY(*world.test.pauses ==
            (std::vector<std::chrono::milliseconds>{std::chrono::seconds(1), std::chrono::seconds(2)}));
}

void TestRoleSessions::faultsThatStay() {
    World world;
    const std::string busy = httpAnswer(503, "<html>busy</html>");
    world.sts.answerFirst({busy, busy, busy});
    auto got = obtainNow(*sourceFor(rolePlan(world.sts, basePlan()), world.ports()), testNow());
    QCOMPARE(got.error().attempts, 3);
    World denied;
    denied.sts.answerFirst({stsError(403, "AccessDenied", "no")});
    auto refused = obtainNow(*sourceFor(rolePlan(denied.sts, basePlan()), denied.ports()), testNow());
    QCOMPARE(refused.error().code, ErrorCode::AccessDenied);
    QCOMPARE(denied.sts.requests().size(), std::size_t(1));
}

void TestRoleSessions::codesAreNeverSentTwice() {
    World world;
    world.test.prompts->codes = {"123456"};
    world.sts.answerFirst({httpAnswer(503, "<html>busy</html>")});
    QVERIFY(!obtainNow(*sourceFor(mfaPlan(world.sts), world.ports()), testNow()));
    QCOMPARE(world.sts.requests().size(), std::size_t(1));
}

void TestRoleSessions::webIdentity() {
    World world;
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(QStringLiteral("token")).toStdString();
    QVERIFY(writeFileAtomically(file, asBytes("jwt-CANARY\n"), {}).has_value());
    const auto plan = [&] {
        return CredentialPlan{WebIdentityRole{roleR, "", file, world.sts.endpoint()}, "p",
                              "web identity of p"};
    };
    auto got = obtainNow(*sourceFor(plan(), world.ports()), testNow());
    QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
    QVERIFY(std::filesystem::remove(file));
    auto missing = obtainNow(*sourceFor(plan(), world.ports()), testNow());
    QCOMPARE(missing.error().code, ErrorCode::FileNotFound);
}

void TestRoleSessions::errorsNameTheSource() {
    World world;
    world.sts.answerFirst({stsError(403, "AccessDenied", "no")});
    auto denied = obtainNow(*sourceFor(rolePlan(world.sts, basePlan()), world.ports()), testNow());
    QVERIFY2(denied.error().detail.find("role arn:aws:iam::111122223333:role/r of profile p") !=
                 std::string::npos,
             denied.error().detail.c_str());
    CredentialPorts offline = world.ports();
    offline.http.reset();
    auto none = obtainNow(*sourceFor(rolePlan(world.sts, basePlan()), offline), testNow());
    QCOMPARE(none.error().code, ErrorCode::NoCredentials);
    QVERIFY(!everything(none.error()).contains("CANARY"));
}

QTEST_GUILESS_MAIN(TestRoleSessions)
#include "tst_role_sessions.moc"
