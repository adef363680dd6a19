// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.h"
#include "inspect/inspect.h"
#include "inspect/record.h"
#include "inspect/render.h"
#include "samples.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

using namespace keyturn;
using inspect::Certainty;
using inspect::Inspection;
using inspect::Kind;
using inspect::Layer;

namespace {

constexpr std::string_view keyArn =
    "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

Inspection inspectText(std::string_view text) {
    return inspect::inspect(asBytes(text));
}
QByteArray shown(std::string_view text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}
Certainty certaintyOf(const Inspection &found, std::string_view label) {
    for (const auto &fact : found.facts) {
        if (fact.label == label) {
            return fact.certainty;
        }
    }
    return Certainty::Unknown;
}

} // namespace

class TestInspect : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesWhatItSees_data();
    void namesWhatItSees();
    void keyturnBlobTellsVaultKeyMaterialAndVersion();
    void keyturnBlobThatIsCutSaysSo();
    void awsBlobIsLikelyAndItsSizesAreRead();
    void awsBlobOfBothGenerations();
    void bytesAfterAnAwsBlobAreNamed();
    void cutAwsBlobIsNoCiphertext();
    void encryptionSdkMessageListsKeysAndContext();
    void s3MetadataYieldsCiphertextAndContext();
    void s3MetadataWrappedByOthersIsNoKmsCiphertext();
    void layersComeOffInAnyOrder_data();
    void layersComeOffInAnyOrder();
    void everyPrefixAndEveryFlipIsAnsweredWithoutClaims();
    void recordComesBackAsWritten();
    void recordOfAnotherVersionIsRefused();
    void fileAndRecordAreReadTogether();
    void terminalControlCharactersNeverPass();
    void jsonHasAllMembers();
};

void TestInspect::namesWhatItSees_data() {
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("kind");
    const auto row = [](const char *name, std::string_view input, const char *kind) {
        QTest::newRow(name) << shown(input) << QByteArray(kind);
    };
    row("nothing", "", "empty");
    row("words", "hello world, this is no ciphertext", "text");
    row("vault transit", "vault:v3:AbCdEfGhIjKlMnOp==", "vault-transit-text");
    row("vault without number", "vault:vx:AbCd", "text");
    row("sops value", "ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UW=,type:str]", "sops-value");
    row("sops yaml", "a: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UW=,type:str]\nsops:\n  kms: []\n",
        "sops-document");
    row("sops json", R"({"a":"ENC[x]","sops":{"kms":[{"arn":"arn:aws:kms:x","enc":"QUJD"}]}})",
        "sops-document");
    row("kubernetes", "k8s:enc:kms:v1:provider:xyz", "kubernetes-value");
    row("pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "pem");
    row("tink", R"({"encryptedKeyset":"QUJD","keysetInfo":{}})", "tink-keyset");
    row("json", R"({"a":[1,2,3]})", "json");
    row("damaged json", R"({"a":[1,2,3})", "text");
    row("gzip", std::string_view("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10), "gzip");
    row("zip", std::string_view("PK\x03\x04\x14\x00", 6), "zip");
    row("binary", std::string_view("\x00\x01\x02\xff\xfe", 5), "binary");
    row("base64 of nothing known", "aGVsbG8=", "text");
    row("emulator", "1234abcd-12ab-34cd-56ef-1234567890ab0123456789012345678901234567890123",
        "emulator-blob");
    const std::string rsa(256, '\xee');
    row("as long as RSA", rsa, "rsa-sized");
    std::string vault("SQLite format 3\0", 16);
    vault.resize(100, '\0');
    vault.replace(68, 4, "KTVL");
    row("vault file", vault, "keyturn-vault");
    vault.replace(68, 4, "XXXX");
    row("other database", vault, "binary");
}

void TestInspect::namesWhatItSees() {
    QFETCH(QByteArray, input);
    QFETCH(QByteArray, kind);
    const Inspection found = inspectText({input.constData(), static_cast<std::size_t>(input.size())});
    QCOMPARE(shown(inspect::wireName(found.kind)), kind);
    QVERIFY(!found.summary.empty());
    QCOMPARE(found.isKmsCiphertext(), kind == "emulator-blob" || kind == "rsa-sized");
}

void TestInspect::keyturnBlobTellsVaultKeyMaterialAndVersion() {
    const Bytes blob = samples::keyturnBlob(16);
    const Inspection found = inspect::inspect(blob);
    QCOMPARE(found.kind, Kind::KeyturnBlob);
    QCOMPARE(found.certainty, Certainty::Read);
    QCOMPARE(shown(found.fact("Vault")), QByteArray("0102030405060708"));
    QCOMPARE(shown(found.fact("Key")), QByteArray("1234abcd-1234-1234-1234-1234567890ab"));
    QCOMPARE(shown(found.fact("Material version")), QByteArray("3"));
    QCOMPARE(shown(found.fact("Size of the plaintext")), QByteArray("16 bytes"));
    QCOMPARE(shown(found.sourceKey), QByteArray("1234abcd-1234-1234-1234-1234567890ab"));
    // SHA-256("kv1/key-material-id" | 16 times 5a), by another program.
    QCOMPARE(shown(found.fact("Key material")),
             QByteArray("3949188e013486423a3ed578ba9a39f02f40ca64a3fb975fc8af13887a6c0bb3"));
    QCOMPARE(found.ciphertext, blob);
}

void TestInspect::keyturnBlobThatIsCutSaysSo() {
    Bytes blob = samples::keyturnBlob();
    blob.resize(40);
    const Inspection found = inspect::inspect(blob);
    QCOMPARE(found.kind, Kind::KeyturnBlob);
    QVERIFY(!found.isKmsCiphertext());
    QVERIFY(found.summary.find("cannot be read") != std::string::npos);
}

void TestInspect::awsBlobIsLikelyAndItsSizesAreRead() {
    const Bytes blob = samples::awsBlob();
    QCOMPARE(blob.size(), std::size_t{184}); // as published samples of 32-byte data keys are
    QVERIFY(toBase64(blob).starts_with("AQICAH"));
    const Inspection found = inspect::inspect(blob);
    QCOMPARE(found.kind, Kind::AwsKmsBlob);
    QCOMPARE(found.certainty, Certainty::Likely);
    QCOMPARE(shown(found.fact("Size")), QByteArray("184 bytes"));
    QCOMPARE(certaintyOf(found, "Size"), Certainty::Read);
    QCOMPARE(shown(found.fact("Key material group")), QByteArray(32, 'x').replace("x", "ab"));
    QCOMPARE(certaintyOf(found, "Key material group"), Certainty::Likely);
    QCOMPARE(certaintyOf(found, "Key"), Certainty::Unknown);
    QCOMPARE(shown(found.fact("Embedded structure")),
             QByteArray("CMS EncryptedData, 126 bytes, AES-256-GCM"));
    QCOMPARE(shown(found.fact("Nonce")), QByteArray("12 bytes"));
    QCOMPARE(shown(found.fact("Size of the plaintext")), QByteArray("32 bytes"));
    QCOMPARE(certaintyOf(found, "Size of the plaintext"), Certainty::Likely);
    QVERIFY(found.sourceKey.empty());
}

void TestInspect::awsBlobOfBothGenerations() {
    QCOMPARE(shown(inspect::inspect(samples::awsBlob(2)).fact("Generation")),
             QByteArray("second (01 02 ..)"));
    QCOMPARE(shown(inspect::inspect(samples::awsBlob(1)).fact("Generation")), QByteArray("first (01 01 ..)"));
    QCOMPARE(inspect::inspect(samples::awsBlob(3)).kind, Kind::Binary);
    Bytes old{0x0a, 0x20};
    old.insert(old.end(), 32, 0x55);
    old.push_back(0x12);
    old.insert(old.end(), 60, 0x66);
    QCOMPARE(shown(inspect::inspect(old).fact("Generation")), QByteArray("2014 (0a 20 ..)"));
}

void TestInspect::bytesAfterAnAwsBlobAreNamed() {
    Bytes blob = samples::awsBlob();
    blob.push_back('\n');
    const Inspection found = inspect::inspect(blob);
    QCOMPARE(shown(found.fact("After the structure")), QByteArray("1 byte (line feed)"));
    blob.push_back(0x42);
    QCOMPARE(shown(inspect::inspect(blob).fact("After the structure")), QByteArray("2 bytes"));
}

void TestInspect::cutAwsBlobIsNoCiphertext() {
    Bytes blob = samples::awsBlob();
    blob.resize(blob.size() - 5);
    const Inspection found = inspect::inspect(blob);
    QCOMPARE(found.kind, Kind::AwsKmsBlob);
    QVERIFY(!found.isKmsCiphertext());
    QCOMPARE(shown(found.fact("Missing")), QByteArray("5 bytes"));
}

void TestInspect::encryptionSdkMessageListsKeysAndContext() {
    for (const int version : {1, 2}) {
        const Inspection found = inspect::inspect(samples::encryptionSdkMessage(version, keyArn));
        QCOMPARE(found.kind, Kind::EncryptionSdkMessage);
        QCOMPARE(shown(found.fact("Key")), shown(keyArn));
        QCOMPARE(shown(found.fact("Encryption context")), QByteArray("purpose=archive"));
        QCOMPARE(shown(found.fact("Size of the data key's ciphertext")), QByteArray("184 bytes"));
        QVERIFY(found.context && *found.context == kms::EncryptionContext({{"purpose", "archive"}}));
        QVERIFY(!found.isKmsCiphertext());
        QVERIFY(found.summary.find("ReEncrypt cannot take it whole") != std::string::npos);
    }
}

void TestInspect::s3MetadataYieldsCiphertextAndContext() {
    const std::string wrapped = toBase64(samples::awsBlob());
    const std::string object = "{\"Metadata\":{\"x-amz-key-v2\":\"" + wrapped +
                               "\",\"x-amz-wrap-alg\":\"kms+context\",\"x-amz-matdesc\":"
                               "\"{\\\"aws:x-amz-cek-alg\\\":\\\"AES/GCM/NoPadding\\\"}\"}}";
    const std::string lines = "x-amz-meta-x-amz-key-v2: " + wrapped +
                              "\r\nx-amz-meta-x-amz-wrap-alg: kms\r\n"
                              "x-amz-meta-x-amz-matdesc: {\"kms_cmk_id\":\"" +
                              std::string(keyArn) + "\"}\r\n";
    const std::string third =
        "{\"x-amz-3\":\"" + wrapped + "\",\"x-amz-w\":\"12\",\"x-amz-t\":\"{\\\"a\\\":\\\"b\\\"}\"}";
    for (const std::string &text : {object, lines, third}) {
        const Inspection found = inspectText(text);
        QCOMPARE(found.kind, Kind::S3ClientMetadata);
        QCOMPARE(found.ciphertext, samples::awsBlob());
        QVERIFY(found.context.has_value());
        QVERIFY(found.summary.find("body is no KMS ciphertext") != std::string::npos);
    }
    QCOMPARE(shown(inspectText(lines).sourceKey), shown(keyArn));
    QVERIFY(*inspectText(object).context ==
            kms::EncryptionContext({{"aws:x-amz-cek-alg", "AES/GCM/NoPadding"}}));
}

void TestInspect::s3MetadataWrappedByOthersIsNoKmsCiphertext() {
    const Inspection found = inspectText(R"({"x-amz-key-v2":"QUJD","x-amz-wrap-alg":"AES/GCM"})");
    QCOMPARE(found.kind, Kind::S3ClientMetadata);
    QVERIFY(!found.isKmsCiphertext());
}

void TestInspect::layersComeOffInAnyOrder_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("layers");
    const Bytes blob = samples::keyturnBlob();
    const std::string base64 = toBase64(blob);
    const auto row = [](const char *name, const std::string &text, const char *layers) {
        QTest::newRow(name) << shown(text) << QByteArray(layers);
    };
    std::string url = base64;
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    row("raw", std::string(asText(blob)), "");
    row("base64", base64, "base64");
    row("base64 and line feed", base64 + "\n", "newline base64");
    row("base64 twice", toBase64(asBytes(base64)), "base64 base64");
    row("base64 twice, each with line feed", toBase64(asBytes(base64 + "\n")) + "\n",
        "newline base64 newline base64");
    row("broken lines", base64.substr(0, 76) + "\n" + base64.substr(76), "base64-with-line-breaks");
    row("hex", toHex(blob), "hex");
    row("database hex", "\\x" + toHex(blob), "hex");
    row("upper hex", QByteArray::fromStdString(toHex(blob)).toUpper().toStdString(), "hex");
    row("hex of base64", toHex(asBytes(base64)), "hex base64");
    row("data URL", "data:application/octet-stream;base64," + base64, "data-url base64");
    row("numbered prefix", "v12:" + base64, "numbered-prefix base64");
    if (url != base64) {
        row("base64url", url, "base64url");
    }
}

void TestInspect::layersComeOffInAnyOrder() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, layers);
    const Inspection found = inspectText({text.constData(), static_cast<std::size_t>(text.size())});
    QCOMPARE(found.kind, Kind::KeyturnBlob);
    QCOMPARE(found.ciphertext, samples::keyturnBlob());
    QByteArray seen;
    for (const Layer layer : found.layers) {
        seen += (seen.isEmpty() ? "" : " ") + shown(inspect::wireName(layer));
    }
    QCOMPARE(seen, layers);
}

void TestInspect::everyPrefixAndEveryFlipIsAnsweredWithoutClaims() {
    const Bytes inputs[] = {
        samples::keyturnBlob(), samples::awsBlob(), samples::encryptionSdkMessage(1, keyArn),
        samples::encryptionSdkMessage(2, keyArn),
        toBytes(R"({"x-amz-key-v2":"QUJD","x-amz-wrap-alg":"kms","x-amz-matdesc":"{}"})")};
    int looked = 0;
    for (const Bytes &input : inputs) {
        for (std::size_t length = 0; length < input.size(); ++length) {
            const Inspection found = inspect::inspect(ByteView(input).first(length));
            QVERIFY(!found.summary.empty());
            ++looked;
        }
        for (std::size_t i = 0; i < input.size(); ++i) {
            Bytes flipped = input;
            flipped[i] ^= 0xff;
            QVERIFY(!inspect::inspect(flipped).summary.empty());
            ++looked;
        }
    }
    std::mt19937 random(20261122);
    for (int i = 0; i < 20000; ++i) {
        Bytes noise(random() % 300);
        for (std::uint8_t &byte : noise) {
            byte = static_cast<std::uint8_t>(random());
        }
        const Inspection found = inspect::inspect(noise);
        QVERIFY(found.kind != Kind::KeyturnBlob && found.kind != Kind::EncryptionSdkMessage);
        ++looked;
    }
    qInfo("%d inputs", looked);
}

void TestInspect::recordComesBackAsWritten() {
    inspect::Record record;
    record.version = 1;
    record.operation = "ReEncrypt";
    record.keyId = std::string(keyArn);
    record.encryptionContext = kms::EncryptionContext({{"a", "1"}, {"ü", "\"quoted\""}});
    record.ciphertextBytes = 144;
    record.time = Timestamp(std::chrono::seconds(1'795'000'000));
    const auto back = inspect::parseRecord(inspect::recordText(record));
    QVERIFY(back.has_value());
    QCOMPARE(*back->keyId, *record.keyId);
    QVERIFY(*back->encryptionContext == *record.encryptionContext);
    QCOMPARE(*back->ciphertextBytes, std::int64_t{144});
    QVERIFY(*back->time == *record.time);
    QVERIFY(!back->sourceKeyId);
}

void TestInspect::recordOfAnotherVersionIsRefused() {
    const auto newer = inspect::parseRecord(R"({"KeyturnRecord": 2, "KeyId": "x"})");
    QVERIFY(!newer && newer.error().detail.find("version 2") != std::string::npos);
    QVERIFY(!inspect::parseRecord(R"({"KeyId": "x"})"));
    QVERIFY(!inspect::parseRecord(R"({"KeyturnRecord": 1, "KeyturnRecord": 1})"));
    QCOMPARE(inspectText(R"({"KeyturnRecord": 1, "KeyId": "x"})").kind, Kind::Record);
}

void TestInspect::fileAndRecordAreReadTogether() {
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath(QStringLiteral("secret.blob")).toStdString();
    const Bytes blob = samples::keyturnBlob();
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char *>(blob.data()), static_cast<std::streamsize>(blob.size()));
    inspect::Record record;
    record.keyId = std::string(keyArn);
    record.encryptionContext = kms::EncryptionContext({{"a", "1"}});
    record.ciphertextBytes = static_cast<std::int64_t>(blob.size());
    QVERIFY(inspect::saveRecord(file, record).has_value());
    const auto found = inspect::inspectFile(file);
    QVERIFY(found.has_value());
    QCOMPARE(found->kind, Kind::KeyturnBlob);
    QCOMPARE(shown(found->sourceKey), shown(keyArn));
    QVERIFY(found->context && found->context->find("a") != nullptr);
    const auto missing = inspect::inspectFile(file.parent_path() / "not there");
    QVERIFY(!missing && missing.error().code == ErrorCode::FileNotFound);
}

void TestInspect::terminalControlCharactersNeverPass() {
    Bytes message = samples::encryptionSdkMessage(2, "arn\x1b[2Jx");
    const std::string text = inspect::renderText(inspect::inspect(message));
    QVERIFY(text.find('\x1b') == std::string::npos);
    const std::string json = inspect::renderJson(inspect::inspect(message));
    QVERIFY(json.find('\x1b') == std::string::npos);
}

void TestInspect::jsonHasAllMembers() {
    const std::string json = inspect::renderJson(inspect::inspect(samples::encryptionSdkMessage(2, keyArn)));
    for (const char *member :
         {"\"kind\": \"encryption-sdk-message\"", "\"certainty\": \"read\"", "\"layers\": []",
          "\"isKmsCiphertext\": false", "\"context\": {\"purpose\": \"archive\"}"}) {
        QVERIFY2(json.find(member) != std::string::npos, json.c_str());
    }
}

QTEST_GUILESS_MAIN(TestInspect)
#include "tst_inspect.moc"
