// SPDX-License-Identifier: Apache-2.0
// RSA keys: ciphertext that openssl makes from GetPublicKey's key, and what an asymmetric side refuses
// (kms-semantics.md section 5). The few keys of this program are made once: generating is slow.
#include "kms_vault.h"

#include "kms/operations/get_public_key.h"
#include "kms/operations/re_encrypt.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>

using namespace keyturn;
using namespace keyturn::test;
using kms::EncryptionAlgorithmSpec;
using kms::KeySpec;

class TestKmsRsa : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void opensslEncryptsAndWeDecrypt_data();
    void opensslEncryptsAndWeDecrypt();
    void publicKeyListsWhatItCanDo();
    void theLimitOfEachSizeIsTold_data();
    void theLimitOfEachSizeIsTold();
    void fromSymmetricToRsaAndBack();
    void contextOnAnAsymmetricSideIsRefusedByName();
    void refusals();
    void survivesReopening();

private:
    Bytes encryptWithOpenssl(const std::string &keyId, const QString &hash, const QByteArray &plaintext);
    Result<kms::Encrypt::Reply> encrypt(const std::string &keyId, std::string_view plaintext,
                                        EncryptionAlgorithmSpec algorithm);

    std::unique_ptr<KmsVault> m_vault;
    std::map<KeySpec, std::string> m_keys;
    std::string m_symmetric;
};

namespace {

kms::Decrypt::Request decryption(Bytes ciphertext, const std::string &keyId,
                                 EncryptionAlgorithmSpec algorithm) {
    kms::Decrypt::Request request;
    request.ciphertextBlob = std::move(ciphertext);
    request.keyId = keyId;
    request.encryptionAlgorithm = algorithm;
    return request;
}

} // namespace

void TestKmsRsa::initTestCase() {
    m_vault = std::make_unique<KmsVault>();
    m_symmetric = m_vault->makeKeyId();
    for (const KeySpec spec : {KeySpec::RSA_2048, KeySpec::RSA_3072, KeySpec::RSA_4096}) {
        m_keys[spec] = m_vault->makeKeyId(spec);
    }
}

Bytes TestKmsRsa::encryptWithOpenssl(const std::string &keyId, const QString &hash,
                                     const QByteArray &plaintext) {
    const auto reply = m_vault->call<kms::GetPublicKey>({keyId, {}});
    if (!reply) {
        return {};
    }
    const QTemporaryDir folder;
    QFile publicKey(folder.filePath(QStringLiteral("public.der")));
    if (!publicKey.open(QIODevice::WriteOnly)) {
        return {};
    }
    publicKey.write(reinterpret_cast<const char *>(reply->publicKey->data()),
                    static_cast<qint64>(reply->publicKey->size()));
    publicKey.close();
    QProcess openssl;
    openssl.start(QStringLiteral("openssl"),
                  {QStringLiteral("pkeyutl"), QStringLiteral("-encrypt"), QStringLiteral("-pubin"),
                   QStringLiteral("-keyform"), QStringLiteral("DER"), QStringLiteral("-inkey"),
                   publicKey.fileName(), QStringLiteral("-pkeyopt"), QStringLiteral("rsa_padding_mode:oaep"),
                   QStringLiteral("-pkeyopt"), QStringLiteral("rsa_oaep_md:") + hash,
                   QStringLiteral("-pkeyopt"), QStringLiteral("rsa_mgf1_md:") + hash});
    openssl.write(plaintext);
    openssl.closeWriteChannel();
    if (!openssl.waitForFinished() || openssl.exitCode() != 0) {
        qWarning("openssl: %s", openssl.readAllStandardError().constData());
        return {};
    }
    const QByteArray output = openssl.readAllStandardOutput();
    return {output.begin(), output.end()};
}

Result<kms::Encrypt::Reply> TestKmsRsa::encrypt(const std::string &keyId, std::string_view plaintext,
                                                EncryptionAlgorithmSpec algorithm) {
    kms::Encrypt::Request request;
    request.keyId = keyId;
    request.plaintext = SecretBytes::copyOf(plaintext);
    request.encryptionAlgorithm = algorithm;
    return m_vault->call<kms::Encrypt>(std::move(request));
}

void TestKmsRsa::opensslEncryptsAndWeDecrypt_data() {
    QTest::addColumn<int>("spec");
    QTest::addColumn<int>("algorithm");
    QTest::addColumn<QString>("hash");
    for (const KeySpec spec : {KeySpec::RSA_2048, KeySpec::RSA_3072, KeySpec::RSA_4096}) {
        const QString name = qstring(kms::Open(spec).text());
        QTest::newRow(qPrintable(name + QStringLiteral(" SHA-1")))
            << int(spec) << int(EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1) << QStringLiteral("sha1");
        QTest::newRow(qPrintable(name + QStringLiteral(" SHA-256")))
            << int(spec) << int(EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256) << QStringLiteral("sha256");
    }
}

void TestKmsRsa::opensslEncryptsAndWeDecrypt() {
    QFETCH(int, spec);
    QFETCH(int, algorithm);
    QFETCH(QString, hash);
    QVERIFY2(!QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty(),
             "the openssl program is needed");
    const std::string key = m_keys.at(KeySpec(spec));
    const auto oaep = EncryptionAlgorithmSpec(algorithm);
    const Bytes ciphertext = encryptWithOpenssl(key, hash, "from outside");
    QVERIFY(!ciphertext.empty());

    const auto opened = m_vault->call<kms::Decrypt>(decryption(ciphertext, key, oaep));
    QCOMPARE(told(opened), QStringLiteral("ok"));
    QCOMPARE(qstring(opened->plaintext->text()), QStringLiteral("from outside"));
    QVERIFY(*opened->encryptionAlgorithm == oaep);
    QVERIFY(!opened->keyMaterialId);

    kms::ReEncrypt::Request request;
    request.ciphertextBlob = ciphertext;
    request.sourceKeyId = key;
    request.sourceEncryptionAlgorithm = oaep;
    request.destinationKeyId = m_symmetric;
    request.destinationEncryptionContext = kms::EncryptionContext{{"from", "openssl"}};
    const auto reply = m_vault->call<kms::ReEncrypt>(std::move(request));
    QCOMPARE(told(reply), QStringLiteral("ok"));
    QVERIFY(!reply->sourceKeyMaterialId && reply->destinationKeyMaterialId);
    const auto again = m_vault->decrypt(*reply->ciphertextBlob, {{"from", "openssl"}});
    QCOMPARE(told(again), QStringLiteral("ok"));
    QCOMPARE(qstring(again->plaintext->text()), QStringLiteral("from outside"));

    const auto otherAlgorithm = oaep == EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1
                                    ? EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256
                                    : EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1;
    QCOMPARE(told(m_vault->call<kms::Decrypt>(decryption(ciphertext, key, otherAlgorithm))),
             QStringLiteral("InvalidCiphertextException"));
    for (const auto &[otherSpec, otherKey] : m_keys) {
        if (otherKey != key) {
            QCOMPARE(told(m_vault->call<kms::Decrypt>(decryption(ciphertext, otherKey, oaep))),
                     QStringLiteral("InvalidCiphertextException"));
        }
    }
}

void TestKmsRsa::publicKeyListsWhatItCanDo() {
    const auto reply = m_vault->call<kms::GetPublicKey>({m_keys.at(KeySpec::RSA_3072), {}});
    QCOMPARE(told(reply), QStringLiteral("ok"));
    QVERIFY(*reply->keySpec == KeySpec::RSA_3072);
    QVERIFY(*reply->customerMasterKeySpec == kms::CustomerMasterKeySpec::RSA_3072);
    QVERIFY(*reply->keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT);
    QCOMPARE(reply->encryptionAlgorithms->size(), std::size_t(2));
    QVERIFY(!reply->signingAlgorithms);
    QVERIFY(told(m_vault->call<kms::GetPublicKey>({m_symmetric, {}}))
                .startsWith(QStringLiteral("UnsupportedOperationException")));
}

void TestKmsRsa::theLimitOfEachSizeIsTold_data() {
    QTest::addColumn<int>("spec");
    QTest::addColumn<int>("algorithm");
    QTest::addColumn<int>("limit");
    const auto row = [](const char *name, KeySpec spec, EncryptionAlgorithmSpec algorithm, int limit) {
        QTest::newRow(name) << int(spec) << int(algorithm) << limit;
    };
    row("2048, SHA-1", KeySpec::RSA_2048, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1, 214);
    row("3072, SHA-1", KeySpec::RSA_3072, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1, 342);
    row("4096, SHA-1", KeySpec::RSA_4096, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1, 470);
    row("2048, SHA-256", KeySpec::RSA_2048, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256, 190);
    row("3072, SHA-256", KeySpec::RSA_3072, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256, 318);
    row("4096, SHA-256", KeySpec::RSA_4096, EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256, 446);
}

void TestKmsRsa::theLimitOfEachSizeIsTold() {
    QFETCH(int, spec);
    QFETCH(int, algorithm);
    QFETCH(int, limit);
    const std::string key = m_keys.at(KeySpec(spec));
    const auto oaep = EncryptionAlgorithmSpec(algorithm);
    const auto fits = encrypt(key, std::string(static_cast<std::size_t>(limit), 'x'), oaep);
    QCOMPARE(told(fits), QStringLiteral("ok"));
    QCOMPARE(told(m_vault->call<kms::Decrypt>(decryption(*fits->ciphertextBlob, key, oaep))),
             QStringLiteral("ok"));
    const QString tooLong =
        QStringLiteral("ValidationException: Algorithm %1 and key spec %2 cannot encrypt data "
                       "larger than %3 bytes.")
            .arg(qstring(kms::Open(oaep).text()), qstring(kms::Open(KeySpec(spec)).text()))
            .arg(limit);
    QCOMPARE(told(encrypt(key, std::string(static_cast<std::size_t>(limit) + 1, 'x'), oaep)), tooLong);
    // What ReEncrypt brings along must fit as well.
    kms::ReEncrypt::Request request;
    request.ciphertextBlob =
        m_vault->ciphertext(m_symmetric, std::string(static_cast<std::size_t>(limit) + 1, 'x'));
    request.destinationKeyId = key;
    request.destinationEncryptionAlgorithm = oaep;
    QCOMPARE(told(m_vault->call<kms::ReEncrypt>(std::move(request))), tooLong);
}

void TestKmsRsa::fromSymmetricToRsaAndBack() {
    constexpr auto oaep = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
    const std::string rsa = m_keys.at(KeySpec::RSA_2048);
    kms::ReEncrypt::Request there;
    there.ciphertextBlob = m_vault->ciphertext(m_symmetric, "around");
    there.destinationKeyId = rsa;
    there.destinationEncryptionAlgorithm = oaep;
    const auto bare = m_vault->call<kms::ReEncrypt>(std::move(there));
    QCOMPARE(told(bare), QStringLiteral("ok"));
    QCOMPARE(bare->ciphertextBlob->size(), std::size_t(256));
    QVERIFY(bare->sourceKeyMaterialId && !bare->destinationKeyMaterialId);

    kms::ReEncrypt::Request onward; // RSA to RSA
    onward.ciphertextBlob = *bare->ciphertextBlob;
    onward.sourceKeyId = rsa;
    onward.sourceEncryptionAlgorithm = oaep;
    onward.destinationKeyId = m_keys.at(KeySpec::RSA_4096);
    onward.destinationEncryptionAlgorithm = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1;
    const auto wide = m_vault->call<kms::ReEncrypt>(std::move(onward));
    QCOMPARE(told(wide), QStringLiteral("ok"));
    QCOMPARE(wide->ciphertextBlob->size(), std::size_t(512));
    const auto opened = m_vault->call<kms::Decrypt>(decryption(
        *wide->ciphertextBlob, m_keys.at(KeySpec::RSA_4096), EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1));
    QCOMPARE(told(opened), QStringLiteral("ok"));
    QCOMPARE(qstring(opened->plaintext->text()), QStringLiteral("around"));
}

void TestKmsRsa::contextOnAnAsymmetricSideIsRefusedByName() {
    constexpr auto oaep = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
    const std::string rsa = m_keys.at(KeySpec::RSA_2048);
    const kms::EncryptionContext context{{"a", "b"}};
    auto decrypting = decryption(Bytes(256, 1), rsa, oaep);
    decrypting.encryptionContext = context;
    QVERIFY(told(m_vault->call<kms::Decrypt>(std::move(decrypting)))
                .startsWith(QStringLiteral("ValidationException: EncryptionContext is not supported")));
    kms::ReEncrypt::Request destination;
    destination.ciphertextBlob = m_vault->ciphertext(m_symmetric, "x");
    destination.destinationKeyId = rsa;
    destination.destinationEncryptionAlgorithm = oaep;
    destination.destinationEncryptionContext = context;
    QVERIFY(told(m_vault->call<kms::ReEncrypt>(std::move(destination)))
                .startsWith(
                    QStringLiteral("ValidationException: DestinationEncryptionContext is not supported")));
    kms::ReEncrypt::Request source;
    source.ciphertextBlob = Bytes(256, 1);
    source.sourceKeyId = rsa;
    source.sourceEncryptionAlgorithm = oaep;
    source.sourceEncryptionContext = context;
    source.destinationKeyId = m_symmetric;
    QVERIFY(told(m_vault->call<kms::ReEncrypt>(std::move(source)))
                .startsWith(QStringLiteral("ValidationException: SourceEncryptionContext is not supported")));
}

void TestKmsRsa::refusals() {
    constexpr auto oaep = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
    QCOMPARE(
        told(encrypt(m_symmetric, "x", oaep)),
        QStringLiteral("InvalidKeyUsageException: Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec "
                       "SYMMETRIC_DEFAULT."));
    QCOMPARE(
        told(m_vault->decrypt(Bytes(256, 1), {}, m_keys.at(KeySpec::RSA_2048))),
        QStringLiteral("InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec "
                       "RSA_2048."));
    auto nameless = decryption(Bytes(256, 1), {}, oaep);
    nameless.keyId.reset();
    QCOMPARE(told(m_vault->call<kms::Decrypt>(std::move(nameless))),
             QStringLiteral(
                 "ValidationException: 1 validation error detected: Value null at 'keyId' failed to satisfy "
                 "constraint: Member must not be null"));
}

void TestKmsRsa::survivesReopening() {
    constexpr auto oaep = EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
    const std::string key = m_keys.at(KeySpec::RSA_2048);
    const auto made = encrypt(key, "kept", oaep);
    QVERIFY(made.has_value());
    m_vault->reopen();
    const auto opened = m_vault->call<kms::Decrypt>(decryption(*made->ciphertextBlob, key, oaep));
    QCOMPARE(told(opened), QStringLiteral("ok"));
    QCOMPARE(qstring(opened->plaintext->text()), QStringLiteral("kept"));
}

QTEST_GUILESS_MAIN(TestKmsRsa)
#include "tst_kms_rsa.moc"
