// SPDX-License-Identifier: Apache-2.0
// The keychain item of a profile: written and read back, damaged ones refused, and the reader of its JSON
// against the outside JSON suite.
#include "fakes/fake_keychain.h"
#include "fakes/vectors.h"

#include "base/atomic_file.h"
#include "base/encoding.h"
#include "base/text.h"
#include "credentials/flat_json.h"
#include "credentials/keychain_item.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::credentials;
using keyturn::test::FakeKeychain;

namespace {

constexpr const char *uuid = "123e4567-e89b-42d3-a456-426614174000";

Credentials sample() {
    Credentials out;
    out.accessKeyId = "AKIATEST";
    out.secretKey = SecretBytes::copyOf("se/cr+et=\"\\\n\x01é");
    out.sessionToken = SecretBytes::copyOf("token");
    out.expiration = parseIso8601("2026-11-22T04:17:00Z").value();
    return out;
}

} // namespace

class TestKeychainItem : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void documentIsAsDescribed();
    void roundTrip();
    void throughAKeychain();
    void keychainErrorsPass();
    void refusesDamage_data();
    void refusesDamage();
    void flatJson_data();
    void flatJson();
    void refusesWhatNoParserMayTake();
};

void TestKeychainItem::documentIsAsDescribed() {
    Credentials credentials;
    credentials.accessKeyId = "AK";
    credentials.secretKey = SecretBytes::copyOf("s\"x");
    QCOMPARE(writeKeychainDocument(credentials).text(),
             std::string_view(R"({"v":1,"accessKeyId":"AK","secretAccessKey":"s\"x"})"));
}

void TestKeychainItem::roundTrip() {
    auto read = readKeychainDocument(writeKeychainDocument(sample()), "a test");
    QVERIFY2(read.has_value(), read ? "" : read.error().detail.c_str());
    QCOMPARE(read->accessKeyId, sample().accessKeyId);
    QVERIFY(read->secretKey.text() == sample().secretKey.text());
    QVERIFY(read->sessionToken.text() == "token");
    QVERIFY(read->expiration == sample().expiration);
    QCOMPARE(read->source, std::string("a test"));
}

void TestKeychainItem::throughAKeychain() {
    FakeKeychain keychain;
    bool saved = false;
    saveToKeychain(keychain, uuid, sample(), {}, [&](Status status) { saved = status.has_value(); });
    QTRY_VERIFY(saved);
    QVERIFY(keychain.items.contains("v1/profile/" + std::string(uuid)));
    std::string source;
    loadFromKeychain(keychain, uuid, "production", {},
                     [&](Result<Credentials> loaded) { source = loaded ? loaded->source : "failed"; });
    QTRY_COMPARE(source, std::string("OS keychain, profile production"));
}

void TestKeychainItem::keychainErrorsPass() {
    FakeKeychain keychain;
    ErrorCode code = ErrorCode::Unknown;
    loadFromKeychain(keychain, uuid, "production", {},
                     [&](Result<Credentials> loaded) { code = loaded.error().code; });
    QTRY_COMPARE(code, ErrorCode::KeychainNotFoundOrLocked);
}

void TestKeychainItem::refusesDamage_data() {
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<bool>("good");
    QTest::newRow("unknown member") << QByteArray(
                                           R"({"v":1,"accessKeyId":"a","secretAccessKey":"CANARY","x":true})")
                                    << true;
    QTest::newRow("newer") << QByteArray(R"({"v":2,"accessKeyId":"a","secretAccessKey":"CANARY"})") << false;
    QTest::newRow("no version") << QByteArray(R"({"accessKeyId":"a","secretAccessKey":"CANARY"})") << false;
    QTest::newRow("no secret") << QByteArray(R"({"v":1,"accessKeyId":"CANARY"})") << false;
    QTest::newRow("empty key") << QByteArray(R"({"v":1,"accessKeyId":"","secretAccessKey":"CANARY"})")
                               << false;
    QTest::newRow("repeated")
        << QByteArray(R"({"v":1,"accessKeyId":"a","accessKeyId":"b","secretAccessKey":"CANARY"})") << false;
    QTest::newRow("bad expiration")
        << QByteArray(R"({"v":1,"accessKeyId":"a","secretAccessKey":"CANARY","expiration":"CANARY"})")
        << false;
    QTest::newRow("cut") << QByteArray(R"({"v":1,"accessKeyId":"a","secretAccessKey":"CANAR)") << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("not JSON") << QByteArray("CANARY") << false;
}

void TestKeychainItem::refusesDamage() {
    QFETCH(QByteArray, document);
    QFETCH(bool, good);
    auto read = readKeychainDocument(SecretBytes::copyOf(document.toStdString()), "OS keychain");
    QCOMPARE(read.has_value(), good);
    if (!good) {
        QCOMPARE(read.error().code, ErrorCode::Configuration);
        QVERIFY2(read.error().detail.find("CANAR") == std::string::npos, read.error().detail.c_str());
    }
}

void TestKeychainItem::flatJson_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("value"); // of member "a"; "<bad>" when refused
    const auto row = [](const char *title, const char *json, const char *value) {
        QTest::newRow(title) << QByteArray(json) << QByteArray(value);
    };
    row("text", R"({"a":"x"})", "x");
    row("blanks", " { \"a\" : \"x\" , \"b\" : 1 } \n", "x");
    row("escapes", R"({"a":"\"\\\/\b\f\n\r\t"})", "\"\\/\b\f\n\r\t");
    row("unicode escape", R"({"a":"\u00e9\u20AC"})", "é€");
    row("surrogate pair", R"({"a":"\ud83d\ude00"})", "😀");
    row("lone high surrogate", R"({"a":"\ud83d"})", "<bad>");
    row("lone low surrogate", R"({"a":"\ude00"})", "<bad>");
    row("number", R"({"a":-1.5e3})", "-1.5e3");
    row("literal", R"({"a":null})", "null");
    row("empty name", R"({"":"x","a":"y"})", "y");
    row("nested object", R"({"a":{}})", "<bad>");
    row("array", R"({"a":[]})", "<bad>");
    row("raw newline", "{\"a\":\"x\ny\"}", "<bad>");
    row("trailing comma", R"({"a":"x",})", "<bad>");
    row("second object", R"({"a":"x"}{})", "<bad>");
    row("unknown escape", R"({"a":"\x"})", "<bad>");
    row("unknown word", R"({"a":nil})", "<bad>");
}

void TestKeychainItem::flatJson() {
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, value);
    auto members = readFlatJson(std::string_view(json.constData(), std::size_t(json.size())));
    QCOMPARE(members.has_value(), value != "<bad>");
    if (members) {
        QCOMPARE(members->at("a").view(), std::string_view(value.constData(), std::size_t(value.size())));
    }
}

void TestKeychainItem::refusesWhatNoParserMayTake() {
    const char *suite = "json/JSONTestSuite.jsonl";
    auto content = readFile(test::vectorPath(suite), 16 * 1024 * 1024);
    if (!content) {
        QSKIP(test::vectorsMissing(suite).c_str());
    }
    int bad = 0;
    int others = 0;
    for (const std::string_view line : split(asText(*content), '\n')) {
        const auto start = line.find("\"b64\": \"");
        if (start == std::string_view::npos) {
            continue;
        }
        auto document = fromBase64(line.substr(start + 8, line.rfind('"') - start - 8));
        QVERIFY(document.has_value());
        const bool taken = readFlatJson(asText(*document)).has_value();
        if (line.find("/n_") != std::string_view::npos || line.find("\"n_") != std::string_view::npos) {
            ++bad;
            QVERIFY2(!taken, std::string(line.substr(0, 120)).c_str());
        } else {
            ++others;
        }
    }
    qInfo("%d documents refused that every parser must refuse, %d others did no harm", bad, others);
    QVERIFY(bad > 180);
}

QTEST_GUILESS_MAIN(TestKeychainItem)
#include "tst_keychain_item.moc"
