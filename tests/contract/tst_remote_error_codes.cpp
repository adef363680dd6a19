// SPDX-License-Identifier: Apache-2.0
// Every error code that a service may send, and some that nobody knows, arrive as they were sent: code, name
// and message, with a message and without.
#include "fakes/fake_kms.h"
#include "fakes/loopback_kms_server.h"
#include "kms/error_text.h"
#include "unit/remote/remote_fixture.h"

#include <QTest>

using namespace keyturn;

class TestRemoteErrorCodes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void codes_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("message");
        const auto add = [](ErrorCode code, std::string_view name) {
            const auto text = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
            const std::string row(name);
            QTest::newRow((row + ", without a message").c_str())
                << static_cast<int>(code) << text << QString();
            QTest::newRow((row + ", with a message").c_str())
                << static_cast<int>(code) << text << QStringLiteral("arn:x says \"no\" \u00fc");
        };
        for (int i = 0; i < static_cast<int>(ErrorCode::Count_); ++i) {
            const auto code = static_cast<ErrorCode>(i);
            if (isServiceCode(code)) {
                add(code, errorCodeName(code));
            }
        }
        for (const char *name : {"TeapotException", "Melting", "SomethingNewException"}) {
            add(ErrorCode::Unknown, name);
        }
    }
    void codes() {
        QFETCH(int, code);
        QFETCH(QString, name);
        QFETCH(QString, message);
        Error sent;
        sent.code = static_cast<ErrorCode>(code);
        sent.serviceCode = name.toStdString();
        sent.serviceMessage = message.toStdString();
        m_kms.failNext(kms::OperationId::CreateKey, sent);
        test::RemoteFixture remote{m_server.url(),
                                   {.maxAttempts = 1}}; // anew: an unknown operation is remembered
        const auto reply = remote.createKey();
        QVERIFY(!reply);
        const Error &received = reply.error();
        QCOMPARE(static_cast<int>(received.code), code);
        QCOMPARE(QString::fromStdString(received.serviceCode), name);
        QCOMPARE(QString::fromStdString(received.serviceMessage), message);
        QCOMPARE(QString::fromStdString(kms::commandLineSentence(received)),
                 QStringLiteral("An error occurred (") + name +
                     QStringLiteral(") when calling the CreateKey operation: ") + message);
    }

private:
    test::FakeKms m_kms;
    test::LoopbackKmsServer m_server{
        m_kms, {.clock = std::make_shared<ManualClock>(parseIso8601("2026-11-22T04:17:00Z").value())}};
};

QTEST_GUILESS_MAIN(TestRemoteErrorCodes)
#include "tst_remote_error_codes.moc"
