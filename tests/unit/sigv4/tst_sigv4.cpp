// SPDX-License-Identifier: Apache-2.0
// The published SigV4 suite: canonical request, string to sign, signature and signed request of each case,
// signed in headers and in the query.
#include "suite_case.h"

#include "fakes/vectors.h"

#include "base/atomic_file.h"
#include "sigv4/signer.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;

namespace {

constexpr const char *suiteFile = "sigv4/aws-signing-test-suite-v4.json";
constexpr std::size_t suiteCases = 38;

std::vector<sigv4::HeaderView> headerViews(const SuiteCase &suiteCase) {
    std::vector<sigv4::HeaderView> views;
    for (const SuiteHeader &header : suiteCase.headers) {
        views.push_back({header.name, header.value});
    }
    return views;
}

sigv4::SigningOptions optionsOf(const SuiteCase &suiteCase) {
    sigv4::SigningOptions options = suiteCase.options;
    options.region = suiteCase.region;
    options.service = suiteCase.service;
    return options;
}

std::string text(const SecretText &secret) {
    return std::string(secret.view());
}

} // namespace

class TestSigV4 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void signsInHeaders_data() { rows(); }
    void signsInHeaders();
    void signsInQuery_data() { rows(); }
    void signsInQuery();
    void countsEveryAssertion();
    void amzDates_data();
    void amzDates();
    void refusesWhatIsAlreadySigned_data();
    void refusesWhatIsAlreadySigned();
    void refusesUnsignableHeaders_data();
    void refusesUnsignableHeaders();
    void leavesOutWhatProxiesChange();

private:
    void rows();
    void check(const std::string &actual, const std::string &expected);
    std::vector<SuiteCase> m_cases;
    int m_assertions = 0;
};

void TestSigV4::initTestCase() {
    auto content = readFile(vectorPath(suiteFile), 16 * 1024 * 1024);
    if (!content) {
        QSKIP(vectorsMissing(suiteFile).c_str());
    }
    m_cases = readSuite(std::string(asText(*content)));
    QCOMPARE(m_cases.size(), suiteCases);
}

void TestSigV4::rows() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < m_cases.size(); ++i) {
        QTest::newRow(m_cases[i].name.c_str()) << int(i);
    }
}

void TestSigV4::check(const std::string &actual, const std::string &expected) {
    ++m_assertions;
    QCOMPARE(QByteArray::fromStdString(actual), QByteArray::fromStdString(expected));
}

void TestSigV4::signsInHeaders() {
    QFETCH(int, index);
    const SuiteCase &one = m_cases[std::size_t(index)];
    const auto headers = headerViews(one);
    const sigv4::RequestView request{one.method, one.path, one.query, headers, asBytes(one.body)};
    const sigv4::SigningKeys keys{one.accessKeyId, one.secretKey, one.sessionToken};
    auto result = sigv4::signInHeaders(request, keys, optionsOf(one));
    QVERIFY(result.has_value());
    check(text(result->canonical.text), one.inHeaders.canonicalRequest);
    check(result->stringToSign, one.inHeaders.stringToSign);
    check(result->signature, one.inHeaders.signature);
    std::vector<std::string> added;
    if (!one.sessionToken.empty()) {
        added.push_back("X-Amz-Security-Token:" + std::string(one.sessionToken.text()));
    }
    added.push_back("X-Amz-Date:" + result->amzDate);
    if (!result->contentSha256.empty()) {
        added.push_back("x-amz-content-sha256:" + result->contentSha256);
    }
    added.push_back("Authorization:" + result->authorization);
    check(requestText(one, one.query, added), one.inHeaders.signedRequest);
}

void TestSigV4::signsInQuery() {
    QFETCH(int, index);
    const SuiteCase &one = m_cases[std::size_t(index)];
    const auto headers = headerViews(one);
    const sigv4::RequestView request{one.method, one.path, one.query, headers, asBytes(one.body)};
    const sigv4::SigningKeys keys{one.accessKeyId, one.secretKey, one.sessionToken};
    auto result = sigv4::signInQuery(request, keys, optionsOf(one));
    QVERIFY(result.has_value());
    check(text(result->canonical.text), one.inQuery.canonicalRequest);
    check(result->stringToSign, one.inQuery.stringToSign);
    check(result->signature, one.inQuery.signature);
    check(requestText(one, text(result->query), {}), one.inQuery.signedRequest);
}

void TestSigV4::countsEveryAssertion() {
    qInfo("SigV4 suite: %zu cases, %d assertions", m_cases.size(), m_assertions);
    QCOMPARE(m_assertions, 304);
}

void TestSigV4::amzDates_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    QTest::newRow("plain") << QByteArray("20150830T123600Z") << true;
    QTest::newRow("leap day") << QByteArray("20240229T235959Z") << true;
    QTest::newRow("no leap day") << QByteArray("20230229T000000Z") << false;
    QTest::newRow("month 13") << QByteArray("20231301T000000Z") << false;
    QTest::newRow("hour 24") << QByteArray("20230101T240000Z") << false;
    QTest::newRow("second 60") << QByteArray("20230101T000060Z") << false;
    QTest::newRow("letters") << QByteArray("2023010aT000000Z") << false;
    QTest::newRow("sign") << QByteArray("2023+101T000000Z") << false;
    QTest::newRow("extended form") << QByteArray("2023-01-01T00:00:00Z") << false;
    QTest::newRow("no Z") << QByteArray("20230101T000000") << false;
    QTest::newRow("empty") << QByteArray() << false;
}

void TestSigV4::amzDates() {
    QFETCH(QByteArray, text);
    QFETCH(bool, good);
    auto time = sigv4::parseAmzDate(text.toStdString());
    QCOMPARE(time.has_value(), good);
    if (good) {
        QCOMPARE(sigv4::formatAmzDate(*time), text.toStdString());
    } else {
        QCOMPARE(time.error().code, ErrorCode::BadEncoding);
    }
}

void TestSigV4::refusesWhatIsAlreadySigned_data() {
    QTest::addColumn<QByteArray>("header");
    for (const char *name : {"Authorization", "x-amz-date", "X-Amz-Security-Token"}) {
        QTest::newRow(name) << QByteArray(name);
    }
}

void TestSigV4::refusesWhatIsAlreadySigned() {
    QFETCH(QByteArray, header);
    const std::string name = header.toStdString();
    const sigv4::HeaderView headers[] = {{"Host", "localhost"}, {name, "x"}};
    const SecretBytes secret = SecretBytes::copyOf("s");
    const SecretBytes token;
    const sigv4::SigningKeys keys{"AK", secret, token};
    for (const bool inQuery : {false, true}) {
        const sigv4::RequestView request{"POST", "/", "", headers, {}};
        const ErrorCode code = inQuery ? sigv4::signInQuery(request, keys, {}).error().code
                                       : sigv4::signInHeaders(request, keys, {}).error().code;
        QCOMPARE(code, ErrorCode::Usage);
    }
}

void TestSigV4::refusesUnsignableHeaders_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("blank in name") << QByteArray("my header") << QByteArray("v");
    QTest::newRow("colon in name") << QByteArray("my:header") << QByteArray("v");
    QTest::newRow("empty name") << QByteArray() << QByteArray("v");
    QTest::newRow("NUL in value") << QByteArray("my-header") << QByteArray("a\0b", 3);
    QTest::newRow("escape in value") << QByteArray("my-header") << QByteArray("a\x1b");
}

void TestSigV4::refusesUnsignableHeaders() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    const sigv4::HeaderView headers[] = {{std::string_view(name.constData(), std::size_t(name.size())),
                                          std::string_view(value.constData(), std::size_t(value.size()))}};
    const auto result = sigv4::canonicalRequest({"POST", "/", "", headers, {}}, {});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::BadEncoding);
}

void TestSigV4::leavesOutWhatProxiesChange() {
    const sigv4::HeaderView headers[] = {{"Host", "h"},        {"User-Agent", "u"}, {"Connection", "close"},
                                         {"Expect", "x"},      {"Upgrade", "x"},    {"X-Amzn-Trace-Id", "x"},
                                         {"X-Amz-Target", "t"}};
    const auto result = sigv4::canonicalRequest({"POST", "/", "", headers, {}}, {});
    QVERIFY(result.has_value());
    QCOMPARE(result->signedHeaders, std::string("host;x-amz-target"));
}

QTEST_GUILESS_MAIN(TestSigV4)
#include "tst_sigv4.moc"
