// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "reencrypt/item.h"

#include <QTest>

#include <random>

using namespace keyturn;
using reencrypt::Dress;
using reencrypt::Encoding;
using reencrypt::undress;

namespace {

/// Holds every value of a byte, so that each encoding shows its alphabet.
Bytes sample(std::size_t length = 256) {
    Bytes bytes(length);
    for (std::size_t i = 0; i < length; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
    }
    return bytes;
}

std::string broken(std::string text, std::size_t length, const std::string &lineEnd) {
    for (std::size_t at = length; at < text.size(); at += length + lineEnd.size()) {
        text.insert(at, lineEnd);
    }
    return text;
}

std::string url(std::string text, bool padded) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (!padded && text.ends_with('=')) {
        text.pop_back();
    }
    return text;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' ? c - 32 : c; });
    return text;
}

QByteArray shown(const std::string &text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

class TestDress : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void comesOffAndGoesOn_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("encoding");
        QTest::addColumn<QByteArray>("prefix");
        QTest::addColumn<QByteArray>("suffix");
        const std::string base64 = toBase64(sample());
        const auto row = [](const char *name, const std::string &value, Encoding encoding,
                            const char *prefix = "", const char *suffix = "") {
            QTest::newRow(name) << shown(value) << static_cast<int>(encoding) << QByteArray(prefix)
                                << QByteArray(suffix);
        };
        row("base64", base64, Encoding::Base64);
        row("base64 without padding", base64.substr(0, base64.size() - 2), Encoding::Base64);
        row("base64 and line feed", base64 + "\n", Encoding::Base64, "", "\n");
        row("base64 and CRLF", base64 + "\r\n", Encoding::Base64, "", "\r\n");
        row("base64 and blanks", base64 + " \t\n\n", Encoding::Base64, "", " \t\n\n");
        row("base64 in lines of 76", broken(base64, 76, "\n"), Encoding::Base64);
        row("base64 in lines of 60, line feed at the end", broken(base64, 60, "\n") + "\n", Encoding::Base64,
            "", "\n");
        row("base64 in CRLF lines of 64", broken(base64, 64, "\r\n"), Encoding::Base64);
        row("base64 whose last line is full", broken(base64, 86, "\n"), Encoding::Base64);
        row("numbered", "v1:" + base64, Encoding::Base64, "v1:");
        row("numbered, two digits, line feed", "v12:" + base64 + "\n", Encoding::Base64, "v12:", "\n");
        row("base64url", url(base64, true), Encoding::Base64Url);
        row("base64url without padding", url(base64, false), Encoding::Base64Url);
        row("either alphabet, no padding: as base64url", std::string("AAAABBA"), Encoding::Base64Url);
        row("hex", toHex(sample()), Encoding::Hex);
        row("hex, upper case", upper(toHex(sample())), Encoding::Hex);
        row("hex of a bytea", "\\x" + toHex(sample()), Encoding::Hex, "\\x");
        row("hex with 0x", "0x" + upper(toHex(sample())) + "\n", Encoding::Hex, "0x", "\n");
        row("raw", std::string(asText(sample())), Encoding::Raw);
        row("raw that ends in a line feed", std::string(asText(sample(20))) + "\n", Encoding::Raw);
    }
    void comesOffAndGoesOn() {
        QFETCH(QByteArray, value);
        QFETCH(int, encoding);
        QFETCH(QByteArray, prefix);
        QFETCH(QByteArray, suffix);
        const Bytes bytes(value.begin(), value.end());
        for (const auto allowed :
             {std::optional<Encoding>(), std::optional(static_cast<Encoding>(encoding))}) {
            const auto found = undress(bytes, allowed);
            QVERIFY(found);
            QCOMPARE(static_cast<int>(found->dress.encoding), encoding);
            QCOMPARE(shown(found->dress.prefix), prefix);
            QCOMPARE(shown(found->dress.suffix), suffix);
            QVERIFY(reencrypt::dress(found->ciphertext, found->dress) == bytes);
        }
    }

    void anotherEncodingIsRefused_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("allowed");
        const std::string base64 = toBase64(sample());
        const auto row = [](const char *name, const std::string &value, Encoding allowed) {
            QTest::newRow(name) << shown(value) << static_cast<int>(allowed);
        };
        row("base64 as hex", base64, Encoding::Hex);
        row("base64 as base64url", base64, Encoding::Base64Url);
        row("base64url as base64", url(base64, true), Encoding::Base64);
        row("both alphabets", base64 + "-+", Encoding::Base64);
        row("a blank inside", base64.substr(0, 8) + " " + base64.substr(8), Encoding::Base64);
        row("lines of two lengths", base64.substr(0, 40) + "\n" + broken(base64.substr(40), 76, "\n"),
            Encoding::Base64);
        row("lines with two ends", broken(base64, 76, "\n").insert(76, "\r"), Encoding::Base64);
        row("unused bits", "AB==", Encoding::Base64);
        row("wrong padding", "AAAA=", Encoding::Base64);
        row("half a byte", "abc", Encoding::Hex);
        row("only a prefix", "v1:", Encoding::Base64);
        row("only a line feed", "\n", Encoding::Base64);
        row("more than a ciphertext can be", toBase64(sample(6145)), Encoding::Base64);
        row("more than a ciphertext can be, hex", toHex(sample(6145)), Encoding::Hex);
        row("more than a ciphertext can be, raw", std::string(6145, 'x'), Encoding::Raw);
        row("nothing", "", Encoding::Raw);
    }
    void anotherEncodingIsRefused() {
        QFETCH(QByteArray, value);
        QFETCH(int, allowed);
        QVERIFY(!undress(Bytes(value.begin(), value.end()), static_cast<Encoding>(allowed)));
    }

    void aLongerCiphertextKeepsTheDress() {
        const std::string value = "v1:" + broken(toBase64(sample(100)), 60, "\r\n") + "\n";
        const auto found = undress(asBytes(value), {});
        QVERIFY(found);
        const Bytes dressed = reencrypt::dress(sample(300), found->dress);
        QCOMPARE(asText(dressed), "v1:" + broken(toBase64(sample(300)), 60, "\r\n") + "\n");
    }

    void anyDressOfAnyCiphertextComesOff() {
        std::mt19937 random(7);
        for (int round = 0; round < 3000; ++round) {
            Bytes bytes(1 + random() % 400);
            std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
            Dress how;
            how.encoding = static_cast<Encoding>(random() % 4);
            how.padded = how.encoding != Encoding::Hex && random() % 2;
            how.upperCase = how.encoding == Encoding::Hex && random() % 2;
            if (how.encoding != Encoding::Raw) {
                how.prefix = random() % 2 ? "v7:" : "";
                how.suffix = random() % 2 ? "\n" : "";
            }
            if (how.encoding == Encoding::Base64 && random() % 2) {
                how.lineLength = 76;
                how.lineEnd = random() % 2 ? "\n" : "\r\n";
            }
            const Bytes value = reencrypt::dress(bytes, how);
            const auto found = undress(value, how.encoding);
            QVERIFY(found);
            QVERIFY(found->ciphertext == bytes);
            QVERIFY(reencrypt::dress(bytes, found->dress) == value);
        }
    }
};

QTEST_APPLESS_MAIN(TestDress)
#include "tst_dress.moc"
