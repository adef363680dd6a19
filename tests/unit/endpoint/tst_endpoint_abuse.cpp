// SPDX-License-Identifier: Apache-2.0
// The abuse list of reliability-security.md 5.4 against one served vault: after each case it answers a good
// client, and at the end its memory is where it was. Time-outs are those of the product, but shorter.
#include "endpoint_fixture.h"

#include <QFile>
#include <QTest>

#include <sys/resource.h>

using namespace keyturn;
using namespace keyturn::test;
using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::int64_t memoryBoundMib = 512; // freed memory waits in quarantine, and shadows cost
#else
constexpr std::int64_t memoryBoundMib = 64;
#endif

std::int64_t residentMib() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const auto pages = file.readAll().split(' ').value(1).toLongLong();
    return pages * ::sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

endpoint::ServerLimits shortTimes() {
    endpoint::ServerLimits limits;
    limits.headerTime = 300ms;
    limits.bodyTime = 300ms;
    limits.idleTime = 2s;
    limits.writeTime = 1s;
    return limits;
}

} // namespace

class TestEndpointAbuse : public QObject {
    Q_OBJECT

    std::unique_ptr<ServedVault> m_served;
    std::int64_t m_memoryBefore = 0;
    std::int64_t m_memoryMost = 0;

    std::string good() const { return m_served->request("ListKeys").text(); }
    /// A good client is served at once.
    bool stands() {
        m_memoryMost = std::max(m_memoryMost, residentMib());
        return m_served->ask(good()).status == 200;
    }
    /// Sends, and expects this answer and then the end of the connection.
    void expectRefused(const std::string &bytes, int status) {
        RawClient client(m_served->port());
        client.send(bytes); // the answer may come before the last byte is sent
        const auto answer = client.read();
        QVERIFY(answer.has_value());
        QCOMPARE(answer->status, status);
        QVERIFY(!answer->member("__type").empty());
        QVERIFY(client.waitForClose());
        QVERIFY(stands());
    }

private Q_SLOTS:
    void initTestCase() {
        rlimit files{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &files), 0);
        files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &files), 0);
        m_served = std::make_unique<ServedVault>(shortTimes());
        for (int i = 0; i < 200; ++i) { // what is made once is made
            QVERIFY(stands());
        }
        m_memoryBefore = residentMib();
    }

    void slowHeader() {
        RawClient client(m_served->port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: 127"));
        QVERIFY(stands());
        const auto answer = client.read();
        QVERIFY(answer.has_value());
        QCOMPARE(answer->status, 408);
        QVERIFY(client.waitForClose());
    }
    void slowBody() {
        SignedRequest request = m_served->request("ListKeys", std::string(200'000, ' ') + "{}");
        const std::string text = request.text();
        RawClient client(m_served->port());
        QVERIFY(client.send(std::string_view(text).substr(0, text.size() / 2)));
        QVERIFY(stands());
        const auto answer = client.read();
        QVERIFY(answer.has_value());
        QCOMPARE(answer->status, 408);
        QVERIFY(client.waitForClose());
    }
    void manySlowBodies() {
        // 120 times 200,000 bytes announced: more than is given to large bodies at once.
        const std::string text = m_served->request("ListKeys", std::string(200'000, ' ') + "{}").text();
        std::vector<RawClient> clients;
        for (int i = 0; i < 120; ++i) {
            clients.emplace_back(m_served->port());
            clients.back().send(std::string_view(text).substr(0, text.size() - 10));
            QVERIFY(i % 10 != 0 || stands());
        }
        int late = 0, tooMany = 0;
        for (RawClient &client : clients) {
            const auto answer = client.read();
            late += answer && answer->status == 408 ? 1 : 0;
            tooMany += answer && answer->status == 503 ? 1 : 0;
        }
        QVERIFY(late > 0);
        QVERIFY(late + tooMany == 120);
        QVERIFY(stands());
    }
    void thousandIdleConnections() {
        std::vector<RawClient> clients;
        RawClient known(m_served->port());
        QVERIFY(known.send(good()));
        QCOMPARE(known.read().value_or(RawAnswer()).status, 200);
        for (int i = 0; i < 1000; ++i) {
            clients.emplace_back(m_served->port());
            QVERIFY(clients.back().isConnected());
            QVERIFY(i % 100 != 0 || stands());
        }
        QVERIFY(m_served->server().connectionCount() <= endpoint::ServerLimits().connections);
        QVERIFY(stands());
        // Who has signed a request before is not the one that makes room.
        QVERIFY(known.send(good()));
        QCOMPARE(known.read().value_or(RawAnswer()).status, 200);
        clients.clear();
        QTRY_VERIFY(m_served->server().connectionCount() <= 2);
    }
    void idleConnectionsEnd() {
        RawClient client(m_served->port());
        QVERIFY(client.waitForClose());
        RawClient used(m_served->port());
        QVERIFY(used.send(good()));
        QCOMPARE(used.read().value_or(RawAnswer()).status, 200);
        QVERIFY(used.waitForClose());
    }
    void readerThatNeverReads() {
        // Answers pile up until the socket is full; then the connection ends, and nobody else waits.
        RawClient client(m_served->port());
        const std::string request = "POST / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(m_served->port()) +
                                    "\r\nContent-Type: application/x-amz-json-1.1\r\n\r\n";
        std::string many;
        for (int i = 0; i < 64; ++i) {
            many += request;
        }
        int sent = 0;
        while (sent < 5000 && client.send(many)) {
            QVERIFY(++sent % 50 != 0 || stands());
        }
        QVERIFY(sent < 5000);
        QVERIFY(stands());
    }
    void hugePipeline() {
        RawClient client(m_served->port());
        std::string many;
        for (int i = 0; i < 300; ++i) {
            many += good();
        }
        QVERIFY(client.send(many));
        for (int i = 0; i < 300; ++i) {
            QCOMPARE(client.read().value_or(RawAnswer()).status, 200);
        }
        QVERIFY(stands());
    }
    void refused_data() {
        QTest::addColumn<std::string>("what");
        QTest::addColumn<int>("status");
        for (const auto &[what, status] : std::initializer_list<std::pair<const char *, int>>{
                 {"two lengths", 400},
                 {"length and chunked", 400},
                 {"chunked", 501},
                 {"bare line feeds", 400},
                 {"NUL", 400},
                 {"huge header", 431},
                 {"huge header without end", 431},
                 {"many headers", 431},
                 {"huge body", 413},
                 {"negative body", 400},
                 {"wrong host", 403},
                 {"origin", 403},
                 {"fetch", 403},
                 {"preflight", 405},
                 {"get", 405},
                 {"TLS hello", 400},
                 {"smuggled request", 501},
             }) {
            QTest::newRow(what) << std::string(what) << status;
        }
    }
    void refused() {
        QFETCH(std::string, what);
        QFETCH(int, status);
        const SignedRequest request = m_served->request("ListKeys");
        const std::string line = "POST / HTTP/1.1\r\n" + request.headers();
        std::map<std::string, std::string> cases;
        cases["two lengths"] = line + "Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}";
        cases["length and chunked"] = line + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}";
        cases["chunked"] = line + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        std::string bare = request.text();
        bare.erase(std::remove(bare.begin(), bare.end(), '\r'), bare.end());
        cases["bare line feeds"] = bare;
        cases["NUL"] = line + std::string("X: a\0b\r\nContent-Length: 2\r\n\r\n{}", 31);
        cases["huge header"] = line + "X: " + std::string(20'000, 'x') + "\r\nContent-Length: 2\r\n\r\n{}";
        cases["huge header without end"] = line + "X: " + std::string(300'000, 'x');
        std::string many;
        for (int i = 0; i < 100; ++i) {
            many += "X-" + std::to_string(i) + ": y\r\n";
        }
        cases["many headers"] = line + many + "Content-Length: 2\r\n\r\n{}";
        cases["huge body"] = line + "Content-Length: 300000\r\n\r\n" + std::string(300'000, ' ');
        cases["negative body"] = line + "Content-Length: -2\r\n\r\n{}";
        SignedRequest foreign = request;
        foreign.host = "rebound.example:" + std::to_string(m_served->port());
        cases["wrong host"] = foreign.text();
        SignedRequest page = request;
        page.moreHeaders = {{"Origin", "http://127.0.0.1:" + std::to_string(m_served->port())}};
        cases["origin"] = page.text();
        page.moreHeaders = {{"Sec-Fetch-Mode", "no-cors"}};
        cases["fetch"] = page.text();
        cases["preflight"] = "OPTIONS / HTTP/1.1\r\n" + request.headers() +
                             "Access-Control-Request-Method: POST\r\nContent-Length: 0\r\n\r\n";
        cases["get"] = "GET / HTTP/1.1\r\n" + request.headers() + "\r\n";
        cases["TLS hello"] = std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
        cases["smuggled request"] =
            line + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + good();
        QVERIFY(cases.count(what) == 1);
        expectRefused(cases[what], status);
    }
    void clientsThatGo() {
        for (int i = 0; i < 300; ++i) {
            const std::string text = good();
            RawClient client(m_served->port());
            client.send(
                std::string_view(text).substr(0, text.size() * static_cast<std::size_t>(i % 11) / 10));
            i % 2 == 0 ? client.reset() : client.close();
        }
        QVERIFY(stands());
        QTRY_VERIFY(m_served->server().connectionCount() <= 1);
    }
    void goingAwayStopsTheCall() {
        // Four RSA keys keep the pool busy; whose client has gone is not made any more.
        const std::string create =
            m_served->request("CreateKey", "{\"KeySpec\":\"RSA_4096\",\"KeyUsage\":\"ENCRYPT_DECRYPT\"}")
                .text();
        std::vector<RawClient> clients;
        for (int i = 0; i < 12; ++i) {
            clients.emplace_back(m_served->port());
            QVERIFY(clients.back().send(create));
        }
        clients.clear();
        QTRY_VERIFY(m_served->server().connectionCount() == 0);
        QVERIFY(stands());
    }

    void memoryIsBounded() {
        qInfo("memory: %lld MiB before, %lld MiB at most", static_cast<long long>(m_memoryBefore),
              static_cast<long long>(m_memoryMost));
        QVERIFY(m_memoryMost - m_memoryBefore <= memoryBoundMib);
        QVERIFY(residentMib() - m_memoryBefore <= memoryBoundMib);
    }
};

QTEST_GUILESS_MAIN(TestEndpointAbuse)
#include "tst_endpoint_abuse.moc"
