// SPDX-License-Identifier: Apache-2.0
// Strict hex and base64: what is written, and everything that is refused.
#include "base/encoding.h"

#include <QByteArray>
#include <QObject>
#include <QTest>

#include <random>

using namespace keyturn;

class EncodingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void base64KnownAnswers_data();
    void base64KnownAnswers();
    void base64AgreesWithQt();
    void base64Refused_data();
    void base64Refused();
    void hex();
    void hexRefused_data();
    void hexRefused();
    void errorsDoNotQuoteTheInput();
};

void EncodingTest::base64KnownAnswers_data() {
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("encoded");
    // RFC 4648 section 10
    QTest::newRow("0") << ""
                       << "";
    QTest::newRow("1") << "f"
                       << "Zg==";
    QTest::newRow("2") << "fo"
                       << "Zm8=";
    QTest::newRow("3") << "foo"
                       << "Zm9v";
    QTest::newRow("4") << "foob"
                       << "Zm9vYg==";
    QTest::newRow("5") << "fooba"
                       << "Zm9vYmE=";
    QTest::newRow("6") << "foobar"
                       << "Zm9vYmFy";
}

void EncodingTest::base64KnownAnswers() {
    QFETCH(const QString, plain);
    QFETCH(const QString, encoded);
    const std::string bytes = plain.toStdString();
    const std::string text = encoded.toStdString();
    QCOMPARE(toBase64(asBytes(bytes)), text);
    QCOMPARE(fromBase64(text).value(), toBytes(bytes));
    QCOMPARE(secretFromBase64(text)->text(), std::string_view(bytes));
    SecretText secret;
    secret.append("x");
    appendBase64(asBytes(bytes), secret);
    QCOMPARE(std::string(secret.view()), "x" + text);
}

void EncodingTest::base64AgreesWithQt() {
    std::mt19937 random(7);
    for (std::size_t size = 0; size < 300; ++size) {
        Bytes bytes(size);
        for (std::uint8_t &byte : bytes) {
            byte = static_cast<std::uint8_t>(random());
        }
        const QByteArray theirs(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(size));
        QCOMPARE(toBase64(bytes), theirs.toBase64().toStdString());
        QCOMPARE(fromBase64(toBase64(bytes)).value(), bytes);
        QCOMPARE(toHex(bytes), theirs.toHex().toStdString());
        QCOMPARE(fromHex(toHex(bytes)).value(), bytes);
    }
}

void EncodingTest::base64Refused_data() {
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"Z",    "Zg",   "Zg=",  "Zg===", "Zm9",      "Zm9v\n",     " Zm9v",        "Zm9vZg==\n", "Zm 9v",
          "Zm-v", "Zm_v", "=",    "==",    "===",      "====",       "Zg==Zg==",     "Z===",       "Zm=v",
          "=m9v", "Zh==", "Zn==", "Zm9=",  "Zm8=Zm8=", "Zm\xc3\xa4", "A\xff\xff\xff"}) {
        QTest::newRow(QByteArray(text).toPercentEncoding().constData()) << QByteArray(text);
    }
    QTest::newRow("NUL") << QByteArray("Zm9\0", 4);
}

void EncodingTest::base64Refused() {
    QFETCH(const QByteArray, text);
    const auto decoded = fromBase64(text.toStdString());
    QVERIFY(!decoded && decoded.error().code == ErrorCode::BadEncoding);
    const auto secret = secretFromBase64(text.toStdString());
    QVERIFY(!secret && secret.error() == decoded.error());
}

void EncodingTest::hex() {
    QCOMPARE(toHex(Bytes{0x00, 0x0f, 0xf0, 0xff}), std::string("000ff0ff"));
    QCOMPARE(fromHex("000fF0Ff").value(), (Bytes{0x00, 0x0f, 0xf0, 0xff}));
    QCOMPARE(fromHex("").value(), Bytes());
}

void EncodingTest::hexRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char *text : {"0", "000", "0g", "g0", "0x00", " 00", "00 ", "0\n", "-1", "@0", "G0", "`0"}) {
        QTest::newRow(QByteArray(text).toPercentEncoding().constData()) << QString::fromLatin1(text);
    }
}

void EncodingTest::hexRefused() {
    QFETCH(const QString, text);
    const auto decoded = fromHex(text.toStdString());
    QVERIFY(!decoded && decoded.error().code == ErrorCode::BadEncoding);
}

void EncodingTest::errorsDoNotQuoteTheInput() {
    const auto base64 = secretFromBase64("c2VjcmV0!AAA");
    QVERIFY(!base64 && base64.error().detail.find("c2Vj") == std::string::npos);
    QVERIFY(base64.error().detail.find("position 9") != std::string::npos);
    QVERIFY(base64.error().detail.find('!') == std::string::npos);
}

QTEST_APPLESS_MAIN(EncodingTest)
#include "tst_encoding.moc"
