// SPDX-License-Identifier: Apache-2.0
// The calls of STS against a peer on loopback: what is sent and signed, what is read, and every answer that
// is none. And the XML reader beneath.
#include "fake_prompts.h"
#include "fake_sts.h"

#include "credentials/sts.h"
#include "credentials/xml_reader.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using namespace keyturn::test;

namespace {

Credentials baseKeys() {
    Credentials out;
    out.accessKeyId = "AKBASE";
    out.secretKey = SecretBytes::copyOf("base-CANARY");
    out.source = "a test";
    return out;
}

AssumeRoleCall someCall() {
    return {"arn:aws:iam::111122223333:role/r", "my session@x", "ext id&1", "", {}, 900};
}

std::shared_ptr<HttpClient> client(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    return HttpClient::open({.timeout = timeout, .maxReplyBytes = 64 * 1024}).value();
}

QByteArray everything(const Error &error) {
    return QByteArray::fromStdString(error.detail + "|" + error.serviceCode + "|" + error.serviceMessage +
                                     "|" + error.operation + "|" + error.requestId);
}

} // namespace

class TestSts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void assumesARole();
    void signsWithASessionToken();
    void assumesWithAWebIdentity();
    void tellsWhoIAm();
    void refusalsKeepTheServicesWords();
    void badAnswers_data();
    void badAnswers();
    void badConnections_data();
    void badConnections();
    void refusesUrls_data();
    void refusesUrls();
    void cancelStopsAtOnce();
    void xml_data();
    void xml();
};

void TestSts::assumesARole() {
    FakeSts sts(testNow());
    sts.addKey("AKBASE", "base-CANARY");
    auto got = assumeRole(*client(), sts.endpoint(), someCall(), baseKeys(), testNow());
    QVERIFY2(got.has_value(), got ? "" : everything(got.error()).constData());
    QCOMPARE(got->accessKeyId, std::string("ASIA1"));
    QVERIFY(got->secretKey.text() == "secret/CANARY&1");
    QVERIFY(got->sessionToken.text() == "token-CANARY-1");
    QVERIFY(got->expiration == testNow() + std::chrono::hours(1));
    const PeerRequest sent = sts.requests().at(0);
    QCOMPARE(
        QByteArray::fromStdString(sent.body),
        QByteArray("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fr"
                   "&RoleSessionName=my+session%40x&DurationSeconds=900&ExternalId=ext+id%261"));
    QCOMPARE(sent.header("content-type"), std::string("application/x-www-form-urlencoded; charset=utf-8"));
}

void TestSts::signsWithASessionToken() {
    FakeSts sts(testNow());
    sts.addKey("AKBASE", "base-CANARY");
    Credentials keys = baseKeys();
    keys.sessionToken = SecretBytes::copyOf("base-token-CANARY");
    QVERIFY(callerIdentity(*client(), sts.endpoint(), keys, testNow()).has_value());
    const PeerRequest sent = sts.requests().at(0);
    QCOMPARE(sent.header("x-amz-security-token"), std::string("base-token-CANARY"));
    QVERIFY(sent.header("authorization").find("x-amz-security-token") != std::string::npos);
}

void TestSts::assumesWithAWebIdentity() {
    FakeSts sts(testNow());
    auto got =
        assumeRoleWithWebIdentity(*client(), sts.endpoint(), "arn:r", "s", SecretBytes::copyOf("jwt-CANARY"));
    QVERIFY(got.has_value());
    QVERIFY(sts.requests().at(0).header("authorization").empty());
    auto refused = assumeRoleWithWebIdentity(*client(), sts.endpoint(), "arn:r", "s",
                                             SecretBytes::copyOf("other-CANARY"));
    QCOMPARE(refused.error().serviceCode, std::string("InvalidIdentityToken"));
    QVERIFY(!everything(refused.error()).contains("CANARY"));
}

void TestSts::tellsWhoIAm() {
    FakeSts sts(testNow());
    sts.addKey("AKBASE", "base-CANARY");
    auto who = callerIdentity(*client(), sts.endpoint(), baseKeys(), testNow());
    QVERIFY(who.has_value());
    QCOMPARE(who->arn, std::string("arn:aws:iam::111122223333:user/me"));
    QCOMPARE(who->account, std::string("111122223333"));
    QCOMPARE(who->userId, std::string("AIDA"));
}

void TestSts::refusalsKeepTheServicesWords() {
    FakeSts sts(testNow());
    auto unknown = callerIdentity(*client(), sts.endpoint(), baseKeys(), testNow());
    QCOMPARE(unknown.error().origin, ErrorOrigin::Service);
    QVERIFY(!unknown.error().serviceCode.empty());
    sts.answerFirst({stsError(403, "ExpiredToken", "The security token included in the request is expired"),
                     stsError(403, "AccessDenied", "User: a is not authorized to perform: sts:AssumeRole")});
    auto expired = assumeRole(*client(), sts.endpoint(), someCall(), baseKeys(), testNow());
    QCOMPARE(expired.error().code, ErrorCode::ExpiredToken);
    QCOMPARE(expired.error().serviceMessage,
             std::string("The security token included in the request is expired"));
    auto denied = assumeRole(*client(), sts.endpoint(), someCall(), baseKeys(), testNow());
    QCOMPARE(denied.error().code, ErrorCode::AccessDenied);
    QCOMPARE(denied.error().operation, std::string("AssumeRole"));
    QCOMPARE(denied.error().requestId, std::string("fake-sts"));
    QCOMPARE(denied.error().httpStatus, 403);
}

void TestSts::badAnswers_data() {
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *title, const std::string &answer, const char *code) {
        QTest::newRow(title) << QByteArray::fromStdString(answer) << QByteArray(code);
    };
    const std::string good =
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>CANARY</AccessKeyId>"
        "<SecretAccessKey>CANARY</SecretAccessKey><SessionToken>CANARY</SessionToken>";
    const std::string tail = "</Credentials></AssumeRoleResult></AssumeRoleResponse>";
    row("HTML", httpAnswer(200, "<html><body>CANARY<br></body></html>"), "BadReply");
    row("HTML error", httpAnswer(502, "<html>CANARY</html>"), "BadReply");
    row("JSON", httpAnswer(200, "{\"CANARY\":1}"), "BadReply");
    row("empty", httpAnswer(200, ""), "BadReply");
    row("no expiration", httpAnswer(200, good + tail), "BadReply");
    row("bad expiration", httpAnswer(200, good + "<Expiration>CANARY</Expiration>" + tail), "BadReply");
    row("other operation",
        httpAnswer(200, "<GetCallerIdentityResponse><a>CANARY</a></GetCallerIdentityResponse>"), "BadReply");
    row("document type", httpAnswer(200, "<!DOCTYPE a [<!ENTITY b \"CANARY\">]><a>&b;</a>"), "BadReply");
    row("redirect", httpAnswer(307, "", {{"Location", "http://127.0.0.1:1/CANARY"}}), "Redirected");
    row("oversize", httpAnswer(200, "<a>" + std::string(70 * 1024, 'C') + "</a>"), "ReplyTooLarge");
    row("cut", httpAnswer(200, "<a>CANARY</a>", {{"Content-Length", "500"}}), "ConnectionFailed");
    row("no HTTP", "CANARY CANARY\r\n\r\n", "BadReply ConnectionFailed");
}

void TestSts::badAnswers() {
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, code);
    ScriptedPeer peer([text = answer.toStdString()](PeerConnection &connection) {
        connection.readRequest();
        connection.write(text);
    });
    auto got = assumeRole(*client(), {peer.url(), "eu-central-1", ""}, someCall(), baseKeys(), testNow());
    QVERIFY(!got);
    QVERIFY2(code.split(' ').contains(errorCodeName(got.error().code).data()),
             everything(got.error()).constData());
    QVERIFY2(!everything(got.error()).contains("CANARY"), everything(got.error()).constData());
    QCOMPARE(peer.connections(), 1); // nothing was sent twice
}

void TestSts::badConnections_data() {
    QTest::addColumn<int>("fault");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("reset before the answer") << 0 << QByteArray("ConnectionFailed");
    QTest::newRow("closed before the answer") << 1 << QByteArray("ConnectionFailed");
    QTest::newRow("silence") << 2 << QByteArray("TimedOut");
}

void TestSts::badConnections() {
    QFETCH(int, fault);
    QFETCH(QByteArray, code);
    ScriptedPeer peer([fault](PeerConnection &connection) {
        connection.readRequest();
        if (fault == 0) {
            connection.reset();
        } else if (fault == 2) {
            connection.hold();
        }
    });
    const auto http = client(fault == 2 ? std::chrono::milliseconds(200) : std::chrono::milliseconds(20'000));
    auto got = assumeRole(*http, {peer.url(), "eu-central-1", ""}, someCall(), baseKeys(), testNow());
    QVERIFY(!got);
    QCOMPARE(QByteArray(errorCodeName(got.error().code).data()), code);
    QCOMPARE(peer.connections(), 1);
}

void TestSts::refusesUrls_data() {
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("http to another host")
        << QByteArray("http://sts.example.com/") << QByteArray("InsecureEndpoint");
    QTest::newRow("user name") << QByteArray("https://CANARY@host/") << QByteArray("Configuration");
    QTest::newRow("file") << QByteArray("file:///etc/CANARY") << QByteArray("Configuration");
    QTest::newRow("no host") << QByteArray("https:///CANARY") << QByteArray("Configuration");
    QTest::newRow("nothing") << QByteArray("") << QByteArray("Configuration");
}

void TestSts::refusesUrls() {
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, code);
    auto got = callerIdentity(*client(), {url.toStdString(), "eu-central-1", ""}, baseKeys(), testNow());
    QCOMPARE(QByteArray(errorCodeName(got.error().code).data()), code);
    QVERIFY(!everything(got.error()).contains("CANARY"));
}

void TestSts::cancelStopsAtOnce() {
    CancelSource cancel;
    ScriptedPeer peer([&](PeerConnection &connection) {
        connection.readRequest();
        cancel.cancel();
        connection.hold();
    });
    auto got =
        callerIdentity(*client(), {peer.url(), "eu-central-1", ""}, baseKeys(), testNow(), cancel.token());
    QCOMPARE(got.error().code, ErrorCode::Cancelled);
}

void TestSts::xml_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("leaf"); // of path a/b; "<bad>" when refused
    const auto row = [](const char *title, const char *text, const char *leaf) {
        QTest::newRow(title) << QByteArray(text) << QByteArray(leaf);
    };
    row("plain", "<a><b>x</b></a>", "x");
    row("declaration, comments, blanks",
        "<?xml version='1.0'?>\n<!-- c -->\n<a >\n <b>x</b> <!-- d --></a >\n", "x");
    row("prefixes", "<n:a xmlns:n='u'><n:b>x</n:b></n:a>", "x");
    row("attributes", "<a x=\"1\" y='>'><b\nz = \"q\">x</b></a>", "x");
    row("references", "<a><b>&lt;&amp;&gt;&quot;&apos;&#233;&#x20AC;</b></a>", "<&>\"'é€");
    row("empty element", "<a><b/></a>", "");
    row("UTF-8", "<a><b>日本</b></a>", "日本");
    row("byte order mark", "\xef\xbb\xbf<a><b>x</b></a>", "x");
    row("twice", "<a><b>x</b><b>y</b></a>", "<bad>");
    row("text beside elements", "<a>t<b>x</b></a>", "<bad>");
    row("wrong end", "<a><b>x</a></b>", "<bad>");
    row("no end", "<a><b>x</b>", "<bad>");
    row("two roots", "<a><b>x</b></a><a/>", "<bad>");
    row("document type", "<!DOCTYPE a><a><b>x</b></a>", "<bad>");
    row("CDATA", "<a><b><![CDATA[x]]></b></a>", "<bad>");
    row("instruction", "<a><?php x?><b>x</b></a>", "<bad>");
    row("unknown reference", "<a><b>&x;</b></a>", "<bad>");
    row("NUL reference", "<a><b>&#0;</b></a>", "<bad>");
    row("surrogate reference", "<a><b>&#xD800;</b></a>", "<bad>");
    row("control character", "<a><b>\x01</b></a>", "<bad>");
    row("no UTF-8", "<a><b>\xff</b></a>", "<bad>");
    row("attribute without a value", "<a x><b>x</b></a>", "<bad>");
    row("attributes run together", "<a x='1'y='2'><b>x</b></a>", "<bad>");
    row("less-than in an attribute", "<a x='<'><b>x</b></a>", "<bad>");
    row("nothing", "", "<bad>");
    QByteArray deep;
    for (int i = 0; i < 17; ++i) {
        deep = "<a>" + deep + "</a>";
    }
    QTest::newRow("too deep") << deep << QByteArray("<bad>");
}

void TestSts::xml() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, leaf);
    auto leaves = readXml(std::string_view(text.constData(), std::size_t(text.size())));
    QCOMPARE(leaves.has_value(), leaf != "<bad>");
    if (leaves) {
        const std::string_view found = leafText(*leaves, "a/b");
        QCOMPARE(QByteArray(found.data(), qsizetype(found.size())), leaf);
    }
}

QTEST_GUILESS_MAIN(TestSts)
#include "tst_sts.moc"
