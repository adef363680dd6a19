// SPDX-License-Identifier: Apache-2.0
// Which failures are worth another attempt, what it costs, and how long to wait.
#include "kms/operations/create_key.h"
#include "kms/operations/decrypt.h"
#include "remote/retry_rules.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::remote;

class TestRetryRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void serviceErrors_data();
    void serviceErrors();
    void networkErrors_data();
    void networkErrors();
    void delays_data();
    void delays();
    void quota();
};

void TestRetryRules::serviceErrors_data() {
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("again");
    const auto row = [](const char *code, int status, bool again) {
        QTest::addRow("%s %d", code, status) << QByteArray(code) << status << again;
    };
    row("ThrottlingException", 400, true);
    row("Throttling", 400, true);
    row("TooManyRequestsException", 429, true);
    row("RequestLimitExceeded", 503, true);
    row("SlowDown", 503, true);
    row("LimitExceededException", 400, false); // in KMS: too many keys, not too many requests
    row("KMSInternalException", 500, true);
    row("DependencyTimeoutException", 503, true);
    row("KeyUnavailableException", 500, true);
    row("KeyUnavailableException", 400, true);
    row("InternalFailure", 500, true);
    row("ServiceUnavailable", 503, true);
    row("RequestTimeout", 400, true);
    row("SomethingNew", 500, true);
    row("SomethingNew", 502, true);
    row("SomethingNew", 504, true);
    row("SomethingNew", 501, false);
    row("SomethingNew", 400, false);
    row("KMSInvalidStateException", 400, false);
    row("DisabledException", 400, false);
    row("InvalidCiphertextException", 400, false);
    row("IncorrectKeyException", 400, false);
    row("AccessDeniedException", 400, false);
    row("InvalidSignatureException", 400, false);
    row("ExpiredTokenException", 400, false);
    row("DryRunOperationException", 412, false);
    row("DisabledException", 500, false); // the code decides, never the status
    row("NotFoundException", 503, false);
    row("LimitExceededException", 429, false);
    row("LimitExceededException", 500, false);
    row("SomethingNew", 429, true);
}

void TestRetryRules::serviceErrors() {
    QFETCH(QByteArray, code);
    QFETCH(int, status);
    QFETCH(bool, again);
    Error error = serviceError(errorCodeFromServiceName(code.toStdString()), "", ErrorOrigin::Service);
    error.serviceCode = code.toStdString();
    error.httpStatus = status;
    const Verdict expected = again ? Verdict::Retry : Verdict::Final;
    // The service has answered, so it does not matter whether the call could be repeated blindly.
    QVERIFY(verdictOf(kms::Decrypt::info(), error, {true, false}) == expected);
    QVERIFY(verdictOf(kms::CreateKey::info(), error, {true, false}) == expected);
}

void TestRetryRules::networkErrors_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("sent");
    QTest::addColumn<int>("safe");   // verdict for an operation that may be repeated
    QTest::addColumn<int>("unsafe"); // and for one that may not
    const auto row = [](const char *title, ErrorCode code, int status, bool sent, Verdict safe,
                        Verdict unsafe) {
        QTest::newRow(title) << int(code) << status << sent << int(safe) << int(unsafe);
    };
    row("refused", ErrorCode::ConnectionFailed, 0, false, Verdict::Retry, Verdict::Retry);
    row("lost after sending", ErrorCode::ConnectionFailed, 0, true, Verdict::Retry, Verdict::OutcomeUnknown);
    row("no connection in time", ErrorCode::TimedOut, 0, false, Verdict::Retry, Verdict::Retry);
    row("no answer in time", ErrorCode::TimedOut, 0, true, Verdict::Retry, Verdict::OutcomeUnknown);
    row("no such host", ErrorCode::HostNotFound, 0, false, Verdict::Retry, Verdict::Retry);
    row("not trusted", ErrorCode::TlsFailed, 0, false, Verdict::Final, Verdict::Final);
    row("redirect", ErrorCode::Redirected, 307, true, Verdict::Final, Verdict::Final);
    row("page 502", ErrorCode::BadReply, 502, true, Verdict::Retry, Verdict::OutcomeUnknown);
    row("page 504", ErrorCode::BadReply, 504, true, Verdict::Retry, Verdict::OutcomeUnknown);
    row("page 503", ErrorCode::BadReply, 503, true, Verdict::Retry, Verdict::Retry);
    row("page 429", ErrorCode::BadReply, 429, true, Verdict::Retry, Verdict::Retry);
    row("page 404", ErrorCode::BadReply, 404, true, Verdict::Final, Verdict::Final);
    row("bad success", ErrorCode::BadReply, 200, true, Verdict::Final, Verdict::OutcomeUnknown);
    row("huge success", ErrorCode::ReplyTooLarge, 200, true, Verdict::Final, Verdict::OutcomeUnknown);
}

void TestRetryRules::networkErrors() {
    QFETCH(int, code);
    QFETCH(int, status);
    QFETCH(bool, sent);
    QFETCH(int, safe);
    QFETCH(int, unsafe);
    Error error = clientError(ErrorCode(code), "", ErrorOrigin::Network);
    error.httpStatus = status;
    QCOMPARE(int(verdictOf(kms::Decrypt::info(), error, {sent, false})), safe);
    QCOMPARE(int(verdictOf(kms::CreateKey::info(), error, {sent, false})), unsafe);
}

void TestRetryRules::delays_data() {
    QTest::addColumn<int>("retry");
    QTest::addColumn<double>("random");
    QTest::addColumn<int>("milliseconds");
    QTest::newRow("first, none") << 0 << 0.0 << 0;
    QTest::newRow("first, all") << 0 << 1.0 << 1000;
    QTest::newRow("first, half") << 0 << 0.5 << 500;
    QTest::newRow("second, all") << 1 << 1.0 << 2000;
    QTest::newRow("third, quarter") << 2 << 0.25 << 1000;
    QTest::newRow("fifth, all") << 4 << 1.0 << 16000;
    QTest::newRow("sixth is capped") << 5 << 1.0 << 20000;
    QTest::newRow("hundredth too") << 99 << 1.0 << 20000;
    QTest::newRow("random out of bounds") << 0 << 7.0 << 1000;
}

void TestRetryRules::delays() {
    QFETCH(int, retry);
    QFETCH(double, random);
    QFETCH(int, milliseconds);
    QCOMPARE(int(retryDelay(retry, random).count()), milliseconds);
}

void TestRetryRules::quota() {
    RetryQuota quota;
    const AttemptFacts lost{true, false};
    const AttemptFacts late{true, true};
    QVERIFY(quota.take(late));
    QCOMPARE(quota.left(), 490);
    for (int i = 0; i < 98; ++i) {
        QVERIFY(quota.take(lost));
    }
    QVERIFY(!quota.take(lost));
    quota.giveBack(0); // a success that was never retried
    QCOMPARE(quota.left(), 1);
    QVERIFY(!quota.take(lost));
    quota.giveBack(5);
    QCOMPARE(quota.left(), 6);
    QVERIFY(!quota.take(late));
    QVERIFY(quota.take(lost));
    for (int i = 0; i < 1000; ++i) {
        quota.giveBack(5);
    }
    QCOMPARE(quota.left(), 500);
}

QTEST_GUILESS_MAIN(TestRetryRules)
#include "tst_retry_rules.moc"
