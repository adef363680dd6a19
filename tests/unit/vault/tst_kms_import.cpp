// SPDX-License-Identifier: Apache-2.0
// Imported key material (kms-semantics.md section 9): what may be wrapped how, tokens, and what is refused.
// The life of such a key stands in tst_kms_import_life, cross-checks in tst_kms_import_differential.
#include "import_fixture.h"

#include "kms/operations/generate_mac.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/sign.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using kms::AlgorithmSpec;
using kms::ImportType;
using kms::KeySpec;
using kms::KeyUsageType;
using kms::WrappingKeySpec;

class TestKmsImport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_vault = std::make_unique<ImportVault>(); }
    void everySpecIsImported_data();
    void everySpecIsImported();
    void wrappingsRefused_data();
    void wrappingsRefused();
    void materialsRefused_data();
    void materialsRefused();
    void requestsRefused_data();
    void requestsRefused();
    void expirationHasBounds();
    void tokensAreBound();
    void tokensHoldADayAndARestart();
    void ownKeysTakeNoImports();

private:
    std::unique_ptr<ImportVault> m_vault; ///< with keys of every row's own
};

namespace {

constexpr auto doesNotExpire = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
constexpr auto expires = kms::ExpirationModelType::KEY_MATERIAL_EXPIRES;

/// What the tests' rows name.
struct Spec {
    KeySpec spec;
    KeyUsageType usage;
};

Spec specNamed(const QString &name) {
    const KeySpec spec = kms::Open<KeySpec>::fromText(name.toStdString()).known().value();
    if (spec == KeySpec::SYMMETRIC_DEFAULT) {
        return {spec, KeyUsageType::ENCRYPT_DECRYPT};
    }
    return {spec, name.startsWith(QStringLiteral("HMAC")) ? KeyUsageType::GENERATE_VERIFY_MAC
                                                          : KeyUsageType::SIGN_VERIFY};
}

Bytes rsaPkcs8(unsigned sizeBits) {
    static std::map<unsigned, Bytes> made; // RSA keys take long
    auto [entry, isNew] = made.try_emplace(sizeBits);
    if (isNew) {
        entry->second = toBytes(orAbort(orAbort(crypto::RsaKeyPair::generate(sizeBits)).toPkcs8()).view());
    }
    return entry->second;
}

Bytes materialOf(KeySpec spec, std::size_t sizeBytes) {
    switch (spec) {
    case KeySpec::RSA_2048:
        return rsaPkcs8(2048);
    case KeySpec::ECC_NIST_P256:
        return pkcs8Of(crypto::Curve::P256);
    case KeySpec::ECC_NIST_P384:
        return pkcs8Of(crypto::Curve::P384);
    case KeySpec::ECC_NIST_P521:
        return pkcs8Of(crypto::Curve::P521);
    case KeySpec::ECC_SECG_P256K1:
        return pkcs8Of(crypto::Curve::Secp256k1);
    case KeySpec::SM2:
        return pkcs8Of(crypto::Curve::Sm2);
    case KeySpec::ECC_NIST_EDWARDS25519:
        return toBytes(orAbort(crypto::Ed25519KeyPair::generate()).toPkcs8().view());
    default:
        return randomMaterial(sizeBytes);
    }
}

} // namespace

void TestKmsImport::everySpecIsImported_data() {
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QString>("algorithm");
    QTest::addColumn<QString>("wrapping");
    QTest::addColumn<int>("sizeBytes");
    const auto row = [](const char *spec, const char *algorithm, const char *wrapping, int sizeBytes = 0) {
        QTest::addRow("%s by %s, %s, %d", spec, algorithm, wrapping, sizeBytes)
            << QString::fromLatin1(spec) << QString::fromLatin1(algorithm) << QString::fromLatin1(wrapping)
            << sizeBytes;
    };
    row("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSA_2048", 32);
    row("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256", "RSA_2048", 32);
    row("HMAC_224", "RSAES_OAEP_SHA_256", "RSA_2048", 28);
    row("HMAC_224", "RSAES_OAEP_SHA_1", "RSA_2048", 64);
    row("HMAC_256", "RSAES_OAEP_SHA_256", "RSA_2048", 32);
    row("HMAC_384", "RSAES_OAEP_SHA_256", "RSA_2048", 48);
    row("HMAC_512", "RSAES_OAEP_SHA_256", "RSA_2048", 128);
    row("RSA_2048", "RSA_AES_KEY_WRAP_SHA_256", "RSA_2048");
    row("RSA_2048", "RSA_AES_KEY_WRAP_SHA_1", "RSA_2048");
    row("ECC_NIST_P256", "RSAES_OAEP_SHA_256", "RSA_2048");
    row("ECC_NIST_P384", "RSAES_OAEP_SHA_256", "RSA_2048");
    row("ECC_NIST_P521", "RSAES_OAEP_SHA_1", "RSA_3072");
    row("ECC_NIST_P521", "RSA_AES_KEY_WRAP_SHA_256", "RSA_2048");
    row("ECC_SECG_P256K1", "RSA_AES_KEY_WRAP_SHA_1", "RSA_2048");
    row("ECC_NIST_EDWARDS25519", "RSAES_OAEP_SHA_256", "RSA_2048");
    if (qEnvironmentVariableIsSet("KEYTURN_SOAK")) { // seconds each
        row("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSA_4096", 32);
        row("RSA_2048", "RSA_AES_KEY_WRAP_SHA_256", "RSA_4096");
        row("RSA_2048", "RSA_AES_KEY_WRAP_SHA_1", "RSA_3072");
    }
    if (crypto::hasCurve(crypto::Curve::Sm2)) {
        row("SM2", "SM2PKE", "SM2");
        row("SM2", "RSAES_OAEP_SHA_256", "RSA_2048");
        row("RSA_2048", "SM2PKE", "SM2");
        row("SYMMETRIC_DEFAULT", "SM2PKE", "SM2", 32);
        row("HMAC_512", "SM2PKE", "SM2", 64);
    }
}

void TestKmsImport::everySpecIsImported() {
    QFETCH(QString, spec);
    QFETCH(QString, algorithm);
    QFETCH(QString, wrapping);
    QFETCH(int, sizeBytes);
    const Spec named = specNamed(spec);
    const std::string key = m_vault->makeImportedKey(named.spec, named.usage);
    const auto before = m_vault->describe(key);
    QVERIFY(*before.keyState == kms::KeyState::PendingImport && !*before.enabled);
    QVERIFY(*before.origin == kms::OriginType::EXTERNAL);
    QVERIFY(!before.expirationModel && !before.validTo && !before.currentKeyMaterialId);

    const auto wrappingAlgorithm =
        kms::Open<AlgorithmSpec>::fromText(algorithm.toStdString()).known().value();
    const auto wrappingSpec = kms::Open<WrappingKeySpec>::fromText(wrapping.toStdString()).known().value();
    const Bytes material = materialOf(named.spec, static_cast<std::size_t>(sizeBytes));
    const auto reply = m_vault->import(m_vault->request(key, material, wrappingAlgorithm, wrappingSpec));
    QCOMPARE(told(reply), QStringLiteral("ok"));
    QCOMPARE(qstring(*reply->keyId), qstring(std::string(arnPrefix) + key));
    const bool isSymmetric = named.spec == KeySpec::SYMMETRIC_DEFAULT;
    QCOMPARE(reply->keyMaterialId.has_value(), isSymmetric);

    m_vault->reopen();
    const auto after = m_vault->describe(key);
    QVERIFY(*after.keyState == kms::KeyState::Enabled && *after.enabled);
    QVERIFY(*after.expirationModel == doesNotExpire && !after.validTo);
    QVERIFY(after.currentKeyMaterialId == reply->keyMaterialId);
    if (isSymmetric) {
        QCOMPARE(told(m_vault->decrypt(m_vault->ciphertext(key, "x"))), QStringLiteral("ok"));
    } else if (named.usage == KeyUsageType::GENERATE_VERIFY_MAC) {
        const auto &algorithms = *after.macAlgorithms;
        QCOMPARE(
            told(m_vault->call<kms::GenerateMac>({SecretBytes::copyOf("m"), key, algorithms[0], {}, {}})),
            QStringLiteral("ok"));
    } else {
        QCOMPARE(told(m_vault->call<kms::GetPublicKey>({key, {}})), QStringLiteral("ok"));
        kms::Sign::Request request;
        request.keyId = key;
        request.message = SecretBytes::copyOf("m");
        request.signingAlgorithm = after.signingAlgorithms->front();
        QCOMPARE(told(m_vault->call<kms::Sign>(std::move(request))), QStringLiteral("ok"));
    }
}

void TestKmsImport::wrappingsRefused_data() {
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QString>("algorithm");
    QTest::addColumn<QString>("wrapping");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *spec, const char *algorithm, const char *wrapping, const char *outcome) {
        QTest::addRow("%s by %s, %s", spec, algorithm, wrapping)
            << QString::fromLatin1(spec) << QString::fromLatin1(algorithm) << QString::fromLatin1(wrapping)
            << QString::fromLatin1("UnsupportedOperationException: WrappingAlgorithm %1 is not supported %2")
                   .arg(QString::fromLatin1(algorithm), QString::fromLatin1(outcome));
    };
    row("SYMMETRIC_DEFAULT", "RSAES_PKCS1_V1_5", "RSA_2048", "any more: use RSAES_OAEP_SHA_256.");
    row("ECC_NIST_P256", "RSAES_PKCS1_V1_5", "RSA_4096", "any more: use RSAES_OAEP_SHA_256.");
    row("SYMMETRIC_DEFAULT", "RSA_AES_KEY_WRAP_SHA_256", "RSA_2048",
        "for SYMMETRIC_DEFAULT key material: it is for private keys.");
    row("HMAC_512", "RSA_AES_KEY_WRAP_SHA_1", "RSA_2048",
        "for HMAC_512 key material: it is for private keys.");
    row("RSA_2048", "RSAES_OAEP_SHA_256", "RSA_4096", "for RSA key material: use RSA_AES_KEY_WRAP_SHA_256.");
    row("RSA_2048", "RSAES_OAEP_SHA_1", "RSA_2048", "for RSA key material: use RSA_AES_KEY_WRAP_SHA_256.");
    const char *tooLong = "for ECC_NIST_P521 key material with WrappingKeySpec RSA_2048: take a longer "
                          "wrapping key or RSA_AES_KEY_WRAP_SHA_256.";
    row("ECC_NIST_P521", "RSAES_OAEP_SHA_256", "RSA_2048", tooLong);
    row("ECC_NIST_P521", "RSAES_OAEP_SHA_1", "RSA_2048", tooLong);
    row("SYMMETRIC_DEFAULT", "SM2PKE", "RSA_2048", "with WrappingKeySpec RSA_2048.");
    row("SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256", "SM2", "with WrappingKeySpec SM2.");
}

void TestKmsImport::wrappingsRefused() {
    QFETCH(QString, spec);
    QFETCH(QString, algorithm);
    QFETCH(QString, wrapping);
    QFETCH(QString, outcome);
    const Spec named = specNamed(spec);
    const std::string key = m_vault->makeImportedKey(named.spec, named.usage);
    QCOMPARE(told(m_vault->call<kms::GetParametersForImport>(
                 {key, kms::Open<AlgorithmSpec>::fromText(algorithm.toStdString()),
                  kms::Open<WrappingKeySpec>::fromText(wrapping.toStdString())})),
             outcome);
}

void TestKmsImport::materialsRefused_data() {
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QByteArray>("material");
    QTest::addColumn<QString>("needed");
    const auto row = [](const char *name, const char *spec, const Bytes &material, const char *needed) {
        QTest::newRow(name) << QString::fromLatin1(spec)
                            << QByteArray(reinterpret_cast<const char *>(material.data()),
                                          static_cast<qsizetype>(material.size()))
                            << QString::fromLatin1(needed);
    };
    row("31 bytes", "SYMMETRIC_DEFAULT", randomMaterial(31), "32 bytes");
    row("33 bytes", "SYMMETRIC_DEFAULT", randomMaterial(33), "32 bytes");
    row("16 bytes", "SYMMETRIC_DEFAULT", randomMaterial(16), "32 bytes");
    row("HMAC_224 too short", "HMAC_224", randomMaterial(27), "28 to 64 bytes");
    row("HMAC_256 too long", "HMAC_256", randomMaterial(65), "32 to 64 bytes");
    row("HMAC_384 too short", "HMAC_384", randomMaterial(47), "48 to 128 bytes");
    row("HMAC_512 too long", "HMAC_512", randomMaterial(129), "64 to 128 bytes");
    const char *onCurve = "a private key on that curve in PKCS#8 DER";
    row("another curve", "ECC_NIST_P256", pkcs8Of(crypto::Curve::Secp256k1), onCurve);
    row("no PKCS#8", "ECC_NIST_P384", randomMaterial(48), onCurve);
    row("Ed25519 for a curve", "ECC_NIST_P256", materialOf(KeySpec::ECC_NIST_EDWARDS25519, 0), onCurve);
    row("a curve for Ed25519", "ECC_NIST_EDWARDS25519", pkcs8Of(crypto::Curve::P256),
        "an Ed25519 private key in PKCS#8 DER");
    const char *rsa = "an RSA private key of 3072 bits in PKCS#8 DER";
    row("RSA of another size", "RSA_3072", rsaPkcs8(2048), rsa);
    row("no RSA key", "RSA_3072", pkcs8Of(crypto::Curve::P256), rsa);
    Bytes broken = rsaPkcs8(2048);
    broken[broken.size() / 2] ^= 1; // numbers that do not belong together
    broken[40] ^= 1;
    row("RSA numbers that do not fit", "RSA_2048", broken, "an RSA private key of 2048 bits in PKCS#8 DER");
}

void TestKmsImport::materialsRefused() {
    QFETCH(QString, spec);
    QFETCH(QByteArray, material);
    QFETCH(QString, needed);
    const Spec named = specNamed(spec);
    const std::string key = m_vault->makeImportedKey(named.spec, named.usage);
    const bool isRsa = spec.startsWith(QStringLiteral("RSA"));
    const ByteView bytes(reinterpret_cast<const std::uint8_t *>(material.constData()),
                         static_cast<std::size_t>(material.size()));
    const auto algorithm =
        isRsa ? AlgorithmSpec::RSA_AES_KEY_WRAP_SHA_256 : AlgorithmSpec::RSAES_OAEP_SHA_256;
    QCOMPARE(
        told(m_vault->import(m_vault->request(key, bytes, algorithm))),
        QStringLiteral("IncorrectKeyMaterialException: The key material is not one of key spec %1, which "
                       "needs %2.")
            .arg(spec, needed));
    QCOMPARE(m_vault->state(key), QStringLiteral("PendingImport"));
}

void TestKmsImport::requestsRefused_data() {
    QTest::addColumn<QString>("outcome");
    QTest::newRow("no ValidTo") << QStringLiteral(
        "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    QTest::newRow("no ValidTo by default") << QStringLiteral(
        "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    QTest::newRow("ValidTo without expiry")
        << QStringLiteral("ValidationException: The parameter ValidTo cannot be specified for a key with an "
                          "expiration model of "
                          "KEY_MATERIAL_DOES_NOT_EXPIRE");
    QTest::newRow("id of new material") << QStringLiteral(
        "ValidationException: KeyMaterialId cannot be specified with ImportType NEW_KEY_MATERIAL.");
    QTest::newRow("id with the first import") << QStringLiteral(
        "ValidationException: KeyMaterialId cannot be specified with ImportType NEW_KEY_MATERIAL.");
    QTest::newRow("nothing to bring back") << QStringLiteral(
        "IncorrectKeyMaterialException: This is not the key material that was imported into %1 "
        "before.");
    QTest::newRow("cut ciphertext") << QStringLiteral("InvalidCiphertextException");
    QTest::newRow("changed ciphertext") << QStringLiteral("InvalidCiphertextException");
    QTest::newRow("unwrapped material") << QStringLiteral("InvalidCiphertextException");
    QTest::newRow("no token") << QStringLiteral(
        "InvalidImportTokenException: The import token is not one of this key.");
    QTest::newRow("unknown key") << QStringLiteral(
        "NotFoundException: Key 'arn:aws:kms:eu-central-1:111122223333:key/"
        "00000000-0000-4000-8000-000000000000' does not exist");
}

void TestKmsImport::requestsRefused() {
    QFETCH(QString, outcome);
    const std::map<std::string, std::function<void(ImportRequest &)>> changes{
        {"no ValidTo", [](auto &r) { r.expirationModel = expires; }},
        {"no ValidTo by default", [](auto &r) { r.expirationModel.reset(); }},
        {"ValidTo without expiry",
         [&](auto &r) { r.validTo = m_vault->clock().now() + std::chrono::days(1); }},
        {"id of new material",
         [](auto &r) {
             r.keyMaterialId = std::string(64, 'a');
             r.importType = ImportType::NEW_KEY_MATERIAL;
         }},
        {"id with the first import", [](auto &r) { r.keyMaterialId = std::string(64, 'a'); }},
        {"nothing to bring back", [](auto &r) { r.importType = ImportType::EXISTING_KEY_MATERIAL; }},
        {"cut ciphertext", [](auto &r) { r.encryptedKeyMaterial->pop_back(); }},
        {"changed ciphertext", [](auto &r) { r.encryptedKeyMaterial->back() ^= 1; }},
        {"unwrapped material", [](auto &r) { r.encryptedKeyMaterial = randomMaterial(32); }},
        {"no token", [](auto &r) { r.importToken = randomMaterial(1500); }},
        {"unknown key", [](auto &r) { r.keyId = std::string(unknownKeyId); }}};
    const std::string key = m_vault->makeImportedKey();
    const auto reply = m_vault->import(key, randomMaterial(32), changes.at(QTest::currentDataTag()));
    QCOMPARE(told(reply),
             outcome.contains(u'%') ? outcome.arg(qstring(std::string(arnPrefix) + key)) : outcome);
    QCOMPARE(m_vault->state(key), QStringLiteral("PendingImport"));
}

void TestKmsImport::expirationHasBounds() {
    const std::string key = m_vault->makeImportedKey();
    const Bytes material = randomMaterial(32);
    const auto until = [&](std::chrono::microseconds ahead) {
        return told(m_vault->import(key, material, [&](ImportRequest &r) {
            r.expirationModel = expires;
            r.validTo = m_vault->clock().now() + ahead;
        }));
    };
    QCOMPARE(until({}), QStringLiteral("ValidationException: ValidTo must be in the future"));
    QCOMPARE(until(std::chrono::days(-1)),
             QStringLiteral("ValidationException: ValidTo must be in the future"));
    QCOMPARE(until(std::chrono::days(365) + std::chrono::seconds(1)),
             QStringLiteral("ValidationException: ValidTo must be at most 365 days ahead"));
    QCOMPARE(until(std::chrono::days(365)), QStringLiteral("ok"));
    const auto described = m_vault->describe(key);
    QVERIFY(*described.expirationModel == expires);
    QVERIFY(*described.validTo == m_vault->clock().now() + std::chrono::days(365));
    // Imported again to change its expiry.
    QCOMPARE(until(std::chrono::seconds(1)), QStringLiteral("ok"));
    QVERIFY(*m_vault->describe(key).validTo == m_vault->clock().now() + std::chrono::seconds(1));
    QCOMPARE(told(m_vault->import(key, material)), QStringLiteral("ok"));
    QVERIFY(!m_vault->describe(key).validTo && *m_vault->describe(key).expirationModel == doesNotExpire);
}

void TestKmsImport::tokensAreBound() {
    const std::string key = m_vault->makeImportedKey();
    const std::string other = m_vault->makeImportedKey();
    const Bytes material = randomMaterial(32);
    const ImportRequest good = m_vault->request(key, material);
    QVERIFY(good.importToken->size() <= 6144);
    const QString refused =
        QStringLiteral("InvalidImportTokenException: The import token is not one of this key.");
    ImportRequest changed = good;
    changed.keyId = other;
    QCOMPARE(told(m_vault->import(changed)), refused);
    for (const std::size_t at : {std::size_t(0), std::size_t(20), good.importToken->size() - 1}) {
        changed = good;
        (*changed.importToken)[at] ^= 1;
        QCOMPARE(told(m_vault->import(changed)), refused);
    }
    // Another answer's token has another wrapping key.
    changed = good;
    changed.importToken = m_vault->parameters(key).importToken;
    QCOMPARE(told(m_vault->import(changed)), QStringLiteral("InvalidCiphertextException"));
    // Another vault's token.
    ImportVault elsewhere;
    changed = good;
    changed.importToken = elsewhere.parameters(elsewhere.makeImportedKey()).importToken;
    QCOMPARE(told(m_vault->import(changed)), refused);
    QCOMPARE(told(m_vault->import(good)), QStringLiteral("ok"));
    // The algorithm is the one asked for, whatever the ciphertext was made with.
    const auto given = m_vault->parameters(other, AlgorithmSpec::RSAES_OAEP_SHA_256);
    changed = good;
    changed.keyId = other;
    changed.importToken = given.importToken;
    changed.encryptedKeyMaterial =
        wrappedMaterial(AlgorithmSpec::RSAES_OAEP_SHA_1, given.publicKey->view(), material);
    QCOMPARE(told(m_vault->import(changed)), QStringLiteral("InvalidCiphertextException"));
}

void TestKmsImport::tokensHoldADayAndARestart() {
    const std::string key = m_vault->makeImportedKey();
    const auto given = m_vault->parameters(key);
    QVERIFY(*given.parametersValidTo == m_vault->clock().now() + std::chrono::hours(24));
    QCOMPARE(qstring(*given.keyId), qstring(std::string(arnPrefix) + key));
    ImportRequest request = m_vault->request(key, randomMaterial(32));
    m_vault->reopen();
    m_vault->clock().advance(std::chrono::hours(24) - std::chrono::microseconds(1));
    QCOMPARE(told(m_vault->import(request)), QStringLiteral("ok"));
    m_vault->clock().advance(std::chrono::microseconds(1));
    QVERIFY(told(m_vault->import(request))
                .startsWith(QStringLiteral("ExpiredImportTokenException: The import token has expired")));
}

void TestKmsImport::ownKeysTakeNoImports() {
    const std::string key = m_vault->makeKeyId();
    const std::string imported = m_vault->makeImportedKey();
    const QString refused =
        QStringLiteral("UnsupportedOperationException: %1 origin is AWS_KMS which is not valid "
                       "for this operation.")
            .arg(qstring(std::string(arnPrefix) + key));
    QCOMPARE(told(m_vault->call<kms::GetParametersForImport>(
                 {key, AlgorithmSpec::RSAES_OAEP_SHA_256, WrappingKeySpec::RSA_2048})),
             refused);
    ImportRequest request = m_vault->request(imported, randomMaterial(32));
    request.keyId = key;
    QCOMPARE(told(m_vault->import(request)), refused);
    QCOMPARE(told(m_vault->call<kms::DeleteImportedKeyMaterial>({key, {}})), refused);
}

QTEST_GUILESS_MAIN(TestKmsImport)
#include "tst_kms_import.moc"
