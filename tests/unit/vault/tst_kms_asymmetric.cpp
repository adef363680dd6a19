// SPDX-License-Identifier: Apache-2.0
// Signing, agreement and HMAC keys of a vault, both ways with Python's cryptography (cross_check.py) and, for
// SM2, with the openssl program. What each operation refuses stands in the contract's facts.
#include "kms_vault.h"

#include "crypto/ec_key.h"
#include "crypto/ed25519_key.h"
#include "crypto/rsa_key.h"
#include "kms/operations/derive_shared_secret.h"
#include "kms/operations/generate_data_key_pair.h"
#include "kms/operations/generate_mac.h"
#include "kms/operations/get_public_key.h"
#include "kms/operations/sign.h"
#include "kms/operations/verify.h"
#include "kms/operations/verify_mac.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QProcess>

using namespace keyturn;
using namespace keyturn::test;
using kms::KeySpec;
using kms::KeyUsageType;
using kms::SigningAlgorithmSpec;

class TestKmsAsymmetric : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pythonAgrees();
    void sm2WithOpenssl();
    void prehashedEd25519();
    void everythingSurvivesReopening();
    void cleanupTestCase() { m_vault.reset(); }

private:
    std::string makeKey(KeySpec spec, KeyUsageType usage);
    std::string spkiOf(const std::string &keyId);
    Bytes sign(const std::string &keyId, SigningAlgorithmSpec algorithm, std::string_view message,
               kms::MessageType type = kms::MessageType::RAW);
    nlohmann::json question();
    void checkAnswer(const nlohmann::json &answer);

    std::unique_ptr<KmsVault> m_vault;
    std::map<std::string, std::string> m_keyOfSpki;
};

namespace {

constexpr std::string_view message = "signed in a vault";

std::string nameOf(SigningAlgorithmSpec algorithm) {
    return std::string(kms::Open<SigningAlgorithmSpec>(algorithm).text());
}

Bytes field(const nlohmann::json &item, const char *name) {
    return fromHex(item.at(name).get<std::string>()).value();
}

bool isValid(const nlohmann::json &item) {
    const std::string algorithm = item.at("algorithm");
    const Bytes spki = field(item, "spki");
    const Bytes text = field(item, "message");
    const Bytes signature = field(item, "signature");
    if (const auto key = crypto::Ed25519PublicKey::fromSpki(spki)) {
        return key->verify(crypto::Ed25519Form::Pure, text, signature).has_value();
    }
    if (const auto key = crypto::EcPublicKey::fromSpki(spki)) {
        const auto digest = crypto::digestOf(crypto::hashOf(key->curve()), text);
        return key->verify(digest.value(), signature).has_value();
    }
    const auto key = crypto::RsaPublicKey::fromSpki(spki);
    const auto hash = algorithm.ends_with("256")   ? crypto::Hash::Sha256
                      : algorithm.ends_with("384") ? crypto::Hash::Sha384
                                                   : crypto::Hash::Sha512;
    const bool pss = algorithm.find("PSS") != std::string::npos;
    return key && key->verify(pss ? crypto::RsaPadding::Pss : crypto::RsaPadding::Pkcs1, hash,
                              crypto::digestOf(hash, text).value(), signature)
                      .has_value();
}

QString writeFile(const QTemporaryDir &folder, const QString &name, ByteView bytes) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) ||
        file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<qint64>(bytes.size())) < 0) {
        qFatal("no file for openssl");
    }
    return file.fileName();
}

bool openssl(const QString &arguments) {
    QProcess program;
    program.start(QStringLiteral("openssl"), arguments.split(u' '));
    const bool done = program.waitForFinished() && program.exitCode() == 0;
    if (!done) {
        qWarning("openssl: %s", program.readAllStandardError().constData());
    }
    return done;
}

} // namespace

void TestKmsAsymmetric::initTestCase() {
    m_vault = std::make_unique<KmsVault>();
}

std::string TestKmsAsymmetric::makeKey(KeySpec spec, KeyUsageType usage) {
    kms::CreateKey::Request request;
    request.keySpec = spec;
    request.keyUsage = usage;
    auto reply = m_vault->call<kms::CreateKey>(std::move(request));
    if (!reply) {
        qFatal("no key: %s", qPrintable(told(reply)));
    }
    return *reply->keyMetadata->keyId;
}

std::string TestKmsAsymmetric::spkiOf(const std::string &keyId) {
    const auto reply = m_vault->call<kms::GetPublicKey>({keyId, {}});
    const std::string spki = reply ? toHex(*reply->publicKey) : std::string();
    m_keyOfSpki[spki] = keyId;
    return spki;
}

Bytes TestKmsAsymmetric::sign(const std::string &keyId, SigningAlgorithmSpec algorithm, std::string_view text,
                              kms::MessageType type) {
    kms::Sign::Request request;
    request.keyId = keyId;
    request.message = SecretBytes::copyOf(text);
    request.signingAlgorithm = algorithm;
    request.messageType = type;
    auto reply = m_vault->call<kms::Sign>(std::move(request));
    return reply ? std::move(*reply->signature) : Bytes();
}

nlohmann::json TestKmsAsymmetric::question() {
    using enum SigningAlgorithmSpec;
    const std::vector<std::pair<KeySpec, std::vector<SigningAlgorithmSpec>>> signers{
        {KeySpec::RSA_2048,
         {RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256,
          RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512}},
        {KeySpec::RSA_3072, {RSASSA_PSS_SHA_256}},
        {KeySpec::ECC_NIST_P256, {ECDSA_SHA_256}},
        {KeySpec::ECC_NIST_P384, {ECDSA_SHA_384}},
        {KeySpec::ECC_NIST_P521, {ECDSA_SHA_512}},
        {KeySpec::ECC_SECG_P256K1, {ECDSA_SHA_256}},
        {KeySpec::ECC_NIST_EDWARDS25519, {ED25519_SHA_512}}};
    nlohmann::json asked{{"signatures", nlohmann::json::array()}, {"pairs", nlohmann::json::array()}};
    for (const auto &[spec, algorithms] : signers) {
        const std::string key = makeKey(spec, KeyUsageType::SIGN_VERIFY);
        for (const auto algorithm : algorithms) {
            asked["signatures"].push_back({{"algorithm", nameOf(algorithm)},
                                           {"spki", spkiOf(key)},
                                           {"message", toHex(asBytes(message))},
                                           {"signature", toHex(sign(key, algorithm, message))}});
        }
    }
    asked["encryptors"] = {spkiOf(makeKey(KeySpec::RSA_2048, KeyUsageType::ENCRYPT_DECRYPT))};
    for (const KeySpec spec : {KeySpec::ECC_NIST_P256, KeySpec::ECC_NIST_P384, KeySpec::ECC_NIST_P521}) {
        asked["agreements"].push_back(spkiOf(makeKey(spec, KeyUsageType::KEY_AGREEMENT)));
    }
    const std::string wrapping = m_vault->makeKeyId();
    for (const auto spec :
         {kms::DataKeyPairSpec::RSA_2048, kms::DataKeyPairSpec::ECC_NIST_P256,
          kms::DataKeyPairSpec::ECC_NIST_P384, kms::DataKeyPairSpec::ECC_NIST_P521,
          kms::DataKeyPairSpec::ECC_SECG_P256K1, kms::DataKeyPairSpec::ECC_NIST_EDWARDS25519}) {
        kms::GenerateDataKeyPair::Request request;
        request.keyId = wrapping;
        request.keyPairSpec = spec;
        const auto reply = m_vault->call<kms::GenerateDataKeyPair>(std::move(request));
        asked["pairs"].push_back({{"pkcs8", reply ? toHex(reply->privateKeyPlaintext->view()) : ""},
                                  {"spki", reply ? toHex(*reply->publicKey) : ""}});
    }
    return asked;
}

void TestKmsAsymmetric::checkAnswer(const nlohmann::json &answer) {
    for (const auto &item : answer.at("signatures")) {
        QVERIFY2(isValid(item), item.at("algorithm").get<std::string>().c_str());
        auto wrong = item;
        wrong["message"] = "00";
        QVERIFY2(!isValid(wrong), item.at("algorithm").get<std::string>().c_str());
    }
    for (const auto &item : answer.at("ciphertexts")) {
        kms::Decrypt::Request request;
        request.keyId = m_keyOfSpki.at(item.at("spki"));
        request.ciphertextBlob = field(item, "ciphertext");
        request.encryptionAlgorithm = item.at("hash") == "1"
                                          ? kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_1
                                          : kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
        const auto reply = m_vault->call<kms::Decrypt>(std::move(request));
        QCOMPARE(told(reply), QStringLiteral("ok"));
        QVERIFY(toBytes(reply->plaintext->view()) == field(item, "plaintext"));
    }
    for (const auto &item : answer.at("agreements")) {
        kms::DeriveSharedSecret::Request request;
        request.keyId = m_keyOfSpki.at(item.at("spki"));
        request.keyAgreementAlgorithm = kms::KeyAgreementAlgorithmSpec::ECDH;
        request.publicKey = field(item, "peer");
        const auto reply = m_vault->call<kms::DeriveSharedSecret>(std::move(request));
        QCOMPARE(told(reply), QStringLiteral("ok"));
        QVERIFY(toBytes(reply->sharedSecret->view()) == field(item, "secret"));
    }
    const std::map<std::string, crypto::Hash> hashes{{"224", crypto::Hash::Sha224},
                                                     {"256", crypto::Hash::Sha256},
                                                     {"384", crypto::Hash::Sha384},
                                                     {"512", crypto::Hash::Sha512}};
    for (const auto &item : answer.at("macs")) {
        const crypto::HmacKey key(hashes.at(item.at("hash")), SecretBytes::copyOf(field(item, "key")));
        QVERIFY(key.compute(field(item, "message")).value() == field(item, "tag"));
    }
    QCOMPARE(answer.at("signatures").size(), std::size_t(11));
    QCOMPARE(answer.at("ciphertexts").size() + answer.at("agreements").size() + answer.at("macs").size(),
             std::size_t(9));
}

void TestKmsAsymmetric::pythonAgrees() {
    QProcess python;
    python.start(QStringLiteral("/usr/bin/python3"),
                 {QStringLiteral(KEYTURN_SOURCE_DIR "/tests/unit/vault/cross_check.py")});
    QVERIFY2(python.waitForStarted(), "Debian's Python is not installed (package python3)");
    python.write(QByteArray::fromStdString(question().dump()));
    python.closeWriteChannel();
    constexpr int patienceMs = 60'000;
    QVERIFY2(python.waitForFinished(patienceMs) && python.exitCode() == 0,
             python.readAllStandardError().constData());
    checkAnswer(nlohmann::json::parse(python.readAllStandardOutput().toStdString()));
}

void TestKmsAsymmetric::sm2WithOpenssl() {
    if (!crypto::hasCurve(crypto::Curve::Sm2)) {
        QVERIFY(!m_vault->kms().capabilities().hasKeySpec("SM2"));
        return;
    }
    const QTemporaryDir folder;
    const std::string signer = makeKey(KeySpec::SM2, KeyUsageType::SIGN_VERIFY);
    const QString in = writeFile(folder, QStringLiteral("in"), asBytes(message));
    const QString spki = writeFile(folder, QStringLiteral("spki"), fromHex(spkiOf(signer)).value());
    const Bytes signature = sign(signer, SigningAlgorithmSpec::SM2DSA, message);
    const QString ours = writeFile(folder, QStringLiteral("ours"), signature);
    QVERIFY(openssl(QStringLiteral("pkeyutl -verify -pubin -keyform DER -inkey %1 -sigfile %2 -in %3 -rawin "
                                   "-digest sm3 -pkeyopt distid:1234567812345678")
                        .arg(spki, ours, in)));
    const std::string opener = makeKey(KeySpec::SM2, KeyUsageType::ENCRYPT_DECRYPT);
    const QString key = writeFile(folder, QStringLiteral("key"), fromHex(spkiOf(opener)).value());
    const QString out = folder.filePath(QStringLiteral("out"));
    QVERIFY(openssl(
        QStringLiteral("pkeyutl -encrypt -pubin -keyform DER -inkey %1 -in %2 -out %3").arg(key, in, out)));
    QFile file(out);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray ciphertext = file.readAll();
    kms::Decrypt::Request request;
    request.keyId = opener;
    request.encryptionAlgorithm = kms::EncryptionAlgorithmSpec::SM2PKE;
    request.ciphertextBlob = Bytes(ciphertext.begin(), ciphertext.end());
    const auto reply = m_vault->call<kms::Decrypt>(std::move(request));
    QCOMPARE(told(reply), QStringLiteral("ok"));
    QCOMPARE(qstring(reply->plaintext->text()), qstring(message));
}

/// KMS hashes the digest that it is given once more.
void TestKmsAsymmetric::prehashedEd25519() {
    const std::string key = makeKey(KeySpec::ECC_NIST_EDWARDS25519, KeyUsageType::SIGN_VERIFY);
    const Bytes digest = crypto::digestOf(crypto::Hash::Sha512, asBytes(message)).value();
    const Bytes signature =
        sign(key, SigningAlgorithmSpec::ED25519_PH_SHA_512, asText(digest), kms::MessageType::DIGEST);
    const auto publicKey = crypto::Ed25519PublicKey::fromSpki(fromHex(spkiOf(key)).value()).value();
    QVERIFY(publicKey.verify(crypto::Ed25519Form::Prehashed, digest, signature).has_value());
    QVERIFY(!publicKey.verify(crypto::Ed25519Form::Prehashed, asBytes(message), signature));
}

void TestKmsAsymmetric::everythingSurvivesReopening() {
    const std::string signer = makeKey(KeySpec::ECC_NIST_P384, KeyUsageType::SIGN_VERIFY);
    const std::string pure = makeKey(KeySpec::ECC_NIST_EDWARDS25519, KeyUsageType::SIGN_VERIFY);
    const std::string tagger = makeKey(KeySpec::HMAC_224, KeyUsageType::GENERATE_VERIFY_MAC);
    const std::string spki = spkiOf(signer);
    const Bytes signature = sign(signer, SigningAlgorithmSpec::ECDSA_SHA_384, message);
    const Bytes other = sign(pure, SigningAlgorithmSpec::ED25519_SHA_512, message);
    const auto mac = m_vault->call<kms::GenerateMac>(
        {SecretBytes::copyOf(message), tagger, kms::MacAlgorithmSpec::HMAC_SHA_224, {}, {}});
    QCOMPARE(told(mac), QStringLiteral("ok"));
    m_vault->reopen();
    QCOMPARE(spkiOf(signer), spki);
    const auto check = [&](const std::string &key, SigningAlgorithmSpec algorithm, const Bytes &given) {
        kms::Verify::Request request;
        request.keyId = key;
        request.message = SecretBytes::copyOf(message);
        request.signature = given;
        request.signingAlgorithm = algorithm;
        return told(m_vault->call<kms::Verify>(std::move(request)));
    };
    QCOMPARE(check(signer, SigningAlgorithmSpec::ECDSA_SHA_384, signature), QStringLiteral("ok"));
    QCOMPARE(check(pure, SigningAlgorithmSpec::ED25519_SHA_512, other), QStringLiteral("ok"));
    QCOMPARE(
        told(m_vault->call<kms::VerifyMac>(
            {SecretBytes::copyOf(message), tagger, kms::MacAlgorithmSpec::HMAC_SHA_224, *mac->mac, {}, {}})),
        QStringLiteral("ok"));
}

QTEST_GUILESS_MAIN(TestKmsAsymmetric)
#include "tst_kms_asymmetric.moc"
