// SPDX-License-Identifier: Apache-2.0
// Files of every released format open for ever: the golden vault by passphrase and recovery code, its
// ciphertexts under every material they were made with.
#include "base/atomic_file.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_key_rotations.h"
#include "vault/vault_kms.h"

#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;

namespace {

constexpr std::string_view recoveryCode = "88SXY-CHZGJ-00CXY-ACFTC-TBM8V-V8REH-GMF7A-SDKYS";

std::filesystem::path golden(const std::string &name) {
    return std::filesystem::path(KEYTURN_SOURCE_DIR) / "tests" / "data" / "golden" / name;
}

} // namespace

class TestGolden : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_file = std::filesystem::path(m_dir.path().toStdString()) / "v1.keyturn";
        const auto content = readFile(golden("v1.keyturn"), 1 << 20);
        QVERIFY(content.has_value());
        QVERIFY(writeFileAtomically(m_file, *content, {}).has_value());
        auto container = vault::Container::open(m_file, {});
        QVERIFY(container.has_value());
        const auto unlocked = container->unlockWithPassphrase(SecretBytes::copyOf("golden passphrase"));
        QVERIFY2(unlocked.has_value(), unlocked ? "" : unlocked.error().detail.c_str());
        auto kms = vault::VaultKms::start(std::move(*container));
        QVERIFY(kms.has_value());
        m_kms = std::move(*kms);
    }
    void cleanupTestCase() { m_kms.reset(); }

    void ciphertextsOpen_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("key");
        QTest::newRow("first material") << QStringLiteral("v1-first-material.blob") << QString();
        QTest::newRow("second material") << QStringLiteral("v1-second-material.blob") << QString();
        QTest::newRow("RSA") << QStringLiteral("v1-rsa-2048.blob") << QStringLiteral("alias/golden/rsa");
    }
    void ciphertextsOpen() {
        QFETCH(QString, file);
        QFETCH(QString, key);
        const auto blob = readFile(golden(file.toStdString()), 6144);
        QVERIFY(blob.has_value());
        kms::Decrypt::Request request;
        request.ciphertextBlob = *blob;
        if (key.isEmpty()) {
            request.encryptionContext = {{"team", "blue"}, {"purpose", "golden"}};
        } else {
            request.keyId = key.toStdString();
            request.encryptionAlgorithm = kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
        }
        const auto reply = kms::callAndWait<kms::Decrypt>(*m_kms, std::move(request));
        QVERIFY2(reply.has_value(), reply ? "" : reply.error().serviceCode.c_str());
        QCOMPARE(reply->plaintext->text(), std::string_view("golden plaintext"));
    }

    void keysAreAsTheyWere() {
        kms::DescribeKey::Request describe;
        describe.keyId = "alias/golden/symmetric";
        const auto key = kms::callAndWait<kms::DescribeKey>(*m_kms, std::move(describe));
        QVERIFY(key.has_value());
        QCOMPARE(*key->keyMetadata->description, std::string("Golden symmetric"));
        QCOMPARE(*key->keyMetadata->keyId, std::string("2b43a0e1-717c-43a5-a6e2-bedb4479a7fd"));
        kms::ListKeyRotations::Request rotations;
        rotations.keyId = *key->keyMetadata->keyId;
        rotations.includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
        const auto materials = kms::callAndWait<kms::ListKeyRotations>(*m_kms, std::move(rotations));
        QVERIFY(materials.has_value());
        QCOMPARE(materials->rotations->size(), std::size_t(2));
    }

    void theRecoveryCodeOpensIt() {
        auto container = vault::Container::open(m_file, {.access = vault::Access::ReadOnly});
        QVERIFY(container.has_value());
        auto code = vault::RecoveryCode::parse(recoveryCode);
        QVERIFY(code.has_value());
        const auto unlocked = container->unlockWithRecoveryCode(*code);
        QVERIFY2(unlocked.has_value(), unlocked ? "" : unlocked.error().detail.c_str());
    }

private:
    QTemporaryDir m_dir;
    std::filesystem::path m_file;
    std::unique_ptr<vault::VaultKms> m_kms;
};

QTEST_GUILESS_MAIN(TestGolden)
#include "tst_golden.moc"
