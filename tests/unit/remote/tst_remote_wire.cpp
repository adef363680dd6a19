// SPDX-License-Identifier: Apache-2.0
// What goes over the wire: the request as AWS wants it, signed so that our own verifier takes it, and what is
// noted of the answer.
#include "remote_fixture.h"

#include "kms/operations/enable_key.h"
#include "sigv4/verifier.h"

#include <QDateTime>
#include <QLocale>
#include <QObject>
#include <QTest>

#include <atomic>
#include <set>

using namespace keyturn;
using namespace keyturn::test;

namespace {

const char *randomReply = R"({"Plaintext":"AAEC"})";

Result<sigv4::VerifiedRequest> verifyReceived(const PeerRequest &request, Timestamp now) {
    static const SecretBytes secret = SecretBytes::copyOf("secret-CANARY");
    std::vector<sigv4::HeaderView> headers;
    for (const auto &[name, value] : request.headers) {
        headers.push_back({name, value});
    }
    sigv4::VerifierOptions options;
    options.service = "kms";
    options.region = "eu-central-1";
    options.now = now;
    return sigv4::verify({request.method, request.target, {}, headers, asBytes(request.body)}, options,
                         [](std::string_view) { return &secret; });
}

} // namespace

class TestRemoteWire : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void requestIsAsDescribed();
    void sessionTokenIsSentAndSigned();
    void basePathIsSentAndSigned();
    void everyAttemptIsSignedAnew();
    void secretsStayOffTheWire();
    void emptyReply();
    void cookiesAreNotKept();
    void capabilitiesNameTheEndpoint();
    void clockSkewIsReported_data();
    void clockSkewIsReported();
    void skewExplainsARefusedSignature();
    void skewIsCorrected_data();
    void skewIsCorrected();
    void wrongSecretIsNoSkew();
    void cachedAnswersTellNoTime();
    void expiredCredentialsAreNotUsed();
    void opensOnlyWhatIsSafe_data();
    void opensOnlyWhatIsSafe();
};

void TestRemoteWire::requestIsAsDescribed() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    RemoteFixture fixture(peer.url());
    auto reply = fixture.generateRandom();
    QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    QCOMPARE(reply->plaintext->size(), std::size_t(3));
    QCOMPARE(peer.requests().size(), std::size_t(1));
    const PeerRequest request = peer.requests().front();
    QCOMPARE(request.method, std::string("POST"));
    QCOMPARE(request.target, std::string("/"));
    QCOMPARE(request.body, std::string(R"({"NumberOfBytes":3})"));
    QCOMPARE(request.header("host"), "127.0.0.1:" + std::to_string(peer.port()));
    QCOMPARE(request.header("content-type"), std::string("application/x-amz-json-1.1"));
    QCOMPARE(request.header("x-amz-target"), std::string("TrentService.GenerateRandom"));
    QCOMPARE(request.header("accept-encoding"), std::string("identity"));
    QCOMPARE(request.header("user-agent"), std::string("keyturn-test/1"));
    QCOMPARE(request.header("amz-sdk-request"), std::string("attempt=1; max=3"));
    QCOMPARE(request.header("amz-sdk-invocation-id").size(), std::size_t(36));
    QCOMPARE(request.header("x-amz-date"), std::string("20261122T041700Z"));
    std::set<std::string> names;
    for (const auto &[name, value] : request.headers) {
        QVERIFY2(names.insert(name).second, ("sent twice: " + name).c_str());
    }
    QVERIFY(!names.contains("x-amz-security-token"));
    auto verified = verifyReceived(request, fixture.clock->now());
    QVERIFY2(verified.has_value(), verified ? "" : verified.error().serviceMessage.c_str());
    QCOMPARE(fixture.service->facts().credentialSource, std::string("a test"));
}

void TestRemoteWire::sessionTokenIsSentAndSigned() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    RemoteFixture fixture(peer.url(), {.sessionToken = "token/+="});
    QVERIFY(fixture.generateRandom().has_value());
    PeerRequest request = peer.requests().front();
    QCOMPARE(request.header("x-amz-security-token"), std::string("token/+="));
    QVERIFY(verifyReceived(request, fixture.clock->now()).has_value());
    for (auto &[name, value] : request.headers) {
        value = name == "x-amz-security-token" ? "other" : value;
    }
    QVERIFY(!verifyReceived(request, fixture.clock->now()).has_value());
}

void TestRemoteWire::basePathIsSentAndSigned() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    RemoteFixture fixture(peer.url() + "/tenant%20one/kms/");
    QVERIFY(fixture.generateRandom().has_value());
    const PeerRequest request = peer.requests().front();
    QCOMPARE(request.target, std::string("/tenant%20one/kms/"));
    QVERIFY(verifyReceived(request, fixture.clock->now()).has_value());
}

void TestRemoteWire::everyAttemptIsSignedAnew() {
    ScriptedPeer peer(answerAll([](const PeerRequest &request) {
        return request.number < 3 ? httpAnswer(500, R"({"__type":"KMSInternalException"})")
                                  : httpAnswer(200, randomReply);
    }));
    RemoteFixture fixture(peer.url());
    QVERIFY(fixture.generateRandom().has_value());
    const auto requests = peer.requests();
    QCOMPARE(requests.size(), std::size_t(3));
    const Timestamp start = parseIso8601("2026-11-22T04:17:00Z").value();
    for (int i = 0; i < 3; ++i) {
        const PeerRequest &request = requests[std::size_t(i)];
        QCOMPARE(request.header("amz-sdk-request"), "attempt=" + std::to_string(i + 1) + "; max=3");
        QCOMPARE(request.header("amz-sdk-invocation-id"), requests[0].header("amz-sdk-invocation-id"));
        QCOMPARE(request.header("x-amz-date"), sigv4::formatAmzDate(start + std::chrono::seconds(10 * i)));
        QVERIFY(verifyReceived(request, start).has_value());
    }
    QVERIFY(fixture.delays() == (std::vector<int>{500, 1000}));
}

void TestRemoteWire::secretsStayOffTheWire() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    RemoteFixture fixture(peer.url());
    QVERIFY(fixture.generateRandom().has_value());
    const PeerRequest request = peer.requests().front();
    QVERIFY((request.head + request.body).find("CANARY") == std::string::npos);
}

void TestRemoteWire::emptyReply() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, ""); }));
    RemoteFixture fixture(peer.url());
    kms::EnableKey::Request request;
    request.keyId = "alias/orders";
    QVERIFY(kms::callAndWait<kms::EnableKey>(*fixture.service, std::move(request)).has_value());
    QCOMPARE(peer.requests().front().body, std::string(R"({"KeyId":"alias/orders"})"));
}

void TestRemoteWire::cookiesAreNotKept() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) {
        return httpAnswer(200, randomReply, {{"Set-Cookie", "a=b; Path=/"}});
    }));
    RemoteFixture fixture(peer.url());
    QVERIFY(fixture.generateRandom().has_value());
    QVERIFY(fixture.generateRandom().has_value());
    QCOMPARE(peer.requests().back().header("cookie"), std::string());
}

void TestRemoteWire::capabilitiesNameTheEndpoint() {
    RemoteFixture local("http://127.0.0.1:1");
    const kms::Capabilities capabilities = local.service->capabilities();
    QCOMPARE(capabilities.backend, std::string("KMS at 127.0.0.1:1"));
    QCOMPARE(capabilities.region, std::string("eu-central-1"));
    QVERIFY(capabilities.hasKeySpec("SYMMETRIC_DEFAULT"));
    QVERIFY(capabilities.hasKeySpec("RSA_4096"));
    for (const kms::Availability &operation : capabilities.operations) {
        QVERIFY(operation.available);
    }
    QCOMPARE(RemoteFixture("https://kms.eu-central-1.amazonaws.com").service->capabilities().backend,
             std::string("AWS KMS"));
}

void TestRemoteWire::clockSkewIsReported_data() {
    QTest::addColumn<QByteArray>("date");
    QTest::addColumn<int>("seconds");
    QTest::newRow("in step") << QByteArray("Sun, 22 Nov 2026 04:17:00 GMT") << 0;
    QTest::newRow("4 minutes") << QByteArray("Sun, 22 Nov 2026 04:21:00 GMT") << 240;
    QTest::newRow("16 minutes back") << QByteArray("Sun, 22 Nov 2026 04:01:00 GMT") << -960;
    QTest::newRow("a day") << QByteArray("Mon, 23 Nov 2026 04:17:00 GMT") << 86400;
}

void TestRemoteWire::clockSkewIsReported() {
    QFETCH(QByteArray, date);
    QFETCH(int, seconds);
    ScriptedPeer peer(answerAll([&](const PeerRequest &) {
        return httpAnswer(200, randomReply, {{"Date", date.toStdString()}});
    }));
    RemoteFixture fixture(peer.url());
    QVERIFY(!fixture.service->facts().clockSkew);
    QVERIFY(fixture.generateRandom().has_value());
    QCOMPARE(int(fixture.service->facts().clockSkew.value().count()), seconds);
}

void TestRemoteWire::skewExplainsARefusedSignature() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) {
        return httpAnswer(400, R"({"__type":"InvalidSignatureException","message":"Signature expired: ..."})",
                          {{"Date", "Sun, 22 Nov 2026 04:33:00 GMT"}});
    }));
    RemoteFixture fixture(peer.url());
    auto reply = fixture.generateRandom();
    QCOMPARE(codeOf(reply.error()), std::string("InvalidSignatureException"));
    QCOMPARE(reply.error().serviceMessage, std::string("Signature expired: ..."));
    // It was signed again with the endpoint's time, ten seconds later, and refused again.
    QCOMPARE(reply.error().detail,
             std::string("this computer's clock is 950 s behind the endpoint's: set it right"));
    QCOMPARE(reply.error().attempts, 2);
    QCOMPARE(fixture.service->facts().signingOffset.count(), 960);
}

void TestRemoteWire::skewIsCorrected_data() {
    QTest::addColumn<int>("seconds"); // the endpoint's clock is ahead by this
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("requests"); // for the first call
    const auto row = [](const char *title, int seconds, const char *code, int requests) {
        QTest::newRow(title) << seconds << QByteArray(code) << requests;
    };
    row("4 minutes: within what is taken", 240, "InvalidSignatureException", 1);
    row("6 minutes ahead", 360, "InvalidSignatureException", 2);
    row("6 minutes behind", -360, "InvalidSignatureException", 2);
    row("16 minutes", 960, "RequestTimeTooSkewed", 2);
    row("a day ahead", 86'400, "RequestExpired", 2);
    row("a day behind", -86'400, "AccessDeniedException", 2);
    row("QKMS", 960, "NotAuthorizedException", 2);
}

void TestRemoteWire::skewIsCorrected() {
    QFETCH(int, seconds);
    QFETCH(QByteArray, code);
    QFETCH(int, requests);
    std::shared_ptr<ManualClock> ours;
    std::atomic<int> skew = seconds;
    ScriptedPeer peer(answerAll([&](const PeerRequest &request) {
        const Timestamp theirs = ours->now() + std::chrono::seconds(skew);
        const QDateTime date = QDateTime::fromSecsSinceEpoch(
            std::chrono::floor<std::chrono::seconds>(theirs).time_since_epoch().count(), Qt::UTC);
        const std::string text =
            QLocale::c().toString(date, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toStdString();
        return verifyReceived(request, theirs)
                   ? httpAnswer(200, randomReply, {{"Date", text}})
                   : httpAnswer(400, R"({"__type":")" + code.toStdString() + R"("})", {{"Date", text}});
    }));
    RemoteFixture fixture(peer.url());
    ours = fixture.clock;
    auto reply = fixture.generateRandom();
    QVERIFY2(reply.has_value(), reply ? "" : codeOf(reply.error()).c_str());
    QCOMPARE(int(peer.requests().size()), requests);
    QCOMPARE(int(fixture.service->facts().clockSkew->count()), seconds);
    QCOMPARE(int(fixture.service->facts().signingOffset.count()), requests == 1 ? 0 : seconds);
    QVERIFY(fixture.generateRandom().has_value()); // known by now
    QCOMPARE(int(peer.requests().size()), requests + 1);
    skew = 0; // our clock has been set right, or the machine has slept
    QVERIFY(fixture.generateRandom().has_value());
    QCOMPARE(fixture.service->facts().signingOffset.count(), 0);
    QCOMPARE(int(peer.requests().size()), requests == 1 ? 3 : requests + 3);
}

void TestRemoteWire::wrongSecretIsNoSkew() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) {
        return httpAnswer(400, R"({"__type":"InvalidSignatureException"})",
                          {{"Date", "Sun, 22 Nov 2026 04:17:30 GMT"}});
    }));
    RemoteFixture fixture(peer.url());
    QCOMPARE(fixture.generateRandom().error().attempts, 1);
    QCOMPARE(fixture.service->facts().signingOffset.count(), 0);
}

void TestRemoteWire::cachedAnswersTellNoTime() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) {
        return httpAnswer(200, randomReply, {{"Date", "Sun, 22 Nov 2026 03:00:00 GMT"}, {"Age", "4620"}});
    }));
    RemoteFixture fixture(peer.url());
    QVERIFY(fixture.generateRandom().has_value());
    QVERIFY(!fixture.service->facts().clockSkew);
}

void TestRemoteWire::expiredCredentialsAreNotUsed() {
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    RemoteFixture fixture(peer.url(), {.expiration = parseIso8601("2026-11-22T04:16:00Z").value()});
    auto reply = fixture.generateRandom();
    QCOMPARE(reply.error().code, ErrorCode::ExpiredToken);
    QCOMPARE(peer.connections(), 0);
}

void TestRemoteWire::opensOnlyWhatIsSafe_data() {
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("region");
    QTest::addColumn<QByteArray>("bundle");
    QTest::addColumn<QByteArray>("code");
    const QByteArray ca = "/nowhere/ca.pem";
    QTest::newRow("http to a host") << QByteArray("http://kms.example/") << QByteArray("r") << QByteArray()
                                    << QByteArray("InsecureEndpoint");
    QTest::newRow("no URL") << QByteArray("kms") << QByteArray("r") << QByteArray()
                            << QByteArray("Configuration");
    QTest::newRow("no region") << QByteArray("http://127.0.0.1/") << QByteArray() << QByteArray()
                               << QByteArray("NoRegion");
    QTest::newRow("no such bundle") << QByteArray("https://kms.example/") << QByteArray("r") << ca
                                    << QByteArray("FileNotFound");
    QTest::newRow("bundle without a certificate")
        << QByteArray("https://kms.example/") << QByteArray("r") << QByteArray(KEYTURN_SOURCE_DIR "/LICENSE")
        << QByteArray("Configuration");
}

void TestRemoteWire::opensOnlyWhatIsSafe() {
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, region);
    QFETCH(QByteArray, bundle);
    QFETCH(QByteArray, code);
    remote::RemoteOptions options;
    options.endpointUrl = url.toStdString();
    options.region = region.toStdString();
    options.caBundle = bundle.toStdString();
    options.credentials = credentials::fixedCredentials({});
    auto opened = remote::RemoteKms::open(std::move(options));
    QVERIFY(!opened);
    QCOMPARE(QByteArray::fromStdString(codeOf(opened.error())), code);
    QVERIFY(!opened.error().detail.empty());
}

QTEST_GUILESS_MAIN(TestRemoteWire)
#include "tst_remote_wire.moc"
