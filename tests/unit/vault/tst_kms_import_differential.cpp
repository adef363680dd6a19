// SPDX-License-Identifier: Apache-2.0
// Material that others wrapped: Python's cryptography (import_cross_check.py) and the openssl program make
// keys and wrap them, the vault imports and uses them, and who made the key checks what came of it.
#include "import_fixture.h"

#include "kms/operations/generate_mac.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/sign.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace keyturn;
using namespace keyturn::test;
using kms::AlgorithmSpec;
using kms::KeySpec;
using kms::KeyUsageType;
using kms::WrappingKeySpec;
using nlohmann::json;

class TestKmsImportDifferential : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pythonWrapsAndChecks();
    void opensslWrapsAndChecks_data();
    void opensslWrapsAndChecks();
    void opensslWrapsForSm2();

private:
    struct Row {
        KeySpec spec;
        KeyUsageType usage;
        AlgorithmSpec algorithm;
        WrappingKeySpec wrapping;
    };
    json importAll(const std::vector<Row> &rows, std::vector<std::string> &keys);
    json used(const std::string &keyId, const std::string &material);
    void checkReply(const std::string &keyId, const json &item, const json &reply);

    ImportVault m_vault;
};

namespace {

constexpr std::string_view message = "used in a vault";

template <class E>
std::string nameOf(E value) {
    return std::string(kms::Open<E>(value).text());
}

json python(const char *act, const json &items) {
    QProcess program;
    program.start(QStringLiteral("/usr/bin/python3"),
                  {QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/vault/import_cross_check.py"),
                   QString::fromLatin1(act)});
    program.write(QByteArray::fromStdString(items.dump()));
    program.closeWriteChannel();
    constexpr int patienceMs = 120'000;
    if (!program.waitForFinished(patienceMs) || program.exitCode() != 0) {
        qWarning("%s", program.readAllStandardError().constData());
        return json::array();
    }
    return json::parse(program.readAllStandardOutput().toStdString());
}

Bytes bytesOf(const json &item, const char *name) {
    return fromHex(item.at(name).get<std::string>()).value();
}

/// Files of one test, and the openssl program on them.
class Openssl {
public:
    QString write(const QString &name, ByteView bytes) {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<qint64>(bytes.size())) < 0) {
            qFatal("no file for openssl");
        }
        return file.fileName();
    }
    Bytes read(const QString &name) const {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) {
            return {};
        }
        const QByteArray content = file.readAll();
        return Bytes(content.begin(), content.end());
    }
    bool run(const QString &arguments) {
        QProcess program;
        program.setWorkingDirectory(m_folder.path());
        program.start(QStringLiteral("openssl"), arguments.split(u' '));
        const bool done = program.waitForFinished() && program.exitCode() == 0;
        if (!done) {
            qWarning("openssl %s: %s", qPrintable(arguments), program.readAllStandardError().constData());
        }
        return done;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace

json TestKmsImportDifferential::importAll(const std::vector<Row> &rows, std::vector<std::string> &keys) {
    json asked = json::array();
    std::vector<Bytes> tokens;
    for (const Row &row : rows) {
        keys.push_back(m_vault.makeImportedKey(row.spec, row.usage));
        const auto given = m_vault.parameters(keys.back(), row.algorithm, row.wrapping);
        tokens.push_back(*given.importToken);
        asked.push_back({{"spec", nameOf(row.spec)},
                         {"algorithm", nameOf(row.algorithm)},
                         {"spki", toHex(given.publicKey->view())}});
    }
    json wrapped = python("wrap", asked);
    for (std::size_t i = 0; i < wrapped.size(); ++i) {
        ImportRequest request;
        request.keyId = keys[i];
        request.importToken = tokens[i];
        request.encryptedKeyMaterial = bytesOf(wrapped[i], "wrapped");
        request.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
        wrapped[i]["imported"] = told(m_vault.import(std::move(request))).toStdString();
    }
    return wrapped;
}

/// Something made under the imported key, for its maker to check.
json TestKmsImportDifferential::used(const std::string &keyId, const std::string &material) {
    const auto metadata = m_vault.describe(keyId);
    json item{{"key", material}, {"message", toHex(asBytes(message))}};
    if (metadata.macAlgorithms) {
        const auto reply = m_vault.call<kms::GenerateMac>(
            {SecretBytes::copyOf(message), keyId, metadata.macAlgorithms->front(), {}, {}});
        const std::string name(metadata.macAlgorithms->front().text());
        item.update({{"act", "mac"}, {"hash", name.substr(9)}, {"tag", toHex(*reply->mac)}});
    } else if (metadata.signingAlgorithms) {
        kms::Sign::Request request;
        request.keyId = keyId;
        request.message = SecretBytes::copyOf(message);
        const bool isRsa = metadata.signingAlgorithms->size() > 2;
        request.signingAlgorithm = isRsa ? kms::Open(kms::SigningAlgorithmSpec::RSASSA_PSS_SHA_256)
                                         : metadata.signingAlgorithms->front();
        const std::string name(request.signingAlgorithm->text());
        const auto reply = m_vault.call<kms::Sign>(std::move(request));
        item.update({{"act", "sign"},
                     {"algorithm", name},
                     {"signature", toHex(*reply->signature)},
                     {"spki", toHex(*m_vault.call<kms::GetPublicKey>({keyId, {}})->publicKey)}});
    } else if (metadata.encryptionAlgorithms->size() > 1) {
        item["act"] = "encrypt";
    } else {
        item.update({{"act", "seal"},
                     {"blob", toHex(m_vault.ciphertext(keyId, "sealed", {{"b", "2"}, {"a", "1"}}))},
                     {"context", {{"a", "1"}, {"b", "2"}}},
                     {"plaintext", toHex(asBytes("sealed"))},
                     {"again", toHex(asBytes("from Python"))}});
    }
    return item;
}

void TestKmsImportDifferential::checkReply(const std::string &keyId, const json &item, const json &reply) {
    kms::Decrypt::Request request;
    if (item.at("act") == "seal") {
        request.ciphertextBlob = bytesOf(reply, "blob");
        request.encryptionContext = {{"a", "1"}, {"b", "2"}};
    } else if (item.at("act") == "encrypt") {
        request.ciphertextBlob = bytesOf(reply, "ciphertext");
        request.keyId = keyId;
        request.encryptionAlgorithm = kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
    } else {
        return; // checked over there
    }
    const auto opened = m_vault.call<kms::Decrypt>(std::move(request));
    QCOMPARE(told(opened), QStringLiteral("ok"));
    QCOMPARE(qstring(opened->plaintext->text()), QStringLiteral("from Python"));
}

void TestKmsImportDifferential::pythonWrapsAndChecks() {
    using enum AlgorithmSpec;
    constexpr auto sign = KeyUsageType::SIGN_VERIFY;
    constexpr auto mac = KeyUsageType::GENERATE_VERIFY_MAC;
    constexpr auto cipher = KeyUsageType::ENCRYPT_DECRYPT;
    constexpr auto small = WrappingKeySpec::RSA_2048;
    std::vector<std::string> keys;
    const json wrapped =
        importAll({{KeySpec::SYMMETRIC_DEFAULT, cipher, RSAES_OAEP_SHA_1, small},
                   {KeySpec::SYMMETRIC_DEFAULT, cipher, RSAES_OAEP_SHA_256, WrappingKeySpec::RSA_3072},
                   {KeySpec::HMAC_224, mac, RSAES_OAEP_SHA_256, small},
                   {KeySpec::HMAC_256, mac, RSAES_OAEP_SHA_1, small},
                   {KeySpec::HMAC_384, mac, RSAES_OAEP_SHA_256, small},
                   {KeySpec::HMAC_512, mac, RSAES_OAEP_SHA_256, small},
                   {KeySpec::RSA_2048, sign, RSA_AES_KEY_WRAP_SHA_1, small},
                   {KeySpec::RSA_2048, cipher, RSA_AES_KEY_WRAP_SHA_256, small},
                   {KeySpec::RSA_3072, sign, RSA_AES_KEY_WRAP_SHA_256, small},
                   {KeySpec::ECC_NIST_P256, sign, RSAES_OAEP_SHA_256, small},
                   {KeySpec::ECC_NIST_P384, sign, RSAES_OAEP_SHA_1, small},
                   {KeySpec::ECC_NIST_P521, sign, RSA_AES_KEY_WRAP_SHA_256, small},
                   {KeySpec::ECC_SECG_P256K1, sign, RSAES_OAEP_SHA_256, small},
                   {KeySpec::ECC_NIST_EDWARDS25519, sign, RSA_AES_KEY_WRAP_SHA_1, small}},
                  keys);
    QCOMPARE(wrapped.size(), std::size_t(14));
    json asked = json::array();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        QCOMPARE(qstring(wrapped[i].at("imported").get<std::string>()), QStringLiteral("ok"));
        asked.push_back(used(keys[i], wrapped[i].at("key")));
    }
    const json replies = python("check", asked);
    QCOMPARE(replies.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        checkReply(keys[i], asked[i], replies[i]);
    }
}

void TestKmsImportDifferential::opensslWrapsAndChecks_data() {
    QTest::addColumn<QString>("algorithm");
    QTest::addColumn<QString>("digest");
    for (const char *size : {"1", "256"}) {
        const QString digest = QStringLiteral("sha") + QString::fromLatin1(size);
        QTest::addRow("RSAES_OAEP_SHA_%s", size)
            << QStringLiteral("RSAES_OAEP_SHA_") + QString::fromLatin1(size) << digest;
        QTest::addRow("RSA_AES_KEY_WRAP_SHA_%s", size)
            << QStringLiteral("RSA_AES_KEY_WRAP_SHA_") + QString::fromLatin1(size) << digest;
    }
}

void TestKmsImportDifferential::opensslWrapsAndChecks() {
    QFETCH(QString, algorithm);
    QFETCH(QString, digest);
    const bool isKeyWrap = algorithm.startsWith(QStringLiteral("RSA_AES"));
    const KeySpec spec = isKeyWrap ? KeySpec::RSA_2048 : KeySpec::ECC_NIST_P256;
    const std::string key = m_vault.makeImportedKey(spec, KeyUsageType::SIGN_VERIFY);
    const auto given =
        m_vault.parameters(key, kms::Open<AlgorithmSpec>::fromText(algorithm.toStdString()).known().value());
    Openssl openssl;
    openssl.write(QStringLiteral("wrapping.der"), given.publicKey->view());
    const QString made = isKeyWrap ? QStringLiteral("RSA -pkeyopt rsa_keygen_bits:2048")
                                   : QStringLiteral("EC -pkeyopt ec_paramgen_curve:P-256");
    QVERIFY(openssl.run(QStringLiteral("genpkey -quiet -outform PEM -out own.pem -algorithm ") + made) ||
            openssl.run(QStringLiteral("genpkey -outform PEM -out own.pem -algorithm ") + made));
    QVERIFY(openssl.run(QStringLiteral("pkcs8 -topk8 -nocrypt -outform DER -in own.pem -out own.der")));
    QVERIFY(openssl.run(QStringLiteral("pkey -in own.pem -pubout -outform DER -out own.pub")));
    const QString oaep =
        QStringLiteral("pkeyutl -encrypt -in %1 -out %2 -inkey wrapping.der -keyform DER -pubin "
                       "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:%3 -pkeyopt "
                       "rsa_mgf1_md:%3");
    Bytes wrapped;
    if (isKeyWrap) {
        const Bytes aesKey = randomMaterial(32);
        openssl.write(QStringLiteral("aes.bin"), aesKey);
        QVERIFY(openssl.run(oaep.arg(QStringLiteral("aes.bin"), QStringLiteral("first.bin"), digest)));
        QVERIFY(openssl.run(
            QStringLiteral("enc -id-aes256-wrap-pad -iv A65959A6 -K %1 -in own.der -out second.bin")
                .arg(qstring(toHex(aesKey)))));
        wrapped = openssl.read(QStringLiteral("first.bin"));
        const Bytes second = openssl.read(QStringLiteral("second.bin"));
        wrapped.insert(wrapped.end(), second.begin(), second.end());
    } else {
        QVERIFY(openssl.run(oaep.arg(QStringLiteral("own.der"), QStringLiteral("wrapped.bin"), digest)));
        wrapped = openssl.read(QStringLiteral("wrapped.bin"));
    }
    ImportRequest request;
    request.keyId = key;
    request.importToken = given.importToken;
    request.encryptedKeyMaterial = wrapped;
    request.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
    QCOMPARE(told(m_vault.import(std::move(request))), QStringLiteral("ok"));
    QVERIFY(*m_vault.call<kms::GetPublicKey>({key, {}})->publicKey ==
            openssl.read(QStringLiteral("own.pub")));
    kms::Sign::Request signing;
    signing.keyId = key;
    signing.message = SecretBytes::copyOf(message);
    signing.signingAlgorithm = isKeyWrap ? kms::SigningAlgorithmSpec::RSASSA_PKCS1_V1_5_SHA_256
                                         : kms::SigningAlgorithmSpec::ECDSA_SHA_256;
    const auto signature = m_vault.call<kms::Sign>(std::move(signing));
    QCOMPARE(told(signature), QStringLiteral("ok"));
    openssl.write(QStringLiteral("signature.bin"), *signature->signature);
    openssl.write(QStringLiteral("message.bin"), asBytes(message));
    QVERIFY(openssl.run(
        QStringLiteral("dgst -sha256 -verify own.pub -keyform DER -signature signature.bin message.bin")));
}

void TestKmsImportDifferential::opensslWrapsForSm2() {
    if (!crypto::hasCurve(crypto::Curve::Sm2)) {
        QVERIFY(!m_vault.kms().capabilities().hasKeySpec("SM2"));
        return;
    }
    const std::string key = m_vault.makeImportedKey(KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC);
    const auto given = m_vault.parameters(key, AlgorithmSpec::SM2PKE, WrappingKeySpec::SM2);
    const Bytes material = randomMaterial(32);
    Openssl openssl;
    openssl.write(QStringLiteral("wrapping.der"), given.publicKey->view());
    openssl.write(QStringLiteral("own.bin"), material);
    openssl.write(QStringLiteral("message.bin"), asBytes(message));
    QVERIFY(openssl.run(QStringLiteral(
        "pkeyutl -encrypt -in own.bin -out wrapped.bin -inkey wrapping.der -keyform DER -pubin")));
    ImportRequest request;
    request.keyId = key;
    request.importToken = given.importToken;
    request.encryptedKeyMaterial = openssl.read(QStringLiteral("wrapped.bin"));
    request.expirationModel = kms::ExpirationModelType::KEY_MATERIAL_DOES_NOT_EXPIRE;
    QCOMPARE(told(m_vault.import(std::move(request))), QStringLiteral("ok"));
    QVERIFY(openssl.run(
        QStringLiteral("dgst -sha256 -mac HMAC -macopt hexkey:%1 -binary -out tag.bin message.bin")
            .arg(qstring(toHex(material)))));
    const auto tag = m_vault.call<kms::GenerateMac>(
        {SecretBytes::copyOf(message), key, kms::MacAlgorithmSpec::HMAC_SHA_256, {}, {}});
    QVERIFY(tag && *tag->mac == openssl.read(QStringLiteral("tag.bin")));
}

QTEST_GUILESS_MAIN(TestKmsImportDifferential)
#include "tst_kms_import_differential.moc"
