// SPDX-License-Identifier: Apache-2.0
// Encrypt, Decrypt and ReEncrypt under symmetric keys (kms-semantics.md sections 3 to 5).
#include "kms_vault.h"

#include "blob/ciphertext.h"
#include "kms/operations/generate_data_key.h"
#include "kms/operations/re_encrypt.h"

#include <set>

using namespace keyturn;
using namespace keyturn::test;
using kms::EncryptionContext;

class TestKmsCryptography : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void contextsDecideWhatOpens_data();
    void contextsDecideWhatOpens();
    void everyFlippedBitOfABlobIsInvalid();
    void everyFlippedBitOfAContextIsInvalid();
    void boundariesOfAContextCount();
    void aBlobIsBoundToKeyMaterialAndVault();
    void decryptNamesKeyAlgorithmAndMaterial();
    void everyFormOfIdentifierWorks();
    void refusals_data();
    void refusals();
    void reEncryptGoesFromKeyToKey();
    void reEncryptOntoTheSameKey();
    void aWrongSourceKeyIsToldBeforeTheDestination();
    void rotatedMaterialsAreFoundById();

private:
    std::unique_ptr<KmsVault> m_vault;
    std::string m_key;
    std::string m_other;
    std::string m_rsa;
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

void TestKmsCryptography::initTestCase() {
    m_vault = std::make_unique<KmsVault>();
    m_key = m_vault->makeKeyId();
    m_other = m_vault->makeKeyId();
    m_rsa = m_vault->makeKeyId(kms::KeySpec::RSA_2048);
}

void TestKmsCryptography::contextsDecideWhatOpens_data() {
    QTest::addColumn<QString>("outcome");
    const QString invalid = QStringLiteral("InvalidCiphertextException");
    QTest::newRow("same") << QStringLiteral("ok");
    QTest::newRow("reordered") << QStringLiteral("ok");
    QTest::newRow("other case of a name") << invalid;
    QTest::newRow("other case of a value") << invalid;
    QTest::newRow("extra pair") << invalid;
    QTest::newRow("missing pair") << invalid;
    QTest::newRow("none") << invalid;
}

void TestKmsCryptography::contextsDecideWhatOpens() {
    static const std::map<std::string, EncryptionContext> contexts{
        {"same", context},
        {"reordered", {{"tenant", "42"}, {"purpose", "test"}}},
        {"other case of a name", {{"Purpose", "test"}, {"tenant", "42"}}},
        {"other case of a value", {{"purpose", "Test"}, {"tenant", "42"}}},
        {"extra pair", {{"purpose", "test"}, {"tenant", "42"}, {"more", ""}}},
        {"missing pair", {{"purpose", "test"}}},
        {"none", {}},
    };
    QFETCH(QString, outcome);
    const Bytes ciphertext = m_vault->ciphertext(m_key, "secret", context);
    const auto opened = m_vault->decrypt(ciphertext, contexts.at(QTest::currentDataTag()));
    QCOMPARE(told(opened), outcome);
    if (opened) {
        QCOMPARE(qstring(opened->plaintext->text()), QStringLiteral("secret"));
    }
    // Absent and empty are one.
    kms::Decrypt::Request absent;
    absent.ciphertextBlob = m_vault->ciphertext(m_key, "secret");
    QCOMPARE(told(m_vault->call<kms::Decrypt>(std::move(absent))), QStringLiteral("ok"));
}

void TestKmsCryptography::everyFlippedBitOfABlobIsInvalid() {
    const Bytes ciphertext = m_vault->ciphertext(m_key, "a data key of 32 bytes, or so...", context);
    for (const std::string &named : {std::string(), m_key}) {
        for (std::size_t bit = 0; bit < ciphertext.size() * 8; ++bit) {
            Bytes flipped = ciphertext;
            flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
            const auto opened = m_vault->decrypt(flipped, context, named);
            if (told(opened) != QStringLiteral("InvalidCiphertextException")) {
                QFAIL(qPrintable(QStringLiteral("bit %1: %2").arg(bit).arg(told(opened))));
            }
        }
    }
    for (std::size_t size = 1; size < ciphertext.size(); ++size) {
        const Bytes cut(ciphertext.begin(), ciphertext.begin() + static_cast<std::ptrdiff_t>(size));
        QCOMPARE(told(m_vault->decrypt(cut, context)), QStringLiteral("InvalidCiphertextException"));
    }
}

void TestKmsCryptography::everyFlippedBitOfAContextIsInvalid() {
    const Bytes ciphertext = m_vault->ciphertext(m_key, "secret", context);
    const auto pairs = context.pairs();
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
        for (const bool ofName : {true, false}) {
            const std::string &text = ofName ? pairs[pair].first : pairs[pair].second;
            for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
                std::string flipped = text;
                flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
                EncryptionContext changed;
                for (std::size_t i = 0; i < pairs.size(); ++i) {
                    const bool isIt = i == pair;
                    QVERIFY(changed.insert(isIt && ofName ? flipped : pairs[i].first,
                                           isIt && !ofName ? flipped : pairs[i].second));
                }
                QCOMPARE(told(m_vault->decrypt(ciphertext, changed)),
                         QStringLiteral("InvalidCiphertextException"));
            }
        }
    }
}

void TestKmsCryptography::boundariesOfAContextCount() {
    // The same characters, cut in other places.
    const std::vector<EncryptionContext> cuts{
        {{"ab", "cd"}}, {{"a", "bcd"}},           {{"abc", "d"}},           {{"abcd", ""}},
        {{"", "abcd"}}, {{"a", "b"}, {"c", "d"}}, {{"a", ""}, {"b", "cd"}}, {{"ab", ""}, {"cd", ""}},
    };
    for (std::size_t made = 0; made < cuts.size(); ++made) {
        const Bytes ciphertext = m_vault->ciphertext(m_key, "secret", cuts[made]);
        for (std::size_t tried = 0; tried < cuts.size(); ++tried) {
            QCOMPARE(m_vault->decrypt(ciphertext, cuts[tried]).has_value(), made == tried);
        }
    }
}

void TestKmsCryptography::aBlobIsBoundToKeyMaterialAndVault() {
    KmsVault elsewhere;
    const Bytes foreign = elsewhere.ciphertext(elsewhere.makeKeyId(), "secret");
    QCOMPARE(told(m_vault->decrypt(foreign)), QStringLiteral("InvalidCiphertextException"));
    QCOMPARE(told(m_vault->decrypt(foreign, {}, m_key)), QStringLiteral("InvalidCiphertextException"));
    // Two encryptions share nothing but what names key and material.
    const Bytes one = m_vault->ciphertext(m_key, "secret");
    const Bytes two = m_vault->ciphertext(m_key, "secret");
    QCOMPARE(one.size(), std::size_t(6) + blob::overheadSizeBytes);
    QVERIFY(std::equal(one.begin(), one.begin() + blob::headerSizeBytes, two.begin()));
    QVERIFY(!std::equal(one.begin() + blob::headerSizeBytes, one.end(), two.begin() + blob::headerSizeBytes));
}

void TestKmsCryptography::decryptNamesKeyAlgorithmAndMaterial() {
    const auto opened = m_vault->decrypt(m_vault->ciphertext(m_key, "secret"));
    QVERIFY(opened.has_value());
    QCOMPARE(qstring(*opened->keyId), qstring(std::string(arnPrefix) + m_key));
    QVERIFY(*opened->encryptionAlgorithm == kms::EncryptionAlgorithmSpec::SYMMETRIC_DEFAULT);
    QCOMPARE(opened->keyMaterialId->size(), std::size_t(64));
    QVERIFY(fromHex(*opened->keyMaterialId).has_value());
    QVERIFY(!opened->ciphertextForRecipient);
}

void TestKmsCryptography::everyFormOfIdentifierWorks() {
    QVERIFY(m_vault->call<kms::CreateAlias>({"alias/forms", m_key}));
    const std::string prefix = "arn:aws:kms:eu-central-1:111122223333:";
    for (const std::string &form :
         {m_key, prefix + "key/" + m_key, std::string("alias/forms"), prefix + "alias/forms"}) {
        const auto encrypted = m_vault->encrypt(form, "secret");
        QCOMPARE(told(encrypted), QStringLiteral("ok"));
        QCOMPARE(qstring(*encrypted->keyId), qstring(prefix + "key/" + m_key));
        QCOMPARE(told(m_vault->decrypt(*encrypted->ciphertextBlob, {}, form)), QStringLiteral("ok"));
    }
}

void TestKmsCryptography::refusals_data() {
    QTest::addColumn<QString>("keyId");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *name, const std::string &keyId, const std::string &outcome) {
        QTest::newRow(name) << qstring(keyId) << qstring(outcome);
    };
    const std::string unknown(unknownKeyId);
    const std::string ours(arnPrefix);
    row("no uuid", "nonsense", "NotFoundException: Invalid keyId 'nonsense'");
    row("unknown id", unknown, "NotFoundException: Key '" + ours + unknown + "' does not exist");
    row("unknown ARN", ours + unknown, "NotFoundException: Key '" + ours + unknown + "' does not exist");
    row("unknown mrk", "mrk-0123456789abcdef0123456789abcdef",
        "NotFoundException: Key '" + ours + "mrk-0123456789abcdef0123456789abcdef' does not exist");
    row("other Region", "arn:aws:kms:us-west-2:111122223333:key/" + m_key,
        "NotFoundException: Invalid arn us-west-2");
    row("other account", "arn:aws:kms:eu-central-1:999999999999:key/" + m_key,
        "NotFoundException: Key 'arn:aws:kms:eu-central-1:999999999999:key/" + m_key + "' does not exist");
    row("unknown alias", "alias/none",
        "NotFoundException: Alias arn:aws:kms:eu-central-1:111122223333:alias/none is not found.");
    row("other service", "arn:verenc:111122223333:key/" + m_key,
        "NotFoundException: Invalid arn arn:verenc:111122223333:key/" + m_key);
    row("disabled", m_vault->makeKeyIn(kms::KeyState::Disabled), "DisabledException");
    row("pending deletion", m_vault->makeKeyIn(kms::KeyState::PendingDeletion), "KMSInvalidStateException");
    row("RSA without an algorithm", m_rsa,
        "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.");
}

void TestKmsCryptography::refusals() {
    QFETCH(QString, keyId);
    QFETCH(QString, outcome);
    const std::string named = keyId.toStdString();
    kms::GenerateDataKey::Request dataKey;
    dataKey.keyId = named;
    dataKey.numberOfBytes = 16;
    auto reEncrypt = reEncryption(m_vault->ciphertext(m_key, "secret"), named);
    const QStringList answers{told(m_vault->encrypt(named, "secret")),
                              told(m_vault->call<kms::GenerateDataKey>(std::move(dataKey))),
                              told(m_vault->call<kms::ReEncrypt>(std::move(reEncrypt)))};
    for (const QString &answer : answers) {
        QVERIFY2(answer.startsWith(outcome), qPrintable(answer));
    }
}

void TestKmsCryptography::reEncryptGoesFromKeyToKey() {
    auto request = reEncryption(m_vault->ciphertext(m_key, "secret", context), m_other);
    request.sourceEncryptionContext = context;
    request.destinationEncryptionContext = EncryptionContext{{"new", "context"}};
    const auto reply = m_vault->call<kms::ReEncrypt>(std::move(request));
    QCOMPARE(told(reply), QStringLiteral("ok"));
    QCOMPARE(qstring(*reply->sourceKeyId), qstring(std::string(arnPrefix) + m_key));
    QCOMPARE(qstring(*reply->keyId), qstring(std::string(arnPrefix) + m_other));
    const auto opened = m_vault->decrypt(*reply->ciphertextBlob, {{"new", "context"}}, m_other);
    QCOMPARE(told(opened), QStringLiteral("ok"));
    QCOMPARE(qstring(opened->plaintext->text()), QStringLiteral("secret"));
    QCOMPARE(qstring(*opened->keyMaterialId), qstring(*reply->destinationKeyMaterialId));
    QVERIFY(*reply->sourceKeyMaterialId != *reply->destinationKeyMaterialId);
    QCOMPARE(told(m_vault->decrypt(*reply->ciphertextBlob, context)),
             QStringLiteral("InvalidCiphertextException"));
}

void TestKmsCryptography::reEncryptOntoTheSameKey() {
    const std::string key = m_vault->makeKeyId();
    auto request = reEncryption(m_vault->ciphertext(key, "secret"), key);
    QVERIFY(m_vault->call<kms::RotateKeyOnDemand>({key}));
    const auto reply = m_vault->call<kms::ReEncrypt>(std::move(request));
    QCOMPARE(told(reply), QStringLiteral("ok"));
    QVERIFY(*reply->sourceKeyMaterialId != *reply->destinationKeyMaterialId);
    QCOMPARE(told(m_vault->decrypt(*reply->ciphertextBlob)), QStringLiteral("ok"));
}

void TestKmsCryptography::aWrongSourceKeyIsToldBeforeTheDestination() {
    const QString incorrect = QStringLiteral("IncorrectKeyException");
    const Bytes ciphertext = m_vault->ciphertext(m_key, "secret");
    QVERIFY(told(m_vault->decrypt(ciphertext, {}, m_other)).startsWith(incorrect));
    QVERIFY(told(m_vault->decrypt(ciphertext, {}, m_rsa)).startsWith(incorrect));
    const std::string disabled = m_vault->makeKeyIn(kms::KeyState::Disabled);
    for (const std::string &destination : {m_key, m_rsa, disabled}) {
        auto request = reEncryption(ciphertext, destination);
        request.sourceKeyId = m_other;
        QVERIFY(told(m_vault->call<kms::ReEncrypt>(std::move(request))).startsWith(incorrect));
    }
    auto nowhere = reEncryption(ciphertext, std::string(unknownKeyId));
    nowhere.sourceKeyId = m_other;
    QVERIFY(told(m_vault->call<kms::ReEncrypt>(std::move(nowhere))).startsWith(QStringLiteral("NotFound")));
    // State errors apply to both keys.
    const std::string source = m_vault->makeKeyId();
    auto fromDisabled = reEncryption(m_vault->ciphertext(source, "secret"), m_key);
    QVERIFY(m_vault->call<kms::DisableKey>({source}));
    QCOMPARE(told(m_vault->call<kms::ReEncrypt>(std::move(fromDisabled))),
             qstring("DisabledException: " + std::string(arnPrefix) + source + " is disabled."));
}

void TestKmsCryptography::rotatedMaterialsAreFoundById() {
    const std::string key = m_vault->makeKeyId();
    std::vector<Bytes> ciphertexts;
    std::set<std::string> materials;
    for (int rotation = 0; rotation <= 25; ++rotation) {
        ciphertexts.push_back(m_vault->ciphertext(key, std::to_string(rotation)));
        if (rotation < 25) {
            QCOMPARE(told(m_vault->call<kms::RotateKeyOnDemand>({key})), QStringLiteral("ok"));
        }
    }
    m_vault->reopen();
    for (std::size_t rotation = 0; rotation < ciphertexts.size(); ++rotation) {
        const auto opened = m_vault->decrypt(ciphertexts[rotation]);
        QCOMPARE(told(opened), QStringLiteral("ok"));
        QCOMPARE(qstring(opened->plaintext->text()), QString::number(rotation));
        materials.insert(*opened->keyMaterialId);
    }
    QCOMPARE(materials.size(), std::size_t(26));
    // Another material's id in the header does not open what a material has sealed.
    Bytes moved = ciphertexts[0];
    std::copy_n(ciphertexts[1].begin() + 32, 20, moved.begin() + 32);
    QCOMPARE(told(m_vault->decrypt(moved)), QStringLiteral("InvalidCiphertextException"));
}

QTEST_GUILESS_MAIN(TestKmsCryptography)
#include "tst_kms_cryptography.moc"
