// SPDX-License-Identifier: Apache-2.0
// Proxies: which are taken, that only CONNECT and the proxy's own password reach them, and what is said when
// they refuse. The endpoint's name resolves nowhere, so what arrives came through the proxy.
#include "connect_proxy.h"
#include "remote_fixture.h"

#include "fakes/test_certificates.h"
#include "kms/error_text.h"
#include "remote/proxy_rules.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using remote::Proxy;
using remote::ProxySource;

namespace {

const char *randomReply = R"({"Plaintext":"AAEC"})";
const char *endpoint = "https://kms.proxied.invalid:8443/";

remote::ProxyOptions environmentWith(std::string name, std::string value) {
    remote::ProxyOptions options;
    options.environment = [name = std::move(name), value = std::move(value)](
                              const std::string &asked) -> std::optional<std::string_view> {
        return asked == name ? std::optional<std::string_view>(value) : std::nullopt;
    };
    return options;
}

std::string proxyUrl(const ConnectProxy &proxy, const std::string &userInfo = {}) {
    return "http://" + userInfo + "127.0.0.1:" + std::to_string(proxy.port());
}

} // namespace

class TestRemoteProxy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void urls_data();
    void urls();
    void badUrlsTellNoPassword();
    void sources();
    void theSystemsSettings();
    void onlyAConnectReachesIt();
    void passwordOfTheUrl();
    void refusals_data();
    void refusals();
    void goneProxy();
    void silentProxyIsNoUnknownOutcome();
    void loopbackGoesDirect();

private:
    FixtureOptions through(const std::string &url) const {
        return {.caBundle = m_certificates->caBundle().string(),
                .sessionToken = "token-CANARY",
                .proxy = environmentWith("HTTPS_PROXY", url)};
    }
    QTemporaryDir m_folder;
    std::unique_ptr<TestCertificates> m_certificates;
    std::unique_ptr<ScriptedPeer> m_peer;
};

void TestRemoteProxy::initTestCase() {
    m_certificates = std::make_unique<TestCertificates>(m_folder.path().toStdString());
    m_peer = std::make_unique<ScriptedPeer>(
        answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }),
        m_certificates->signedByCa("server", {.subjectAltName = "DNS:kms.proxied.invalid"}));
}

void TestRemoteProxy::urls_data() {
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("proxy"); // "kind host port authorization", or "Configuration"
    const auto row = [](const char *url, const char *proxy) {
        QTest::newRow(url) << QByteArray(url) << QByteArray(proxy);
    };
    row("http://proxy.corp:3128", "http proxy.corp 3128 ");
    row("http://proxy.corp:3128/", "http proxy.corp 3128 ");
    row("HTTP://Proxy.Corp", "http proxy.corp 80 ");
    row("proxy.corp:3128", "http proxy.corp 3128 ");
    row("//proxy.corp:3128", "http proxy.corp 3128 ");
    row("http://[::1]:3128", "http ::1 3128 ");
    row("http://user:pass@proxy.corp:3128", "http proxy.corp 3128 Basic dXNlcjpwYXNz");
    row("http://us%40er:pa%3Ass@proxy.corp", "http proxy.corp 80 Basic dXNAZXI6cGE6c3M=");
    row("http://user:p@ss@proxy.corp", "http proxy.corp 80 Basic dXNlcjpwQHNz");
    row("http://user@proxy.corp", "http proxy.corp 80 Basic dXNlcjo=");
    row("socks5://proxy.corp", "socks proxy.corp 1080 ");
    row("socks5h://proxy.corp:9", "socks proxy.corp 9 ");
    row("https://proxy.corp:3128", "Configuration");
    row("ftp://proxy.corp", "Configuration");
    row("socks5://u:p@proxy.corp", "Configuration");
    row("http://", "Configuration");
    row("http://proxy corp", "Configuration");
    row("http://proxy.corp:99999", "Configuration");
}

void TestRemoteProxy::urls() {
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, proxy);
    auto parsed = remote::parseProxy(url.toStdString(), "HTTPS_PROXY");
    std::string told = parsed ? "" : codeOf(parsed.error());
    if (parsed) {
        told = std::string(parsed->kind == Proxy::Kind::Http ? "http " : "socks ") + parsed->host + " " +
               std::to_string(parsed->port) + " " + std::string(parsed->authorization.view());
    }
    QCOMPARE(QByteArray::fromStdString(told), proxy);
}

void TestRemoteProxy::badUrlsTellNoPassword() {
    for (const char *url : {"https://user:CANARY@proxy.corp", "http://user:CANARY@", "socks5://user:CANARY@h",
                            "ftp://user:CANARY@h"}) {
        RemoteFixture fixture(endpoint, {.proxy = environmentWith("https_proxy", url)});
        QCOMPARE(fixture.openError->code, ErrorCode::Configuration);
        QVERIFY(fixture.openError->detail.find("CANARY") == std::string::npos);
        QVERIFY(fixture.openError->detail.find("https_proxy") != std::string::npos);
    }
}

void TestRemoteProxy::sources() {
    auto given = remote::proxyFor({ProxySource::Given, "http://h:1", {}}, "kms.example", 0, true);
    QCOMPARE(given->text(), std::string("h:1 (the profile)"));
    remote::ProxyOptions none = environmentWith("HTTPS_PROXY", "http://h:1");
    QCOMPARE(remote::proxyFor(none, "kms.example", 0, true)->text(), std::string("h:1 (HTTPS_PROXY)"));
    none.source = ProxySource::None;
    QCOMPARE(remote::proxyFor(none, "kms.example", 0, true)->text(), std::string());
    for (const char *host : {"localhost", "127.0.0.1", "127.8.9.1", "::1"}) {
        QCOMPARE(remote::proxyFor(environmentWith("HTTPS_PROXY", "h:1"), host, 0, true)->text(),
                 std::string());
    }
    auto system = environmentWith("https_proxy", "http://h:1"); // the system is not asked
    system.source = ProxySource::EnvironmentThenSystem;
    QCOMPARE(remote::proxyFor(system, "kms.example", 0, true)->text(), std::string("h:1 (https_proxy)"));
}

/// Where our environment says nothing, the desktop's own settings count; here those of libproxy, which takes
/// http_proxy for https too.
void TestRemoteProxy::theSystemsSettings() {
    for (const char *variable : {"https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy"}) {
        qunsetenv(variable);
    }
    qputenv("http_proxy", "http://system.corp:3128");
    auto options = environmentWith("SOMETHING", "else");
    options.source = ProxySource::EnvironmentThenSystem;
    QCOMPARE(remote::proxyFor(options, "kms.example", 0, true)->text(),
             std::string("system.corp:3128 (the system's settings)"));
    QCOMPARE(remote::proxyFor(options, "127.0.0.1", 0, true)->text(), std::string());
    options.source = ProxySource::Environment; // as the AWS CLI: the system is not asked
    QCOMPARE(remote::proxyFor(options, "kms.example", 0, true)->text(), std::string());
    qunsetenv("http_proxy");
}

void TestRemoteProxy::onlyAConnectReachesIt() {
    ConnectProxy proxy({.leadsTo = m_peer->port()});
    RemoteFixture fixture(endpoint, through(proxyUrl(proxy)));
    auto reply = fixture.generateRandom();
    QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    for (int i = 0; i < 20; ++i) {
        QVERIFY(fixture.generateRandom().has_value());
    }
    QVERIFY(proxy.tunnels() <= 12); // kept alive
    const std::string head = proxy.heads().front();
    QVERIFY2(head.starts_with("CONNECT kms.proxied.invalid:8443 HTTP/1.1\r\n"), head.c_str());
    for (const char *secret : {"CANARY", "AKIATEST", "Authorization", "X-Amz", "TrentService"}) {
        QVERIFY2(head.find(secret) == std::string::npos, head.c_str());
    }
    QVERIFY(m_peer->requests().back().header("authorization").find("AKIATEST") != std::string::npos);
    QVERIFY(m_peer->requests().back().header("proxy-authorization").empty());
    QCOMPARE(fixture.service->facts().proxy, "127.0.0.1:" + std::to_string(proxy.port()) + " (HTTPS_PROXY)");
}

void TestRemoteProxy::passwordOfTheUrl() {
    ConnectProxy proxy({.leadsTo = m_peer->port(), .authorization = "Basic dXNAZXI6cGFzcy1DQU5BUlk="});
    RemoteFixture fixture(endpoint, through(proxyUrl(proxy, "us%40er:pass-CANARY@")));
    auto reply = fixture.generateRandom();
    QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    QCOMPARE(int(proxy.heads().size()),
             proxy.tunnels()); // known from the beginning: no round for a challenge
    QVERIFY(fixture.service->facts().proxy.find("CANARY") == std::string::npos);
    QVERIFY(m_peer->requests().back().head.find("cGFzcy1DQU5BUlk") == std::string::npos);
}

void TestRemoteProxy::refusals_data() {
    QTest::addColumn<QByteArray>("userInfo");
    QTest::addColumn<QByteArray>("wants");
    QTest::addColumn<QByteArray>("refusal");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("attempts");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *title, const char *userInfo, const char *wants, const char *refusal,
                        const char *code, int attempts, const char *says) {
        QTest::newRow(title) << QByteArray(userInfo) << QByteArray(wants) << QByteArray(refusal)
                             << QByteArray(code) << attempts << QByteArray(says);
    };
    const char *negotiate = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
                            "Content-Length: 0\r\n\r\n";
    row("wants a password", "", "Basic abc", "", "Configuration", 1, "http://user:password@host:port");
    row("wants another password", "user:CANARY@", "Basic abc", "", "Configuration", 1, "does not take those");
    row("wants another scheme", "", "", negotiate, "ConnectionFailed", 3,
        "authentication request from proxy");
    row("forbids", "", "", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "ConnectionFailed", 3, "");
    row("cannot reach", "", "", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "ConnectionFailed",
        3, "");
    row("is no proxy", "", "", "220 mail ready\r\n\r\n", "ConnectionFailed", 3, "");
}

void TestRemoteProxy::refusals() {
    QFETCH(QByteArray, userInfo);
    QFETCH(QByteArray, wants);
    QFETCH(QByteArray, refusal);
    QFETCH(QByteArray, code);
    QFETCH(int, attempts);
    QFETCH(QByteArray, says);
    ConnectProxy proxy(
        {.leadsTo = m_peer->port(), .authorization = wants.toStdString(), .refusal = refusal.toStdString()});
    const std::size_t before = m_peer->requests().size();
    RemoteFixture fixture(endpoint, through(proxyUrl(proxy, userInfo.toStdString())));
    const auto reply = fixture.createKey();
    QCOMPARE(QByteArray::fromStdString(codeOf(reply.error())), code);
    QCOMPARE(reply.error().attempts, attempts);
    const QByteArray detail = QByteArray::fromStdString(reply.error().detail);
    QVERIFY2(detail.contains(says) && detail.contains("proxy"), detail.constData());
    QVERIFY2(!detail.contains("CANARY"), detail.constData());
    QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
    QCOMPARE(m_peer->requests().size(), before);
    for (const std::string &head : proxy.heads()) {
        QVERIFY2(head.find("CANARY") == std::string::npos && head.find("AKIATEST") == std::string::npos,
                 head.c_str()); // the password goes as base64 only, our own keys not at all
    }
}

void TestRemoteProxy::goneProxy() {
    std::string url;
    {
        ConnectProxy gone({});
        url = proxyUrl(gone);
    }
    RemoteFixture fixture(endpoint, through(url));
    const auto reply = fixture.createKey();
    QCOMPARE(codeOf(reply.error()), std::string("ConnectionFailed"));
    QCOMPARE(reply.error().attempts, 3);
    QVERIFY(reply.error().detail.find("the proxy 127.0.0.1:") != std::string::npos);
    QVERIFY(!toldToPeople("proxy is gone", reply.error()).empty());
}

void TestRemoteProxy::silentProxyIsNoUnknownOutcome() {
    ConnectProxy proxy({.silent = true});
    FixtureOptions options = through(proxyUrl(proxy));
    options.connectTimeout = std::chrono::milliseconds(150);
    RemoteFixture fixture(endpoint, std::move(options));
    const auto reply = fixture.createKey();
    QCOMPARE(codeOf(reply.error()), std::string("TimedOut"));
    QCOMPARE(reply.error().attempts, 3);
}

void TestRemoteProxy::loopbackGoesDirect() {
    ConnectProxy proxy({});
    ScriptedPeer peer(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    for (const char *name : {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY"}) {
        RemoteFixture fixture(peer.url(), {.proxy = environmentWith(name, proxyUrl(proxy))});
        QVERIFY(fixture.generateRandom().has_value());
        QCOMPARE(fixture.service->facts().proxy, std::string());
    }
    QVERIFY(proxy.heads().empty());
}

QTEST_GUILESS_MAIN(TestRemoteProxy)
#include "tst_remote_proxy.moc"
