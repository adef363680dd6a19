// SPDX-License-Identifier: Apache-2.0
// Outside vectors: every `valid` is accepted and gives the expected bytes, every `invalid` is refused. The
// numbers are fixed here, so that a file that lost tests is noticed.
#include "vector_file.h"

#include "crypto/aes256_gcm.h"
#include "crypto/aes_key_wrap.h"
#include "crypto/hmac_sha256.h"
#include "crypto/kbkdf.h"
#include "crypto/rsa_key.h"

#include <QObject>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using namespace keyturn::crypto;

namespace {

QString label(const nlohmann::json &test) {
    return QStringLiteral("tcId %1: %2")
        .arg(test.at("tcId").get<int>())
        .arg(QString::fromStdString(test.at("comment").get<std::string>()));
}

bool isValid(const nlohmann::json &test) {
    return test.at("result") == "valid";
}

} // namespace

class CryptoVectorsTest : public QObject {
    Q_OBJECT
private:
    void checkGcm(const nlohmann::json &test, bool ourMode, VectorCounts &counts);
    void checkOaep(const RsaKeyPair &key, OaepHash hash, const nlohmann::json &test, VectorCounts &counts);

private Q_SLOTS:
    void aesGcm();
    void hmacSha256();
    void aesKeyWrap();
    void rsaOaep_data();
    void rsaOaep();
    void kbkdf();
};

void CryptoVectorsTest::checkGcm(const nlohmann::json &test, bool ourMode, VectorCounts &counts) {
    const Bytes key = hexField(test, "key");
    const Bytes iv = hexField(test, "iv");
    const Bytes aad = hexField(test, "aad");
    const Bytes message = hexField(test, "msg");
    Bytes sealed = hexField(test, "ct");
    const Bytes tag = hexField(test, "tag");
    sealed.insert(sealed.end(), tag.begin(), tag.end());
    const auto opened = Aes256Gcm::open(key, iv, ByteView(aad), sealed);
    if (!ourMode) {
        QVERIFY2(!opened && opened.error().code == ErrorCode::Usage, qPrintable(label(test)));
        ++counts.otherMode;
    } else if (isValid(test)) {
        QVERIFY2(opened && opened->text() == asText(message), qPrintable(label(test)));
        const auto resealed = Aes256Gcm::seal(key, iv, ByteView(aad), message);
        QVERIFY2(resealed && *resealed == sealed, qPrintable(label(test)));
        ++counts.validAccepted;
    } else {
        QVERIFY2(!opened && opened.error().code == ErrorCode::NotAuthentic, qPrintable(label(test)));
        ++counts.invalidRefused;
    }
}

void CryptoVectorsTest::aesGcm() {
    const std::string file = "wycheproof/aes_gcm_test.json";
    const auto vectors = readVectors(file);
    if (!vectors) {
        QSKIP(vectorsMissing(file).c_str());
    }
    VectorCounts counts;
    for (const auto &group : vectors->at("testGroups")) {
        const bool ourMode =
            group.at("keySize") == 256 && group.at("ivSize") == 96 && group.at("tagSize") == 128;
        for (const auto &test : group.at("tests")) {
            checkGcm(test, ourMode, counts);
        }
    }
    counts.print(file);
    QCOMPARE(counts.validAccepted + counts.invalidRefused, 66);
    QCOMPARE(counts.validAccepted + counts.invalidRefused + counts.otherMode, 316);
}

void CryptoVectorsTest::hmacSha256() {
    const std::string file = "wycheproof/hmac_sha256_test.json";
    const auto vectors = readVectors(file);
    if (!vectors) {
        QSKIP(vectorsMissing(file).c_str());
    }
    VectorCounts counts;
    for (const auto &group : vectors->at("testGroups")) {
        for (const auto &test : group.at("tests")) {
            const HmacSha256 mac(hexField(test, "key"));
            const Bytes message = hexField(test, "msg");
            const Bytes tag = hexField(test, "tag");
            QVERIFY2(mac.verify(ByteView(message), tag) == isValid(test), qPrintable(label(test)));
            (isValid(test) ? counts.validAccepted : counts.invalidRefused) += 1;
        }
    }
    counts.print(file);
    QCOMPARE(counts.validAccepted, 66);
    QCOMPARE(counts.invalidRefused, 108);
}

/// Empty keys and other key sizes are refused: KMS wraps nothing of length 0, and with AES-256 only.
void CryptoVectorsTest::aesKeyWrap() {
    const std::string file = "wycheproof/aes_kwp_test.json";
    const auto vectors = readVectors(file);
    if (!vectors) {
        QSKIP(vectorsMissing(file).c_str());
    }
    VectorCounts counts;
    for (const auto &group : vectors->at("testGroups")) {
        for (const auto &test : group.at("tests")) {
            const Bytes key = hexField(test, "key");
            const Bytes message = hexField(test, "msg");
            const Bytes wrapped = hexField(test, "ct");
            const auto opened = unwrapKeyPadded(key, wrapped);
            if (key.size() != keyWrapKeySizeBytes) {
                QVERIFY2(!opened && opened.error().code == ErrorCode::Usage, qPrintable(label(test)));
                ++counts.otherMode;
            } else if (isValid(test)) {
                QVERIFY2(opened && opened->text() == asText(message), qPrintable(label(test)));
                const auto again = wrapKeyPadded(key, message);
                QVERIFY2(again && *again == wrapped, qPrintable(label(test)));
                ++counts.validAccepted;
            } else {
                QVERIFY2(!opened, qPrintable(label(test)));
                ++counts.invalidRefused;
            }
        }
    }
    counts.print(file);
    QCOMPARE(counts.validAccepted, 25);
    QCOMPARE(counts.invalidRefused, 69);
    QCOMPARE(counts.otherMode, 160);
}

void CryptoVectorsTest::rsaOaep_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("sha1");
    QTest::addColumn<int>("tests");
    QTest::newRow("2048, SHA-1") << "rsa_oaep_2048_sha1_mgf1sha1_test" << true << 36;
    QTest::newRow("2048, SHA-256") << "rsa_oaep_2048_sha256_mgf1sha256_test" << false << 37;
    QTest::newRow("3072, SHA-256") << "rsa_oaep_3072_sha256_mgf1sha256_test" << false << 37;
    QTest::newRow("4096, SHA-256") << "rsa_oaep_4096_sha256_mgf1sha256_test" << false << 37;
}

void CryptoVectorsTest::checkOaep(const RsaKeyPair &key, OaepHash hash, const nlohmann::json &test,
                                  VectorCounts &counts) {
    const Bytes oaepLabel = hexField(test, "label");
    const Bytes message = hexField(test, "msg");
    const auto opened = key.decryptOaep(hash, hexField(test, "ct"), oaepLabel);
    if (isValid(test)) {
        QVERIFY2(opened && opened->text() == asText(message), qPrintable(label(test)));
        const auto again = key.publicKey().encryptOaep(hash, message, oaepLabel);
        QVERIFY(again.has_value());
        const auto openedAgain = key.decryptOaep(hash, *again, oaepLabel);
        QVERIFY2(openedAgain && openedAgain->text() == asText(message), qPrintable(label(test)));
        QVERIFY2(!key.decryptOaep(hash, *again, asBytes("another label")), qPrintable(label(test)));
        ++counts.validAccepted;
    } else {
        QVERIFY2(!opened && opened.error().code == ErrorCode::NotAuthentic, qPrintable(label(test)));
        ++counts.invalidRefused;
    }
}

void CryptoVectorsTest::rsaOaep() {
    QFETCH(const QString, name);
    QFETCH(const bool, sha1);
    QFETCH(const int, tests);
    const std::string file = "wycheproof/" + name.toStdString() + ".json";
    const auto vectors = readVectors(file);
    if (!vectors) {
        QSKIP(vectorsMissing(file).c_str());
    }
    VectorCounts counts;
    for (const auto &group : vectors->at("testGroups")) {
        const Bytes pkcs8 = hexField(group, "privateKeyPkcs8");
        const auto key = RsaKeyPair::fromPkcs8(pkcs8);
        QVERIFY(key.has_value());
        QCOMPARE(key->sizeBits(), group.at("keySize").get<unsigned>());
        const auto written = key->toPkcs8();
        QVERIFY(written && written->text() == asText(pkcs8));
        for (const auto &test : group.at("tests")) {
            checkOaep(*key, sha1 ? OaepHash::Sha1 : OaepHash::Sha256, test, counts);
        }
    }
    counts.print(file);
    QCOMPARE(counts.validAccepted + counts.invalidRefused, tests);
}

void CryptoVectorsTest::kbkdf() {
    const std::string file = "kdf/kbkdf-scrypt.json";
    const auto vectors = readVectors(file);
    if (!vectors) {
        QSKIP(vectorsMissing(file).c_str());
    }
    VectorCounts counts;
    for (const auto &test : vectors->at("kbkdf_hmac_sha256_ctr32_before")) {
        const Kbkdf kdf(hexField(test, "key"));
        const Bytes fixedInput = hexField(test, "fixedInput");
        Bytes out(test.at("outputBits").get<std::size_t>() / 8);
        kdf.deriveFromFixedInput(ByteView(fixedInput), out);
        QCOMPARE(out, hexField(test, "output"));
        ++counts.validAccepted;
    }
    counts.print(file + " (KBKDF)");
    QCOMPARE(counts.validAccepted, 8);
}

QTEST_APPLESS_MAIN(CryptoVectorsTest)
#include "tst_crypto_vectors.moc"
