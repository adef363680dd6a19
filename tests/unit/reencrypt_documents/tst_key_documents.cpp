// SPDX-License-Identifier: Apache-2.0
// Files of other tools that hold one ciphertext each, or a list of them: Pulumi, Tink, credstash, MongoDB,
// Parquet.
#include "unit/reencrypt_documents/document_samples.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::documents;

namespace {

std::string filled(std::string text, bool after) {
    for (std::uint8_t mark = 1; mark <= 3; ++mark) {
        const std::string place = "@" + std::to_string(mark);
        text = replaced(text, place, after ? moved64(aws64(mark)) : aws64(mark));
    }
    return replaced(text, "@arn", after ? newArn : oldArn);
}

kms::EncryptionContext contextOf(const Moved &moved, std::size_t index) {
    return moved.blobs.at(index).context;
}

} // namespace

class TestKeyDocuments : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyTheKeyAndItsCiphertextChange_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("blobs");
        const auto row = [](const char *what, SourceKind kind, const std::string &text, int blobs) {
            QTest::newRow(what) << static_cast<int>(kind) << shown(text) << blobs;
        };
        row("Pulumi", SourceKind::Pulumi,
            "# stack\nsecretsprovider: awskms:///@arn?region=eu-central-1&awssdk=v2\nencryptedkey: "
            "@1\nconfig:\n  a:b:\n    secure: v1:AAAA:BBBB\n",
            1);
        row("Pulumi with quotes, CRLF", SourceKind::Pulumi,
            "encryptedkey: \"@1\"\r\nsecretsprovider: 'awskms:///@arn'\r\n", 1);
        row("Tink", SourceKind::Tink,
            "{\"keysetInfo\":{\"primaryKeyId\":1},\n \"encryptedKeyset\" : \"@1\"}\n", 1);
        row("credstash, array", SourceKind::Credstash,
            "[{\"name\":\"db\",\"version\":\"0000000000000000001\",\"key\":\"@1\",\"contents\":\"AQICAHg\","
            "\"hmac\":\"00\"},\n{\"name\":\"x\",\"key\":\"@2\"}]",
            2);
        row("credstash, lines", SourceKind::Credstash,
            "{\"name\":\"db\",\"key\":\"@1\"}\n\n{\"key\":\"@2\",\"name\":\"x\"}\r\n", 2);
        row("credstash, as DynamoDB's scan prints it", SourceKind::Credstash,
            "{\"Items\": [{\"name\": {\"S\": \"db\"}, \"key\": {\"S\": \"@1\"}}], \"Count\": 1}", 1);
        row("credstash, as DynamoDB exports it", SourceKind::Credstash,
            "{\"Item\":{\"name\":{\"S\":\"db\"},\"key\":{\"S\":\"@1\"}}}\n{\"Item\":{\"key\":{\"S\":\"@2\"}}}"
            "\n",
            2);
        row("MongoDB, array", SourceKind::MongoKeyVault,
            "[{\"_id\":{\"$binary\":{\"base64\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"subType\":\"04\"}},"
            "\"keyMaterial\":{\"$binary\":{\"base64\":\"@1\",\"subType\":\"00\"}},\"status\":{\"$numberInt\":"
            "\"1\"},\"masterKey\":{\"provider\":\"aws\",\"region\":\"eu-central-1\",\"key\":\"@arn\"}}]",
            1);
        row("MongoDB, lines, other providers", SourceKind::MongoKeyVault,
            "{\"keyMaterial\":{\"$binary\":{\"base64\":\"AAAA\",\"subType\":\"00\"}},\"masterKey\":{"
            "\"provider\":\"local\"}}\n{\"masterKey\":{\"key\":\"@arn\",\"provider\":\"aws\"},"
            "\"keyMaterial\":{\"$binary\":\"@1\",\"$type\":\"00\"}}\n",
            1);
        row("Parquet", SourceKind::ParquetKeys,
            "{\"footerKey\":{\"keyMaterialType\":\"PKMT1\",\"isFooterKey\":true,\"masterKeyID\":\"@arn\","
            "\"wrappedDEK\":\"@1\",\"doubleWrapping\":false},\"columnKey0\":{\"keyMaterialType\":\"PKMT1\","
            "\"masterKeyID\":\"@arn\",\"doubleWrapping\":true,\"keyEncryptionKeyID\":\"AAAA\",\"wrappedKEK\":"
            "\"@2\",\"wrappedDEK\":\"AQICAHg\"}}",
            2);
        row("Parquet, one object, a plug-in's own name", SourceKind::ParquetKeys,
            "{\"keyMaterialType\":\"PKMT1\",\"masterKeyID\":\"orders\",\"wrappedDEK\":\"@1\"}", 1);
        row("Parquet, JSON in texts", SourceKind::ParquetKeys,
            "{\"columnKey1\":\"{\\\"keyMaterialType\\\":\\\"PKMT1\\\",\\\"x\\\":"
            "\\\"\\uD83D\\uDE00\xC3\xA4\\\",\\\"masterKeyID\\\":\\\"@arn\\\",\\\"wrappedDEK\\\":\\\"@1\\\"}"
            "\",\"footerKey\":\"{\\\"keyMaterialType\\\":\\\"PKMT1\\\",\\\"masterKeyID\\\":\\\"@arn\\\","
            "\\\"wrappedDEK\\\":\\\"@2\\\"}\"}",
            2);
    }
    void onlyTheKeyAndItsCiphertextChange() {
        QFETCH(int, kind);
        QFETCH(QByteArray, text);
        QFETCH(int, blobs);
        const JobSpec spec = job(static_cast<SourceKind>(kind));
        const Moved moved = move(filled(text.toStdString(), false), spec);
        QCOMPARE(moved.error, std::string());
        QCOMPARE(moved.blobs.size(), static_cast<std::size_t>(blobs));
        for (const FoundBlob &blob : moved.blobs) {
            QVERIFY2(blob.cause == Cause::None, blob.message.c_str());
        }
        QCOMPARE(shown(moved.text), shown(filled(text.toStdString(), true)));
    }

    void escapesOfJsonStay() {
        const std::string escaped = replaced(replaced(aws64(), "/", "\\/"), "+", "\\u002B");
        const Moved moved = move("{\"encryptedKeyset\":\"" + escaped + "\"}", job(SourceKind::Tink));
        QCOMPARE(moved.error, std::string());
        QVERIFY(moved.blobs.at(0).ciphertext == aws());
        const auto again = move(moved.text, job(SourceKind::Tink));
        QVERIFY(again.blobs.at(0).ciphertext == movedCiphertext(aws()));
    }

    void pulumiContextsStandInTheUrl() {
        const std::string text =
            "secretsprovider: "
            "awskms://alias/old?region=eu-west-1&context_app=my+shop&context_a%3Ab=%C3%A4\nencryptedkey: " +
            aws64() + "\n";
        const Moved same = move(text, job(SourceKind::Pulumi));
        QVERIFY(contextOf(same, 0) == kms::EncryptionContext({{"app", "my shop"}, {"a:b", "\xC3\xA4"}}));
        QCOMPARE(same.blobs.at(0).keyHint, std::string("alias/old"));
        QCOMPARE(shown(same.text),
                 shown(replaced(replaced(text, "//alias/old", "///" + newArn), aws64(), moved64(aws64()))));
        JobSpec spec = job(SourceKind::Pulumi);
        spec.destinationContext.emplace();
        spec.destinationContext->pairs = {{"to", reencrypt::ContextTemplate::literal("b c")}};
        const Moved other = move(text, spec);
        QCOMPARE(shown(other.text),
                 shown("secretsprovider: awskms:///" + newArn +
                       "?region=eu-west-1&context_to=b%20c\nencryptedkey: " + moved64(aws64()) + "\n"));
    }

    void contextsOfTheJobAreBuiltPerItem() {
        JobSpec spec = job(SourceKind::Credstash);
        spec.context.pairs = {{"name", *reencrypt::ContextTemplate::parse("{name}")},
                              {"v", *reencrypt::ContextTemplate::parse("n{/version}")}};
        const Moved moved =
            move("[{\"name\":\"db\",\"version\":3,\"key\":\"" + aws64(1) + "\"},{\"name\":\"x\",\"key\":\"" +
                     aws64(2) + "\"},{\"name\":{\"S\":\"y\"},\"version\":{\"N\":\"4\"},\"key\":{\"S\":\"" +
                     aws64(3) + "\"}}]",
                 spec);
        QVERIFY(contextOf(moved, 0) == kms::EncryptionContext({{"name", "db"}, {"v", "n3"}}));
        QCOMPARE(moved.blobs.at(1).cause, Cause::BadTemplate);
        QVERIFY(contextOf(moved, 2) == kms::EncryptionContext({{"name", "y"}, {"v", "n4"}}));
        spec.context = {};
        spec.context.from = "/context";
        spec.destinationContext.emplace();
        const Moved from = move("{\"context\":{\"a\":\"b\"},\"key\":\"" + aws64() +
                                    "\"}\n{\"context\":{\"a\":1},\"key\":\"" + aws64() + "\"}\n",
                                spec);
        QVERIFY(contextOf(from, 0) == kms::EncryptionContext({{"a", "b"}}));
        QVERIFY(from.blobs.at(0).newContext.empty());
        QCOMPARE(from.blobs.at(1).cause, Cause::BadTemplate);
    }

    void onlyKeysOfTheJobAreListed_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *what, SourceKind kind, const std::string &text) {
            QTest::newRow(what) << static_cast<int>(kind) << shown(filled(text, false));
        };
        row("Pulumi", SourceKind::Pulumi, "secretsprovider: awskms:///@arn\nencryptedkey: @1\n");
        row("MongoDB", SourceKind::MongoKeyVault,
            "{\"keyMaterial\":{\"$binary\":{\"base64\":\"@1\"}},\"masterKey\":{\"provider\":\"aws\",\"key\":"
            "\"@arn\"}}");
        row("Parquet", SourceKind::ParquetKeys,
            "{\"keyMaterialType\":\"PKMT1\",\"masterKeyID\":\"@arn\",\"wrappedDEK\":\"@1\"}");
    }
    void onlyKeysOfTheJobAreListed() {
        QFETCH(int, kind);
        QFETCH(QByteArray, text);
        JobSpec spec = job(static_cast<SourceKind>(kind));
        spec.sourceKeys = {"alias/nobody"};
        QVERIFY(move(text.toStdString(), spec).blobs.empty());
        spec.sourceKeys = {oldArn};
        QCOMPARE(move(text.toStdString(), spec).blobs.size(), std::size_t(1));
        spec.sourceKeys = {"alias/nobody"};
        spec.destinationKey = oldArn; // moved before: a second pass finds it
        QCOMPARE(move(text.toStdString(), spec).blobs.size(), std::size_t(1));
    }

    void faultsNameTheirPlace_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](SourceKind kind, const std::string &text, const char *message) {
            QTest::newRow(message) << static_cast<int>(kind) << shown(filled(text, false))
                                   << QByteArray(message);
        };
        row(SourceKind::Pulumi, "\nsecretsprovider: awskms://a\n", "encryptedkey: missing beside");
        row(SourceKind::Pulumi, "secretsprovider: awskms://a\nencryptedkey: &k @1\n", "line 2: an anchor");
        row(SourceKind::Pulumi, "secretsprovider: awskms://a\nencryptedkey: '%%%'\n",
            "line 2: encryptedkey: no encoded");
        row(SourceKind::Tink, "{\n\"encryptedKeyset\": 5}", "line 2: encryptedKeyset: no text");
        row(SourceKind::Tink, "{\"encryptedKeyset\": \"%%\"}", "encryptedKeyset: no encoded ciphertext");
        row(SourceKind::Credstash, "[{\n\"key\": \"\"}]", "line 1: [0].key: no encoded ciphertext");
        row(SourceKind::Credstash, "[{\"contents\":\"x\"}]", "[0].key: no text");
        row(SourceKind::Credstash, "{\"x\":1}\n{\"key\": }\n", "line 2, column 9: no JSON value");
        row(SourceKind::MongoKeyVault, "{\"masterKey\":{\"provider\":\"aws\"}}", "keyMaterial: no text");
        row(SourceKind::ParquetKeys, "{\"a\":{\"keyMaterialType\":\"PKMT9\",\"wrappedDEK\":\"@1\"}}",
            "a.wrappedDEK: key material of an unknown type");
        row(SourceKind::ParquetKeys,
            "{\"a\":{\"keyMaterialType\":\"PKMT1\",\"doubleWrapping\":true,\"wrappedDEK\":\"@1\"}}",
            "a.wrappedKEK: no text");
        row(SourceKind::ParquetKeys,
            "{\"a\":{\"keyMaterialType\":\"PKMT1\",\"wrappedDEK\":\"gICAgICAgICAgICAgICAgICAgA==\"}}",
            "no known form of a KMS ciphertext");
        row(SourceKind::ParquetKeys, "{\"a\":\"{\\\"keyMaterialType\\\" 1}\"}",
            "the JSON inside the text cannot be read");
    }
    void faultsNameTheirPlace() {
        QFETCH(int, kind);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        const Moved moved = move(text.toStdString(), job(static_cast<SourceKind>(kind)));
        std::string all;
        for (const FoundBlob &blob : moved.blobs) {
            all += blob.message + "\n";
        }
        QVERIFY2(all.find(message.toStdString()) != std::string::npos, all.c_str());
    }

    void documentsThatCannotBeReadSayWhere_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("text");
        for (const SourceKind kind :
             {SourceKind::Tink, SourceKind::Credstash, SourceKind::MongoKeyVault, SourceKind::ParquetKeys}) {
            QTest::newRow(std::string(wireName(kind)).c_str())
                << static_cast<int>(kind) << QByteArray("{\"a\":1,\n\"a\":2}");
        }
        QTest::newRow("array") << static_cast<int>(SourceKind::Credstash) << QByteArray("[{},\n{]");
    }
    void documentsThatCannotBeReadSayWhere() {
        QFETCH(int, kind);
        QFETCH(QByteArray, text);
        const Moved moved = move(text.toStdString(), job(static_cast<SourceKind>(kind)));
        QVERIFY2(moved.error.starts_with("line 2, column "), moved.error.c_str());
    }

    void otherDocumentsHaveNoBlobs() {
        for (const SourceKind kind : {SourceKind::Pulumi, SourceKind::Tink, SourceKind::Credstash,
                                      SourceKind::MongoKeyVault, SourceKind::ParquetKeys}) {
            const Moved moved = move("{\"secretsprovider\": \"passphrase\", \"a\": [1, null]}", job(kind));
            QCOMPARE(moved.error, std::string());
            QVERIFY(moved.blobs.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestKeyDocuments)
#include "tst_key_documents.moc"
