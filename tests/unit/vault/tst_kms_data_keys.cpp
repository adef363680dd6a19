// SPDX-License-Identifier: Apache-2.0
// Data keys, random bytes and DryRun (kms-semantics.md sections 5 and 6).
#include "kms_vault.h"

#include "kms/operations/generate_data_key.h"
#include "kms/operations/generate_data_key_without_plaintext.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/re_encrypt.h"

using namespace keyturn;
using namespace keyturn::test;
using kms::EncryptionContext;

class TestKmsDataKeys : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void dataKeys_data();
    void dataKeys();
    void dataKeyLengths_data();
    void dataKeyLengths();
    void random();
    void dryRunChecksAndNeverSucceeds_data();
    void dryRunChecksAndNeverSucceeds();

private:
    std::unique_ptr<KmsVault> m_vault;
    std::string m_key;
};

namespace {

const EncryptionContext context{{"purpose", "test"}, {"tenant", "42"}};

kms::ReEncrypt::Request reEncryption(Bytes ciphertext, const std::string &destination) {
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = std::move(ciphertext);
    request.destinationKeyId = destination;
    return request;
}

} // namespace

void TestKmsDataKeys::initTestCase() {
    m_vault = std::make_unique<KmsVault>();
    m_key = m_vault->makeKeyId();
}

void TestKmsDataKeys::dataKeys_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("length");
    QTest::newRow("AES_128") << 0 << 16;
    QTest::newRow("AES_256") << 0 << 32;
    QTest::newRow("1 byte") << 1 << 1;
    QTest::newRow("1024 bytes") << 1024 << 1024;
}

void TestKmsDataKeys::dataKeys() {
    QFETCH(int, bytes);
    QFETCH(int, length);
    kms::GenerateDataKey::Request with;
    with.keyId = m_key;
    with.encryptionContext = context;
    if (bytes != 0) {
        with.numberOfBytes = bytes;
    } else {
        with.keySpec = length == 16 ? kms::DataKeySpec::AES_128 : kms::DataKeySpec::AES_256;
    }
    kms::GenerateDataKeyWithoutPlaintext::Request without{m_key, context, with.keySpec, with.numberOfBytes,
                                                          {},    {}};
    const auto plain = m_vault->call<kms::GenerateDataKey>(std::move(with));
    QCOMPARE(told(plain), QStringLiteral("ok"));
    auto opened = m_vault->decrypt(*plain->ciphertextBlob, context);
    QVERIFY(opened.has_value());
    QVERIFY(equalConstantTime(opened->plaintext->view(), plain->plaintext->view()));
    const auto bare = m_vault->call<kms::GenerateDataKeyWithoutPlaintext>(std::move(without));
    QCOMPARE(told(bare), QStringLiteral("ok"));
    opened = m_vault->decrypt(*bare->ciphertextBlob, context);
    QVERIFY(opened.has_value());
    QCOMPARE(opened->plaintext->size(), static_cast<std::size_t>(length));
    QCOMPARE(qstring(*bare->keyMaterialId), qstring(*opened->keyMaterialId));
    QCOMPARE(qstring(*bare->keyId), qstring(std::string(arnPrefix) + m_key));
}

void TestKmsDataKeys::dataKeyLengths_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<bool>("withSpec");
    QTest::newRow("neither") << -1 << false;
    QTest::newRow("both") << 16 << true;
    QTest::newRow("0") << 0 << false;
    QTest::newRow("1025") << 1025 << false;
}

void TestKmsDataKeys::dataKeyLengths() {
    QFETCH(int, bytes);
    QFETCH(bool, withSpec);
    kms::GenerateDataKey::Request request;
    request.keyId = m_key;
    if (bytes >= 0) {
        request.numberOfBytes = bytes;
    }
    if (withSpec) {
        request.keySpec = kms::DataKeySpec::AES_256;
    }
    QVERIFY(told(m_vault->call<kms::GenerateDataKey>(std::move(request)))
                .startsWith(QStringLiteral("ValidationE")));
}

void TestKmsDataKeys::random() {
    const auto one = m_vault->call<kms::GenerateRandom>({32, {}, {}});
    const auto two = m_vault->call<kms::GenerateRandom>({32, {}, {}});
    QVERIFY(one && two);
    QVERIFY(!equalConstantTime(one->plaintext->view(), two->plaintext->view()));
    QCOMPARE(told(m_vault->call<kms::GenerateRandom>({})),
             QStringLiteral("ValidationException: NumberOfBytes is required."));
    QVERIFY(told(m_vault->call<kms::GenerateRandom>({8, "cks-1", {}}))
                .startsWith(QStringLiteral("UnsupportedOp")));
    kms::GenerateRandom::Request toEnclave{8, {}, kms::RecipientInfo{{}, Bytes{1}}};
    QVERIFY(told(m_vault->call<kms::GenerateRandom>(std::move(toEnclave)))
                .startsWith(QStringLiteral("UnsupportedOp")));
}

void TestKmsDataKeys::dryRunChecksAndNeverSucceeds_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("outcome");
    const QString would =
        QStringLiteral("DryRunOperationException: The request would have succeeded, but the "
                       "DryRun option is set.");
    QTest::newRow("works") << qstring(m_key) << would;
    const std::string disabled = m_vault->makeKeyIn(kms::KeyState::Disabled);
    QTest::newRow("disabled") << qstring(disabled)
                              << qstring("DisabledException: " + std::string(arnPrefix) + disabled +
                                         " is disabled.");
}

void TestKmsDataKeys::dryRunChecksAndNeverSucceeds() {
    QFETCH(QString, key);
    QFETCH(QString, outcome);
    const std::string keyId = key.toStdString();
    kms::Encrypt::Request encrypt{keyId, SecretBytes::copyOf(std::string_view("x")), {}, {}, {}, true};
    QCOMPARE(told(m_vault->call<kms::Encrypt>(std::move(encrypt))), outcome);
    kms::GenerateDataKey::Request dataKey;
    dataKey.keyId = keyId;
    dataKey.numberOfBytes = 1;
    dataKey.dryRun = true;
    QCOMPARE(told(m_vault->call<kms::GenerateDataKey>(std::move(dataKey))), outcome);
    auto reEncrypt = reEncryption(m_vault->ciphertext(m_key, "secret"), keyId);
    reEncrypt.dryRun = true;
    QCOMPARE(told(m_vault->call<kms::ReEncrypt>(std::move(reEncrypt))), outcome);
    kms::Decrypt::Request ignoring;
    ignoring.dryRun = true;
    ignoring.dryRunModifiers = {{kms::DryRunModifierType::IGNORE_CIPHERTEXT}};
    kms::Decrypt::Request nameless = ignoring;
    ignoring.keyId = keyId;
    QCOMPARE(told(m_vault->call<kms::Decrypt>(std::move(ignoring))), outcome);
    QVERIFY(told(m_vault->call<kms::Decrypt>(std::move(nameless)))
                .startsWith(QStringLiteral("ValidationException")));
}

QTEST_GUILESS_MAIN(TestKmsDataKeys)
#include "tst_kms_data_keys.moc"
