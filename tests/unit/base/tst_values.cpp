// SPDX-License-Identifier: Apache-2.0
// Errors, results, text and time.
#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "base/unique_function.h"

#include <QObject>
#include <QTest>

#include <cerrno>
#include <set>

using namespace keyturn;
using namespace std::chrono_literals;

class ValuesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCodeHasItsName();
    void serviceNames_data();
    void serviceNames();
    void madeErrors();
    void systemErrors_data();
    void systemErrors();
    void utf8_data();
    void utf8();
    void splitting();
    void eliding_data();
    void eliding();
    void timesFormatted_data();
    void timesFormatted();
    void timesParsed_data();
    void timesParsed();
    void timesRefused_data();
    void timesRefused();
    void manualClock();
    void uniqueFunctionOwnsItsCallable();
};

void ValuesTest::everyCodeHasItsName() {
    std::set<std::string_view> names;
    for (int i = 0; i < static_cast<int>(ErrorCode::Count_); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        const auto name = errorCodeName(code);
        QVERIFY(!name.empty() && names.insert(name).second);
        QCOMPARE(errorCodeFromServiceName(name), isServiceCode(code) ? code : ErrorCode::Unknown);
    }
    int modelled = 0;
    for (int i = 1; i < static_cast<int>(ErrorCode::Validation); ++i) {
        modelled += errorCodeName(static_cast<ErrorCode>(i)).ends_with("Exception") ? 1 : 0;
    }
    QCOMPARE(modelled, 48);
    QCOMPARE(errorCodeName(ErrorCode::Count_), "Unknown");
}

void ValuesTest::serviceNames_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, ErrorCode code) {
        QTest::newRow(name) << QString::fromLatin1(name) << static_cast<int>(code);
    };
    row("DisabledException", ErrorCode::Disabled);
    row("Disabled", ErrorCode::Disabled); // the query protocol's code
    row("Throttling", ErrorCode::Throttling);
    row("ThrottlingException", ErrorCode::Throttling);
    row("TooManyRequestsException", ErrorCode::Throttling);
    row("ValidationError", ErrorCode::Validation);
    row("IncompleteSignatureException", ErrorCode::IncompleteSignature);
    row("SignatureDoesNotMatch", ErrorCode::InvalidSignature);
    row("disabledexception", ErrorCode::Unknown);
    row("Usage", ErrorCode::Unknown); // ours, not a service's
    row("SomethingNewException", ErrorCode::Unknown);
    row("", ErrorCode::Unknown);
    row("Exception", ErrorCode::Unknown);
}

void ValuesTest::serviceNames() {
    QFETCH(const QString, name);
    QFETCH(const int, code);
    QCOMPARE(static_cast<int>(errorCodeFromServiceName(name.toStdString())), code);
}

void ValuesTest::madeErrors() {
    const Error service = serviceError(ErrorCode::Disabled, "arn:... is disabled.");
    QCOMPARE(service.serviceCode, std::string("DisabledException"));
    QCOMPARE(service.serviceMessage, std::string("arn:... is disabled."));
    QVERIFY(service.origin == ErrorOrigin::Vault && !service.retryable && service.detail.empty());
    QVERIFY(serviceError(ErrorCode::KMSInternal).retryable);
    const Error ours = clientError(ErrorCode::Usage, "--port takes 0 to 65535");
    QVERIFY(ours.serviceCode.empty() && ours.detail == "--port takes 0 to 65535" && !ours.retryable);
    Result<int> failed = fail(ErrorCode::Usage, "x");
    const Result<std::string> passedOn = failFrom(failed);
    QVERIFY(!passedOn && passedOn.error().code == ErrorCode::Usage && passedOn.error().detail == "x");
}

void ValuesTest::systemErrors_data() {
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, int number, ErrorCode code) {
        QTest::newRow(name) << number << static_cast<int>(code);
    };
    row("ENOENT", ENOENT, ErrorCode::FileNotFound);
    row("EEXIST", EEXIST, ErrorCode::FileExists);
    row("EISDIR", EISDIR, ErrorCode::FileNotRegular);
    row("EACCES", EACCES, ErrorCode::PermissionDenied);
    row("EROFS", EROFS, ErrorCode::PermissionDenied);
    row("ENOSPC", ENOSPC, ErrorCode::DiskFull);
    row("EDQUOT", EDQUOT, ErrorCode::DiskFull);
    row("ENOMEM", ENOMEM, ErrorCode::OutOfMemory);
    row("EIO", EIO, ErrorCode::IoFailed);
}

void ValuesTest::systemErrors() {
    QFETCH(const int, number);
    QFETCH(const int, code);
    const Error error = systemError(number, "file x");
    QCOMPARE(static_cast<int>(error.code), code);
    QVERIFY(error.detail.starts_with("file x: ") && error.detail.size() > 8);
    QCOMPARE(error.origin, ErrorOrigin::System);
}

void ValuesTest::utf8_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("codePoints"); // -1: not well-formed
    QTest::newRow("empty") << QByteArray() << 0;
    QTest::newRow("ASCII with NUL") << QByteArray("a\0b", 3) << 3;
    QTest::newRow("two bytes") << QByteArray("\xc2\x80\xdf\xbf") << 2;
    QTest::newRow("three bytes") << QByteArray("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf") << 4;
    QTest::newRow("four bytes") << QByteArray("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf") << 2;
    QTest::newRow("overlong slash, 2") << QByteArray("\xc0\xaf") << -1;
    QTest::newRow("overlong, 2, last") << QByteArray("\xc1\xbf") << -1;
    QTest::newRow("overlong, 3") << QByteArray("\xe0\x9f\xbf") << -1;
    QTest::newRow("overlong, 4") << QByteArray("\xf0\x8f\xbf\xbf") << -1;
    QTest::newRow("surrogate, first") << QByteArray("\xed\xa0\x80") << -1;
    QTest::newRow("surrogate, last") << QByteArray("\xed\xbf\xbf") << -1;
    QTest::newRow("above U+10FFFF") << QByteArray("\xf4\x90\x80\x80") << -1;
    QTest::newRow("lead F5") << QByteArray("\xf5\x80\x80\x80") << -1;
    QTest::newRow("FF") << QByteArray("\xff") << -1;
    QTest::newRow("lone continuation") << QByteArray("a\x80") << -1;
    QTest::newRow("cut, 2") << QByteArray("\xc3") << -1;
    QTest::newRow("cut, 3") << QByteArray("\xe2\x82") << -1;
    QTest::newRow("cut, 4") << QByteArray("\xf0\x9f\x92") << -1;
    QTest::newRow("bad third byte") << QByteArray("\xe2\x82\x28") << -1;
    QTest::newRow("bad fourth byte") << QByteArray("\xf0\x9f\x92\x28") << -1;
}

void ValuesTest::utf8() {
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, codePoints);
    const std::string text = bytes.toStdString();
    QCOMPARE(isValidUtf8(text), codePoints >= 0);
    if (codePoints >= 0) {
        QCOMPARE(codePointCount(text), static_cast<std::size_t>(codePoints));
    }
}

void ValuesTest::splitting() {
    using Parts = std::vector<std::string_view>;
    QVERIFY(split("", ',') == Parts{""});
    QVERIFY(split("a,,b,", ',') == (Parts{"a", "", "b", ""}));
    QVERIFY(split("abc", ',') == Parts{"abc"});
    QCOMPARE(trimmed(" \t\r\n a b \v\f"), std::string_view("a b"));
    QCOMPARE(trimmed("  "), std::string_view());
    QCOMPARE(toLowerAscii("AZaz[\xc3\x84"), std::string("azaz[\xc3\x84"));
    QCOMPARE(join({"a", "", "a"}, ", "), std::string("a, , a"));
    QCOMPARE(join({}, ", "), std::string());
}

void ValuesTest::eliding_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<uint>("most");
    QTest::addColumn<QString>("elided");
    QTest::newRow("fits") << "abcdef" << 6U << "abcdef";
    QTest::newRow("one too many") << "abcdefg" << 6U << QStringLiteral("abc\u2026fg");
    QTest::newRow("to one") << "abcdefg" << 1U << QStringLiteral("\u2026");
    QTest::newRow("to nothing") << "abcdefg" << 0U << "";
    QTest::newRow("not ASCII") << QStringLiteral("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc") << 5U
                               << QStringLiteral("\u00e4\u00f6\u2026\u00f6\u00fc");
}

void ValuesTest::eliding() {
    QFETCH(const QString, text);
    QFETCH(const uint, most);
    QFETCH(const QString, elided);
    QCOMPARE(QString::fromStdString(elideMiddle(text.toStdString(), most)), elided);
}

void ValuesTest::timesFormatted_data() {
    QTest::addColumn<qint64>("microseconds");
    QTest::addColumn<QString>("text");
    QTest::newRow("epoch") << qint64{0} << "1970-01-01T00:00:00Z";
    QTest::newRow("fraction is cut") << qint64{1'999'999} << "1970-01-01T00:00:01Z";
    QTest::newRow("before the epoch") << qint64{-1} << "1969-12-31T23:59:59Z";
    QTest::newRow("leap day") << qint64{1'709'164'800'000'000} << "2024-02-29T00:00:00Z";
    QTest::newRow("now") << qint64{1'795'321'020'000'000} << "2026-11-22T04:17:00Z";
}

void ValuesTest::timesFormatted() {
    QFETCH(const qint64, microseconds);
    QFETCH(const QString, text);
    QCOMPARE(formatIso8601(Timestamp(std::chrono::microseconds(microseconds))), text.toStdString());
}

void ValuesTest::timesParsed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("microseconds");
    QTest::newRow("UTC") << "2026-11-22T04:17:00Z" << qint64{1'795'321'020'000'000};
    QTest::newRow("offset") << "2026-11-22T06:17:00+02:00" << qint64{1'795'321'020'000'000};
    QTest::newRow("offset without colon") << "2026-11-21T22:47:00-0530" << qint64{1'795'321'020'000'000};
    QTest::newRow("fraction") << "1970-01-01T00:00:00.25Z" << qint64{250'000};
    QTest::newRow("nanoseconds are cut") << "1970-01-01T00:00:00.123456789Z" << qint64{123'456};
    QTest::newRow("leap day") << "2024-02-29T00:00:00Z" << qint64{1'709'164'800'000'000};
}

void ValuesTest::timesParsed() {
    QFETCH(const QString, text);
    QFETCH(const qint64, microseconds);
    const auto parsed = parseIso8601(text.toStdString());
    QVERIFY(parsed.has_value());
    QCOMPARE(qint64{parsed->time_since_epoch().count()}, microseconds);
}

void ValuesTest::timesRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char *text : {"",
                             "2026-11-22",
                             "2026-11-22T04:17:00",
                             "2026-11-22 04:17:00Z",
                             "2026-11-22T04:17Z",
                             "2026-13-22T04:17:00Z",
                             "2026-00-22T04:17:00Z",
                             "2026-02-29T04:17:00Z",
                             "2026-11-31T04:17:00Z",
                             "2026-11-22T24:00:00Z",
                             "2026-11-22T04:60:00Z",
                             "2026-11-22T04:17:60Z",
                             "2026-11-22T04:17:00.Z",
                             "2026-11-22T04:17:00z",
                             "2026-11-22T04:17:00Z ",
                             " 2026-11-22T04:17:00Z",
                             "26-11-22T04:17:00Z",
                             "2026-11-22T04:17:00+2",
                             "2026-11-22T04:17:00+24:00",
                             "2026-11-22T04:17:00+02:60",
                             "+026-11-22T04:17:00Z",
                             "2026-1a-22T04:17:00Z"}) {
        QTest::newRow(text) << QString::fromLatin1(text);
    }
}

void ValuesTest::timesRefused() {
    QFETCH(const QString, text);
    const auto parsed = parseIso8601(text.toStdString());
    QVERIFY(!parsed && parsed.error().code == ErrorCode::BadEncoding);
}

void ValuesTest::manualClock() {
    ManualClock clock(Timestamp(5s));
    const auto steady = clock.steadyNow();
    clock.advance(2s);
    QVERIFY(clock.now() == Timestamp(7s));
    QVERIFY(clock.steadyNow() - steady == 2s);
    QVERIFY(systemClock()->now() > Timestamp(1'700'000'000s));
    QVERIFY(systemClock() == systemClock());
}

void ValuesTest::uniqueFunctionOwnsItsCallable() {
    auto shared = std::make_shared<int>(3);
    {
        UniqueFunction<int(int)> function = [owned = std::make_unique<int>(4), shared](int by) {
            return *owned * by;
        };
        QCOMPARE(shared.use_count(), 2L);
        UniqueFunction<int(int)> moved = std::move(function);
        QVERIFY(moved && !function);
        QCOMPARE(moved(5), 20);
    }
    QCOMPARE(shared.use_count(), 1L);
}

QTEST_APPLESS_MAIN(ValuesTest)
#include "tst_values.moc"
