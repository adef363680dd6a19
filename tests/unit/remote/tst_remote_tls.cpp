// SPDX-License-Identifier: Apache-2.0
// Whom a TLS connection trusts: the given bundle and nobody else, the right name, a valid time, TLS 1.2 at
// least. No request leaves before the other side is trusted.
#include "remote_fixture.h"

#include "fakes/test_certificates.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <openssl/ssl.h>

using namespace keyturn;
using namespace keyturn::test;

namespace {

const char *randomReply = R"({"Plaintext":"AAEC"})";

PeerScript answering() {
    return answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); });
}

} // namespace

class TestRemoteTls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void privateCaWithItsBundle();
    void refused_data();
    void refused();
    void oldTlsIsRefused_data();
    void oldTlsIsRefused();
    void silentHandshakeIsNoUnknownOutcome();
    void plainHttpOnATlsPort();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<TestCertificates> m_certificates;
};

void TestRemoteTls::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_certificates = std::make_unique<TestCertificates>(m_folder->path().toStdString());
}

void TestRemoteTls::privateCaWithItsBundle() {
    ScriptedPeer peer(answering(), m_certificates->signedByCa("server", {.commonName = "kms.test"}));
    RemoteFixture fixture(peer.url(), {.caBundle = m_certificates->caBundle().string()});
    for (int i = 0; i < 20; ++i) {
        auto reply = fixture.generateRandom();
        QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    }
    QVERIFY(peer.connections() <= 12); // kept alive
    const remote::ConnectionFacts facts = fixture.service->facts();
    QCOMPARE(facts.tlsProtocol, std::string("TLSv1.3"));
    QCOMPARE(facts.certificateSubject, std::string("kms.test"));
    QVERIFY(parseIso8601(facts.certificateExpires).has_value());
}

void TestRemoteTls::refused_data() {
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<bool>("withBundle");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("private CA, system's roots") << QByteArray("good") << false << QByteArray("");
    QTest::newRow("self-signed, system's roots") << QByteArray("self") << false << QByteArray("self-signed");
    QTest::newRow("self-signed, other bundle") << QByteArray("self") << true << QByteArray("self-signed");
    QTest::newRow("wrong name") << QByteArray("name") << true << QByteArray("host name did not match");
    QTest::newRow("expired") << QByteArray("expired") << true << QByteArray("expired");
    QTest::newRow("not yet valid") << QByteArray("future") << true << QByteArray("not yet valid");
}

void TestRemoteTls::refused() {
    QFETCH(QByteArray, certificate);
    QFETCH(bool, withBundle);
    QFETCH(QByteArray, says);
    const std::map<QByteArray, CertificateWish> wishes = {
        {"good", {}},
        {"self", {}},
        {"name", {.subjectAltName = "DNS:other.example"}},
        {"expired", {.validFromDays = -30, .validToDays = -1}},
        {"future", {.validFromDays = 2, .validToDays = 30}}};
    const CertificateWish wish = wishes.at(certificate);
    ScriptedPeer peer(answering(), certificate == "self" ? m_certificates->selfSigned("server", wish)
                                                         : m_certificates->signedByCa("server", wish));
    RemoteFixture fixture(peer.url(),
                          {.caBundle = withBundle ? m_certificates->caBundle().string() : std::string()});
    auto reply = fixture.generateRandom();
    QCOMPARE(codeOf(reply.error()), std::string("TlsFailed"));
    QCOMPARE(reply.error().attempts, 1); // no retry makes it better
    const QByteArray detail = QByteArray::fromStdString(reply.error().detail);
    QVERIFY2(detail.contains(says), detail.constData());
    QVERIFY2(detail.contains("valid until"), detail.constData());
    QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
    QVERIFY(peer.requests().empty());
}

void TestRemoteTls::oldTlsIsRefused_data() {
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("good");
    QTest::newRow("1.0") << TLS1_VERSION << false;
    QTest::newRow("1.1") << TLS1_1_VERSION << false;
    QTest::newRow("1.2") << TLS1_2_VERSION << true;
}

void TestRemoteTls::oldTlsIsRefused() {
    QFETCH(int, version);
    QFETCH(bool, good);
    ScriptedPeer peer(answering(), m_certificates->signedByCa("server", {}), version);
    RemoteFixture fixture(peer.url(), {.caBundle = m_certificates->caBundle().string()});
    auto reply = fixture.generateRandom();
    QCOMPARE(reply.has_value(), good);
    QCOMPARE(peer.requests().empty(), !good);
    if (!good) {
        QCOMPARE(codeOf(reply.error()), std::string("TlsFailed"));
    }
}

void TestRemoteTls::silentHandshakeIsNoUnknownOutcome() {
    // A TCP peer that never shakes hands, at an https:// URL: nothing of the request can have left.
    ScriptedPeer peer([](PeerConnection &c) { c.hold(); });
    RemoteFixture fixture("https://127.0.0.1:" + std::to_string(peer.port()),
                          {.connectTimeout = std::chrono::milliseconds(150)});
    auto reply = fixture.createKey();
    QCOMPARE(codeOf(reply.error()), std::string("TimedOut"));
    QCOMPARE(reply.error().attempts, 3);
    QVERIFY(reply.error().detail.find("take the request") != std::string::npos);
}

void TestRemoteTls::plainHttpOnATlsPort() {
    ScriptedPeer peer([](PeerConnection &c) {
        c.waitForBytes();
        c.write(httpAnswer(200, randomReply));
    });
    RemoteFixture fixture("https://127.0.0.1:" + std::to_string(peer.port()));
    auto reply = fixture.createKey();
    QCOMPARE(codeOf(reply.error()), std::string("TlsFailed"));
    QVERIFY(peer.requests().empty());
}

QTEST_GUILESS_MAIN(TestRemoteTls)
#include "tst_remote_tls.moc"
