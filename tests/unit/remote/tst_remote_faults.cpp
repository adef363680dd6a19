// SPDX-License-Identifier: Apache-2.0
// What a broken, slow or hostile endpoint can do, and what the caller is told: every fault of
// reliability-security.md 5.4 that needs no TLS. An operation that may be repeated is tried three times; one
// that may not is sent once, and when its answer is lost the outcome is unknown.
#include "remote_fixture.h"

#include <QObject>
#include <QTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

using namespace keyturn;
using namespace keyturn::test;

namespace {

using std::chrono::milliseconds;

const char *randomReply = R"({"Plaintext":"AAEC"})";

using Scripts = std::map<std::string, PeerScript>;

/// One way of losing a connection.
const Scripts &losingPeers() {
    static const Scripts all = {
        {"reset before headers",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.reset();
             }
         }},
        {"closed before headers", [](PeerConnection &c) { c.readRequest(); }},
        {"reset in the headers",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.write("HTTP/1.1 200 OK\r\nContent-Ty");
                 c.reset();
             }
         }},
        {"a GOAWAY of HTTP/2",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.write(std::string_view("\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\0", 17));
             }
         }},
        {"closed in the headers",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.write("HTTP/1.1 200 OK\r\nContent-Ty");
             }
         }},
        {"reset in the body",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Plain");
                 c.reset();
             }
         }},
        {"closed in the body",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Plain");
             }
         }},
        {"closed in a chunked body",
         [](PeerConnection &c) {
             if (c.readRequest()) {
                 c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"Plain");
             }
         }},
    };
    return all;
}

/// One way of answering never, or never to the end.
const Scripts &silentPeers() {
    static const Scripts all = {
        {"never answers",
         [](PeerConnection &c) {
             c.readRequest();
             c.hold();
         }},
        {"stops in the headers",
         [](PeerConnection &c) {
             c.readRequest();
             c.write("HTTP/1.1 200 OK\r\n");
             c.hold();
         }},
        {"stops in the body",
         [](PeerConnection &c) {
             c.readRequest();
             c.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
             c.hold();
         }},
    };
    return all;
}

bool isSilent(const QByteArray &name) {
    return silentPeers().contains(name.toStdString());
}

const PeerScript &brokenPeer(const QByteArray &name) {
    return (isSilent(name) ? silentPeers() : losingPeers()).at(name.toStdString());
}

milliseconds patience(const QByteArray &name) {
    return isSilent(name) ? milliseconds(150) : milliseconds(10'000);
}

void brokenRows() {
    QTest::addColumn<QByteArray>("fault");
    for (const Scripts *scripts : {&losingPeers(), &silentPeers()}) {
        for (const auto &[name, script] : *scripts) {
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(name);
        }
    }
}

} // namespace

class TestRemoteFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void repeatable_data() { brokenRows(); }
    void repeatable();
    void notRepeatable_data() { brokenRows(); }
    void notRepeatable();
    void recovers_data() { brokenRows(); }
    void recovers();
    void refusedConnection();
    void unknownHost();
    void ipv6Only();
    void serverErrors_data();
    void serverErrors();
    void dripIsBounded();
    void hugeBody_data();
    void hugeBody();
    void largeReplies_data();
    void largeReplies();
    void strangeAnswers_data();
    void strangeAnswers();
    void redirectsGoNowhere_data();
    void redirectsGoNowhere();
    void closedIdleConnections();
    void quotaEndsRetries();
};

void TestRemoteFaults::repeatable() {
    QFETCH(QByteArray, fault);
    ScriptedPeer peer(brokenPeer(fault));
    RemoteFixture fixture(peer.url(), {.readTimeout = patience(fault)});
    auto reply = fixture.generateRandom();
    QVERIFY(!reply);
    const Error &error = reply.error();
    QCOMPARE(codeOf(error), std::string(isSilent(fault) ? "TimedOut" : "ConnectionFailed"));
    QCOMPARE(error.attempts, 3);
    QCOMPARE(error.operation, std::string("GenerateRandom"));
    QVERIFY(error.retryable);
    QCOMPARE(peer.requests().size(), std::size_t(3)); // Qt on its own would have sent up to four each
    QVERIFY(fixture.delays() == (std::vector<int>{500, 1000}));
    QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
}

void TestRemoteFaults::notRepeatable() {
    QFETCH(QByteArray, fault);
    ScriptedPeer peer(brokenPeer(fault));
    RemoteFixture fixture(peer.url(), {.readTimeout = patience(fault)});
    auto reply = fixture.createKey();
    QVERIFY(!reply);
    QCOMPARE(codeOf(reply.error()), std::string("OutcomeUnknown"));
    QCOMPARE(reply.error().attempts, 1);
    QVERIFY(reply.error().detail.find("it may have been carried out") != std::string::npos);
    QCOMPARE(peer.requests().size(), std::size_t(1));
    QVERIFY(fixture.delays().empty());
    QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
}

void TestRemoteFaults::recovers() {
    QFETCH(QByteArray, fault);
    const PeerScript &broken = brokenPeer(fault);
    const PeerScript whole = answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); });
    ScriptedPeer peer([&](PeerConnection &c) { c.number() == 1 ? broken(c) : whole(c); });
    RemoteFixture fixture(peer.url(),
                          {.readTimeout = isSilent(fault) ? milliseconds(1000) : milliseconds(10'000)});
    auto reply = fixture.generateRandom();
    QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    QCOMPARE(peer.requests().size(), std::size_t(2));
}

void TestRemoteFaults::refusedConnection() {
    std::string url;
    {
        ScriptedPeer gone([](PeerConnection &) {});
        url = gone.url();
    }
    RemoteFixture fixture(url);
    auto random = fixture.generateRandom();
    QCOMPARE(codeOf(random.error()), std::string("ConnectionFailed"));
    QCOMPARE(random.error().attempts, 3);
    auto created = fixture.createKey(); // nothing was sent, so it is safe to try again
    QCOMPARE(codeOf(created.error()), std::string("ConnectionFailed"));
    QCOMPARE(created.error().attempts, 3);
}

void TestRemoteFaults::unknownHost() {
    RemoteFixture fixture("https://kms.nowhere.invalid/");
    auto created = fixture.createKey(); // nothing was sent, so it is safe to try again
    QCOMPARE(codeOf(created.error()), std::string("HostNotFound"));
    QCOMPARE(created.error().attempts, 3);
    QVERIFY(!toldToPeople("unknown host", created.error()).empty());
}

void TestRemoteFaults::ipv6Only() {
    const int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    socklen_t size = sizeof address;
    QVERIFY(bind(listener, reinterpret_cast<sockaddr *>(&address), size) == 0 && listen(listener, 1) == 0);
    QVERIFY(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) == 0);
    std::string head;
    std::thread server([&] {
        const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        char chunk[4096];
        for (ssize_t got = 0; head.find("NumberOfBytes") == std::string::npos &&
                              (got = recv(connection, chunk, sizeof chunk, 0)) > 0;) {
            head.append(chunk, std::size_t(got));
        }
        const std::string answer = httpAnswer(200, randomReply);
        send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
        close(connection);
    });
    const std::string port = std::to_string(ntohs(address.sin6_port));
    RemoteFixture fixture("http://[::1]:" + port, {.maxAttempts = 1});
    const bool worked = fixture.generateRandom().has_value();
    shutdown(listener, SHUT_RDWR); // ends the wait of a server that nobody has called
    server.join();
    close(listener);
    QVERIFY(worked);
    QVERIFY2(head.find("Host: [::1]:" + port + "\r\n") != std::string::npos, head.c_str());
}

void TestRemoteFaults::serverErrors_data() {
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("attempts");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *title, int status, const char *body, int attempts, const char *code) {
        QTest::newRow(title) << status << QByteArray(body) << attempts << QByteArray(code);
    };
    const char *throttling = R"({"__type":"ThrottlingException","message":"Rate exceeded"})";
    const char *internal = R"({"__type":"KMSInternalException"})";
    row("throttling 400", 400, throttling, 3, "ThrottlingException");
    row("throttling 503", 503, throttling, 3, "ThrottlingException");
    row("500", 500, internal, 3, "KMSInternalException");
    row("502 page", 502, "<html></html>", 3, "BadReply");
    row("503", 503, internal, 3, "KMSInternalException");
    row("504 page", 504, "<html></html>", 3, "BadReply");
    row("429 page", 429, "slow", 3, "BadReply");
    row("429", 429, throttling, 3, "ThrottlingException");
    row("502", 502, internal, 3, "KMSInternalException");
    row("504", 504, internal, 3, "KMSInternalException");
    row("500 with an unknown code", 500, R"({"__type":"BrandNewException"})", 3, "Unknown");
    row("501", 501, R"({"__type":"BrandNewException"})", 1, "Unknown");
    row("prefixed", 400, R"({"__type":"com.amazonaws.kms#ThrottlingException"})", 3, "ThrottlingException");
    row("a 200 is no proof", 404, R"({"__type":"NotFoundException","Message":"m"})", 1, "NotFoundException");
    row("a fault of the client as 500", 500, R"({"__type":"DisabledException"})", 1, "DisabledException");
    row("limit", 400, R"({"__type":"LimitExceededException"})", 1, "LimitExceededException");
    row("access", 400, R"({"__type":"AccessDeniedException"})", 1, "AccessDeniedException");
    row("404 page", 404, "<html></html>", 1, "BadReply");
}

void TestRemoteFaults::serverErrors() {
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, attempts);
    QFETCH(QByteArray, code);
    ScriptedPeer peer(answerAll([&](const PeerRequest &) { return httpAnswer(status, body.toStdString()); }));
    RemoteFixture fixture(peer.url());
    auto reply = fixture.generateRandom();
    QCOMPARE(QByteArray::fromStdString(codeOf(reply.error())), code);
    QCOMPARE(reply.error().attempts, attempts);
    QCOMPARE(reply.error().httpStatus, status);
    QCOMPARE(int(peer.requests().size()), attempts);
    QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
}

void TestRemoteFaults::dripIsBounded() {
    ScriptedPeer peer([](PeerConnection &c) {
        c.readRequest();
        c.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\nX-Long: ");
        while (c.write("x")) { // always something, never enough
        }
    });
    RemoteFixture fixture(peer.url(), {.maxAttempts = 1, .readTimeout = milliseconds(150)});
    const auto reply = fixture.generateRandom();
    QCOMPARE(codeOf(reply.error()), std::string("TimedOut"));
    QVERIFY(!toldToPeople("a byte now and then", reply.error()).empty());
}

void TestRemoteFaults::hugeBody_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::newRow("announced") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n");
    QTest::newRow("to the end of the connection")
        << QByteArray("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    QTest::newRow("of an error") << QByteArray("HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n");
}

void TestRemoteFaults::hugeBody() {
    QFETCH(QByteArray, head);
    std::atomic<bool> cut = false;
    ScriptedPeer peer([&](PeerConnection &c) {
        c.readRequest();
        c.write(head.toStdString());
        const std::string mebibyte(1024 * 1024, ' ');
        while (c.write(mebibyte)) { // a body without end: only the client can stop it
        }
        cut = true;
    });
    RemoteFixture fixture(peer.url());
    auto reply = fixture.generateRandom();
    QCOMPARE(codeOf(reply.error()), std::string("ReplyTooLarge"));
    QCOMPARE(reply.error().attempts, 1);
    QTRY_VERIFY_WITH_TIMEOUT(cut, 60'000); // the connection is let go while the service lives on
}

void TestRemoteFaults::largeReplies_data() {
    QTest::addColumn<int>("form"); // how the end of the body is known
    QTest::newRow("length announced") << 0;
    QTest::newRow("chunked") << 1;
    QTest::newRow("to the end of the connection") << 2;
    QTest::newRow("in small pieces") << 3;
}

/// Far more than is read ahead, and less than is too much.
void TestRemoteFaults::largeReplies() {
    QFETCH(int, form);
    const std::string body = "{\"X\":\"" + std::string(900'000, 'x') + "\",\"Plaintext\":\"AAEC\"}";
    ScriptedPeer peer([&](PeerConnection &c) {
        while (c.readRequest()) {
            switch (form) {
            case 0:
                c.write(httpAnswer(200, body));
                break;
            case 1:
                c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (std::size_t at = 0; at < body.size(); at += 0x1234) {
                    const std::string piece = body.substr(at, 0x1234);
                    char size[16];
                    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
                    c.write(size + piece + "\r\n");
                }
                c.write("0\r\n\r\n");
                break;
            case 2:
                c.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body);
                return;
            default:
                c.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
                for (std::size_t at = 0; at < body.size(); at += 7001) {
                    c.write(std::string_view(body).substr(at, 7001));
                }
            }
        }
    });
    RemoteFixture fixture(peer.url(), {.maxAttempts = 1});
    for (int i = 0; i < 5; ++i) {
        auto reply = fixture.generateRandom();
        QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
        QCOMPARE(reply->plaintext->size(), std::size_t(3));
    }
}

void TestRemoteFaults::strangeAnswers_data() {
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char *title, const std::string &answer, const char *code) {
        QTest::newRow(title) << QByteArray::fromStdString(answer) << QByteArray(code);
    };
    row("cut JSON", httpAnswer(200, R"({"Plaintext":"AA)"), "BadReply");
    row("wrong type", httpAnswer(200, R"({"Plaintext":1})"), "BadReply");
    row("HTML page", httpAnswer(200, "<html></html>", {{"Content-Type", "text/html"}}), "BadReply");
    row("gzip header", httpAnswer(200, "\x1f\x8b\x08", {{"Content-Encoding", "gzip"}}), "BadReply");
    row("gzip header on an error", httpAnswer(400, "\x1f\x8b\x08", {{"Content-Encoding", "gzip"}}),
        "BadReply");
    row("empty", httpAnswer(204, ""), "BadReply");
    row("asks for a password", httpAnswer(401, "no", {{"WWW-Authenticate", "Basic realm=\"x\""}}),
        "BadReply");
    row("proxy asks for a password", httpAnswer(407, "no", {{"Proxy-Authenticate", "Basic realm=\"x\""}}),
        "BadReply");
    row("a list", httpAnswer(200, "[]"), "BadReply");
    row("a name twice", httpAnswer(200, R"({"Plaintext":"AAEC","Plaintext":"AAEC"})"), "BadReply");
    row("unknown code", httpAnswer(400, R"({"__type":"BrandNewException"})"), "Unknown");
}

void TestRemoteFaults::strangeAnswers() {
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, code);
    ScriptedPeer peer(answerAll([&](const PeerRequest &) { return answer.toStdString(); }));
    RemoteFixture fixture(peer.url());
    auto reply = fixture.generateRandom();
    QCOMPARE(QByteArray::fromStdString(codeOf(reply.error())), code);
    QCOMPARE(reply.error().attempts, 1);
    QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
}

void TestRemoteFaults::redirectsGoNowhere_data() {
    QTest::addColumn<int>("status");
    for (const int status : {301, 302, 303, 307, 308}) {
        QTest::addRow("%d", status) << status;
    }
}

void TestRemoteFaults::redirectsGoNowhere() {
    QFETCH(int, status);
    ScriptedPeer other(answerAll([](const PeerRequest &) { return httpAnswer(200, randomReply); }));
    ScriptedPeer peer(answerAll([&](const PeerRequest &) {
        return httpAnswer(status, "", {{"Location", other.url() + "/elsewhere"}});
    }));
    {
        RemoteFixture fixture(peer.url(), {.sessionToken = "token-CANARY"});
        auto reply = fixture.generateRandom();
        QCOMPARE(codeOf(reply.error()), std::string("Redirected"));
        QCOMPARE(reply.error().attempts, 1);
        QVERIFY(reply.error().detail.find("127.0.0.1") != std::string::npos);
        QVERIFY(!toldToPeople(QTest::currentDataTag(), reply.error()).empty());
        QCOMPARE(codeOf(fixture.createKey().error()), std::string("Redirected"));
    }
    QCOMPARE(other.connections(), 0); // so no credential can have reached it
    QCOMPARE(peer.requests().size(), std::size_t(2));
}

void TestRemoteFaults::closedIdleConnections() {
    // Answers one request a connection and closes without having said so.
    ScriptedPeer peer([](PeerConnection &c) {
        if (c.readRequest()) {
            c.write(httpAnswer(200, randomReply));
        }
    });
    RemoteFixture fixture(peer.url());
    for (int i = 0; i < 20; ++i) {
        auto reply = fixture.generateRandom();
        QVERIFY2(reply.has_value(), reply ? "" : reply.error().detail.c_str());
    }
    QCOMPARE(peer.requests().size(), std::size_t(20)); // each carried out once
}

void TestRemoteFaults::quotaEndsRetries() {
    ScriptedPeer peer(answerAll(
        [](const PeerRequest &) { return httpAnswer(400, R"({"__type":"ThrottlingException"})"); }));
    RemoteFixture fixture(peer.url());
    for (int i = 0; i < 50; ++i) { // 50 calls, 2 retries each, 5 tokens a retry
        QCOMPARE(fixture.generateRandom().error().attempts, 3);
    }
    QCOMPARE(fixture.generateRandom().error().attempts, 1);
    QCOMPARE(peer.requests().size(), std::size_t(151));
}

QTEST_GUILESS_MAIN(TestRemoteFaults)
#include "tst_remote_faults.moc"
