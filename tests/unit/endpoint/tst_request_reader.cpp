// SPDX-License-Identifier: Apache-2.0
// Bytes to requests: what is taken, what is refused, whatever pieces it comes in.
#include "endpoint/request_reader.h"
#include "endpoint/request_rules.h"

#include <QTest>

#include <string>

using namespace keyturn;
using namespace keyturn::endpoint;

namespace {

const std::string head = "POST / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n";

QString qstring(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// "complete BODY", "refused STATUS", or the state; `rest`: what was left.
std::string readInPieces(const std::string &bytes, std::size_t piece, ReaderLimits limits,
                         std::string &rest) {
    RequestReader reader(limits);
    std::string pending;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        pending += bytes.substr(at, piece);
        const std::size_t taken = reader.feed(pending);
        pending.erase(0, taken);
        if (const Refusal *refusal = reader.refusal()) {
            return "refused " + std::to_string(refusal->status);
        }
        if (reader.state() == RequestReader::State::Complete) {
            rest = pending + bytes.substr(std::min(bytes.size(), at + piece));
            return "complete " + std::string(reader.request().body.view());
        }
    }
    rest = pending;
    switch (reader.state()) {
    case RequestReader::State::Start:
        return "start";
    case RequestReader::State::Header:
        return "header";
    default:
        return "body";
    }
}

} // namespace

class TestRequestReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsOrRefuses_data() {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("expected");
        const auto row = [](const char *name, const std::string &bytes, const std::string &expected) {
            QTest::newRow(name) << bytes << expected;
        };
        row("whole", head + "Content-Length: 2\r\n\r\n{}", "complete {}");
        row("without a body", head + "\r\n", "complete ");
        row("a body of line feeds and NUL", head + "Content-Length: 3\r\n\r\n" + std::string("\n\0\n", 3),
            "complete " + std::string("\n\0\n", 3));
        row("nothing", "", "start");
        row("half a header", head + "Content-Le", "header");
        row("half a body", head + "Content-Length: 5\r\n\r\nab", "body");
        row("bare line feeds", "POST / HTTP/1.1\nHost: x\n\n", "refused 400");
        row("one bare line feed", head + "A: b\nC: d\r\n\r\n", "refused 400");
        row("bare carriage return", head + "A: b\rC: d\r\n\r\n", "refused 400");
        row("NUL in a header", head + std::string("A: b\0c\r\n\r\n", 10), "refused 400");
        row("NUL in the request line", std::string("POST /\0 HTTP/1.1\r\n\r\n", 20), "refused 400");
        row("a folded line", head + "A: b\r\n c\r\n\r\n", "refused 400");
        row("chunked", head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "refused 501");
        row("chunked and a length", head + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
            "refused 501");
        row("a length and chunked", head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "refused 400");
        row("identity encoding", head + "Transfer-Encoding: identity\r\n\r\n", "refused 501");
        row("two lengths", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", "refused 400");
        row("two equal lengths", head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "refused 400");
        row("a list of lengths", head + "Content-Length: 2, 2\r\n\r\n{}", "refused 400");
        row("a negative length", head + "Content-Length: -1\r\n\r\n", "refused 400");
        row("a length with a sign", head + "Content-Length: +2\r\n\r\n{}", "refused 400");
        row("an enormous length", head + "Content-Length: 18446744073709551615\r\n\r\n", "refused 413");
        row("a length beyond numbers", head + "Content-Length: 99999999999999999999999\r\n\r\n",
            "refused 400");
        row("a body over the limit", head + "Content-Length: 257\r\n\r\n", "refused 413");
        row("a body at the limit", head + "Content-Length: 256\r\n\r\n" + std::string(256, 'x'),
            "complete " + std::string(256, 'x'));
        row("headers over the limit", head + "A: " + std::string(1024, 'x') + "\r\n\r\n", "refused 431");
        row("headers that never end", head + "A: " + std::string(5000, 'x'), "refused 431");
        row("too many fields", head + "A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n",
            "refused 431");
        row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "refused 400");
        row("HTTP/1.2", "POST / HTTP/1.2\r\nHost: x\r\n\r\n", "refused 400");
        row("HTTP/0.9", "GET /\r\n\r\n", "refused 400");
        row("a TLS hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
            "refused 400");
        row("a header without a name", head + ": b\r\n\r\n", "refused 400");
        row("a blank before the colon", head + "A : b\r\n\r\n", "refused 400");
        row("a request line cut short", "POST / 38\r\n\r\n{\"KeyId\":\"a\"}", "refused 400");
        row("a request line cut short, alone", "POST / 38\r\n\r\n", "refused 400");
        row("no colon", head + "Abc\r\n\r\n", "refused 400");
    }
    void readsOrRefuses() {
        QFETCH(std::string, bytes);
        QFETCH(std::string, expected);
        const ReaderLimits limits{512, 8, 256};
        for (const std::size_t piece : {std::size_t(1), std::size_t(7), std::size_t(100'000)}) {
            std::string rest;
            QCOMPARE(qstring(readInPieces(bytes, piece, limits, rest)), qstring(expected));
        }
    }

    void leavesWhatIsBehind() {
        const std::string one = head + "Content-Length: 2\r\n\r\n{}";
        RequestReader reader({});
        std::string bytes = one + one + "POST";
        bytes.erase(0, reader.feed(bytes));
        QVERIFY(reader.state() == RequestReader::State::Complete);
        QCOMPARE(bytes.size(), one.size() + 4);
        reader.next();
        QVERIFY(reader.state() == RequestReader::State::Start);
        bytes.erase(0, reader.feed(bytes));
        QVERIFY(reader.state() == RequestReader::State::Complete);
        QCOMPARE(bytes, std::string("POST"));
    }

    void keepsHeadersAsTheyCame() {
        RequestReader reader({});
        const std::string bytes = head + "X-Amz-Date:  20260101T000000Z \r\nx-AMZ-target: a\tb\r\n\r\n";
        QCOMPARE(reader.feed(bytes), bytes.size());
        QCOMPARE(reader.request().method, std::string_view("POST"));
        QCOMPARE(reader.request().target, std::string_view("/"));
        QCOMPARE(reader.request().headers.size(), std::size_t(3));
        QCOMPARE(reader.request().headers[2].name, std::string_view("x-AMZ-target"));
        QCOMPARE(reader.request().headers[2].value, std::string_view("a\tb"));
        QVERIFY(reader.request().header("x-amz-date") != nullptr);
    }

    void refusesByHeaders_data() {
        QTest::addColumn<std::string>("requestLine");
        QTest::addColumn<std::string>("headers");
        QTest::addColumn<int>("status");
        const std::string good = "Host: localhost:4711\r\nContent-Type: application/x-amz-json-1.1\r\n";
        const auto row = [](const char *name, const std::string &line, const std::string &headers,
                            int status) { QTest::newRow(name) << line << headers << status; };
        row("good", "POST /", good, 0);
        row("another loopback name", "POST /",
            "Host: [::1]:4711\r\nContent-Type: Application/X-Amz-Json-1.1\r\n", 0);
        row("a host that was allowed", "POST /",
            "Host: Front:1\r\nContent-Type: application/x-amz-json-1.1\r\n", 0);
        row("a rebound name", "POST /", "Host: evil.example:4711\r\n", 403);
        row("another port", "POST /", "Host: localhost:4712\r\n", 403);
        row("no port", "POST /", "Host: localhost\r\n", 403);
        row("no host", "POST /", "Content-Type: application/x-amz-json-1.1\r\n", 403);
        row("two hosts", "POST /", good + "Host: localhost:4711\r\n", 403);
        row("origin", "POST /", good + "Origin: http://localhost:4711\r\n", 403);
        row("origin null", "POST /", good + "Origin: null\r\n", 403);
        row("a browser's fetch", "POST /", good + "Sec-Fetch-Site: none\r\n", 403);
        row("a browser's other fetch", "POST /", good + "sec-fetch-mode: cors\r\n", 403);
        row("preflight", "OPTIONS /", good, 405);
        row("get", "GET /", good, 405);
        row("connect", "CONNECT localhost:4711", good, 404);
        row("another path", "POST /x", good, 404);
        row("a query", "POST /?a=b", good, 404);
        row("an absolute target", "POST http://localhost:4711/", good, 404);
        row("two slashes", "POST //", good, 404);
        row("expect", "POST /", good + "Expect: 100-continue\r\n", 417);
        row("compressed", "POST /", good + "Content-Encoding: gzip\r\n", 415);
        row("no type", "POST /", "Host: localhost:4711\r\n", 400);
        row("a form", "POST /", "Host: localhost:4711\r\nContent-Type: text/plain\r\n", 400);
        row("JSON of another kind", "POST /", "Host: localhost:4711\r\nContent-Type: application/json\r\n",
            400);
        row("two types", "POST /", good + "Content-Type: application/x-amz-json-1.1\r\n", 400);
    }
    void refusesByHeaders() {
        QFETCH(std::string, requestLine);
        QFETCH(std::string, headers);
        QFETCH(int, status);
        RequestReader reader({});
        reader.feed(requestLine + " HTTP/1.1\r\n" + headers + "\r\n");
        QVERIFY(reader.refusal() == nullptr);
        QVERIFY(reader.state() == RequestReader::State::Complete);
        const auto refusal = refusalByHeaders(reader.request(), allowedHosts(4711, {"front:1"}));
        QCOMPARE(refusal ? refusal->status : 0, status);
    }
};

QTEST_APPLESS_MAIN(TestRequestReader)
#include "tst_request_reader.moc"
