// SPDX-License-Identifier: Apache-2.0
// Public keys written down for others, against the examples of the RFCs.
#include "ui/models/public_key_text.h"

#include "base/encoding.h"

#include <QTest>

using namespace keyturn;

namespace {

Bytes fromUrl(std::string text) {
    for (char &c : text) {
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    while (text.size() % 4 != 0) {
        text += '=';
    }
    return *fromBase64(text);
}

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes &part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

/// The key of RFC 7638 section 3.1.
Bytes rsaExample() {
    const Bytes modulus = fromUrl("0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFF"
                                  "xuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
                                  "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
                                  "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
                                  "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
                                  "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
                                  "kEgU8awapJzKnqDKgw");
    return joined({*fromHex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100"), modulus,
                   *fromHex("0203010001")});
}
/// The curve key of RFC 7517 appendix A.1.
Bytes curveExample() {
    return joined({*fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
                   fromUrl("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"),
                   fromUrl("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM")});
}
/// The key of RFC 8037 appendix A.3.
Bytes edwardsExample() {
    return joined(
        {*fromHex("302a300506032b6570032100"), fromUrl("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")});
}

} // namespace

class TestPublicKeyText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jwkHasTheMembersOfTheRfc_data() {
        QTest::addColumn<QByteArray>("der");
        QTest::addColumn<QStringList>("algorithms");
        QTest::addColumn<QStringList>("members");
        const auto row = [](const char *name, const Bytes &der, const QStringList &algorithms,
                            const QStringList &members) {
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char *>(der.data()),
                                              qsizetype(der.size()))
                                << algorithms << members;
        };
        row("RSA of RFC 7638", rsaExample(), {},
            {QStringLiteral("\"kty\": \"RSA\""), QStringLiteral("\"e\": \"AQAB\""),
             QStringLiteral("\"n\": \"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78L"),
             QStringLiteral("\"kid\": \"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs\"")});
        row("RSA that signs in several ways", rsaExample(),
            {QStringLiteral("RSASSA_PSS_SHA_256"), QStringLiteral("RSASSA_PSS_SHA_384")},
            {QStringLiteral("\"use\": \"sig\"")});
        row("RSA that encrypts in one", rsaExample(), {QStringLiteral("RSAES_OAEP_SHA_256")},
            {QStringLiteral("\"use\": \"enc\""), QStringLiteral("\"alg\": \"RSA-OAEP-256\"")});
        row("P-256 of RFC 7517", curveExample(), {QStringLiteral("ECDSA_SHA_256")},
            {QStringLiteral("\"crv\": \"P-256\""),
             QStringLiteral("\"x\": \"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\""),
             QStringLiteral("\"y\": \"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\""),
             QStringLiteral("\"alg\": \"ES256\"")});
        row("P-256 that agrees", curveExample(), {QStringLiteral("ECDH")},
            {QStringLiteral("\"use\": \"enc\""), QStringLiteral("\"alg\": \"ECDH-ES\"")});
        row("Ed25519 of RFC 8037", edwardsExample(), {},
            {QStringLiteral("\"crv\": \"Ed25519\""), QStringLiteral("\"kty\": \"OKP\""),
             QStringLiteral("\"x\": \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""),
             QStringLiteral("\"kid\": \"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\"")});
    }
    void jwkHasTheMembersOfTheRfc() {
        QFETCH(QByteArray, der);
        QFETCH(QStringList, algorithms);
        QFETCH(QStringList, members);
        std::vector<std::string> names;
        for (const QString &name : algorithms) {
            names.push_back(name.toStdString());
        }
        const auto jwk = ui::jwkOfPublicKey(viewOf(der), names);
        QVERIFY2(jwk.has_value(), jwk ? "" : jwk.error().detail.c_str());
        const QString text = QString::fromStdString(*jwk);
        for (const QString &member : members) {
            QVERIFY2(text.contains(member), qPrintable(text));
        }
    }

    void whatHasNoNameThereSaysSo() {
        // SM2's curve has no name in the registry of JOSE.
        Bytes der = *fromHex("3059301306072a8648ce3d020106082a811ccf5501822d03420004");
        der.resize(der.size() + 64, 1);
        const auto jwk = ui::jwkOfPublicKey(der);
        QVERIFY(!jwk);
        QCOMPARE(jwk.error().code, ErrorCode::UnsupportedOperation);
        QVERIFY(jwk.error().detail.find("PEM") != std::string::npos);
    }

    void whatIsNoKeyIsRefused_data() {
        QTest::addColumn<int>("cutAt");
        QTest::addColumn<int>("flipAt");
        for (int cut = 0; cut < 91; cut += 5) {
            QTest::addRow("cut at %d", cut) << cut << -1;
        }
        for (const int at : {0, 1, 2, 3, 4, 6, 13, 23, 24, 25, 26}) {
            QTest::addRow("changed at %d", at) << -1 << at;
        }
    }
    void whatIsNoKeyIsRefused() {
        QFETCH(int, cutAt);
        QFETCH(int, flipAt);
        Bytes der = curveExample();
        if (cutAt >= 0) {
            der.resize(std::size_t(cutAt));
        } else {
            der[std::size_t(flipAt)] ^= 0x40;
        }
        QVERIFY(!ui::jwkOfPublicKey(der));
    }

    void pemIsWhatOpensslWrites() {
        const std::string pem = ui::pemOfPublicKey(curveExample());
        QCOMPARE(pem, "-----BEGIN PUBLIC KEY-----\n"
                      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8A\n"
                      "iTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==\n"
                      "-----END PUBLIC KEY-----\n");
    }

    void theFingerprintIsThatOfTheDer() {
        const std::string text = ui::fingerprintOfPublicKey({});
        QCOMPARE(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

private:
    static ByteView viewOf(const QByteArray &bytes) {
        return {reinterpret_cast<const std::uint8_t *>(bytes.data()), std::size_t(bytes.size())};
    }
};

QTEST_GUILESS_MAIN(TestPublicKeyText)
#include "tst_public_key_text.moc"
