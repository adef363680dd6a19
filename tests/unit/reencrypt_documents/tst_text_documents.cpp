// SPDX-License-Identifier: Apache-2.0
// Whole-file ciphertexts and ciphertexts inside text.
#include "unit/reencrypt_documents/document_samples.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::documents;

namespace {

JobSpec withContext(JobSpec spec) {
    spec.context.pairs = {{"app", reencrypt::ContextTemplate::literal("shop")}};
    return spec;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' ? c - 32 : c; });
    return text;
}

std::string url(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (text.ends_with('=')) {
        text.pop_back();
    }
    return text;
}

} // namespace

class TestTextDocuments : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filesKeepTheirForm_data() {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *name, const std::string &before, const std::string &after) {
            QTest::newRow(name) << shown(before) << shown(after);
        };
        const std::string raw = textOf(aws());
        const std::string rawNew = textOf(movedCiphertext(aws()));
        row("raw", raw, rawNew);
        row("raw with a line feed behind", raw + "\n", rawNew + "\n");
        row("raw with CRLF behind", raw + "\r\n", rawNew + "\r\n");
        row("Keyturn, raw", textOf(keyturnCiphertext()), textOf(movedCiphertext(keyturnCiphertext())));
        row("unknown form, raw", std::string(200, '\x80'), textOf(movedCiphertext(Bytes(200, 0x80))));
        row("base64", aws64(), moved64(aws64()));
        row("base64 and line feed", aws64() + "\n", moved64(aws64()) + "\n");
        row("base64 in lines", broken(aws64(), 76, "\n") + "\n", broken(moved64(aws64()), 76, "\n") + "\n");
        row("hex", toHex(aws()) + "\n", toHex(movedCiphertext(aws())) + "\n");
        row("hex, upper case", upper(toHex(aws())), upper(toHex(movedCiphertext(aws()))));
        row("numbered", "v1:" + aws64(), "v1:" + moved64(aws64()));
    }
    void filesKeepTheirForm() {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const Moved moved = move(before.toStdString(), withContext(job(SourceKind::Files)));
        QCOMPARE(moved.error, std::string());
        QCOMPARE(moved.blobs.size(), std::size_t(1));
        QVERIFY(moved.blobs[0].context == kms::EncryptionContext({{"app", "shop"}}));
        QVERIFY(moved.blobs[0].newContext == moved.blobs[0].context);
        QCOMPARE(shown(moved.text), after);
    }

    void aNewPrefixTakesTheOldOnesPlace() {
        JobSpec spec = job(SourceKind::Files);
        spec.finder.newPrefix = "v2:";
        QCOMPARE(move("v1:" + aws64() + "\n", spec).text, "v2:" + moved64(aws64()) + "\n");
        QCOMPARE(move(textOf(aws()), spec).text, textOf(movedCiphertext(aws())));
    }

    void otherFilesAreFaults_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("cause");
        const auto row = [](const char *name, const std::string &content, Cause cause) {
            QTest::newRow(name) << shown(content) << static_cast<int>(cause);
        };
        row("empty", "", Cause::NotACiphertext);
        row("text", "hello world, nothing here\n", Cause::NotACiphertext);
        row("PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", Cause::NotACiphertext);
        row("JSON", "{\"a\": 1}", Cause::NotACiphertext);
        row("gzip", std::string("\x1f\x8b\x08\x00", 4) + std::string(40, '\0'), Cause::NotACiphertext);
        row("cut", textOf(ByteView(aws()).first(150)), Cause::NotACiphertext);
        row("larger than a ciphertext", std::string(7000, '\x80'), Cause::NotACiphertext);
        row("base64 of base64", toBase64(asBytes(aws64())), Cause::NotACiphertext);
        row("Vault", "vault:v1:c2VjcmV0c2VjcmV0c2VjcmV0\n", Cause::OtherCiphertext);
        row("Encryption SDK", textOf(samples::encryptionSdkMessage(2, oldArn)), Cause::OtherCiphertext);
    }
    void otherFilesAreFaults() {
        QFETCH(QByteArray, content);
        QFETCH(int, cause);
        const std::string text = content.toStdString();
        const auto document = parseDocument(asBytes(text), "file", job(SourceKind::Files));
        QVERIFY(document);
        QCOMPARE((*document)->blobs().size(), std::size_t(1));
        const FoundBlob &blob = (*document)->blobs().front();
        QCOMPARE(static_cast<int>(blob.cause), cause);
        QVERIFY(!blob.message.empty());
        QVERIFY(!(*document)->edits({{0, aws(), newArn, nullptr, movedAt()}}));
    }

    void theEncodingOfTheJobCounts() {
        JobSpec spec = job(SourceKind::Files);
        spec.finder.encoding = reencrypt::Encoding::Hex;
        const auto document = parseDocument(asBytes(aws64()), "file", spec);
        QVERIFY(document);
        QCOMPARE((*document)->blobs().front().cause, Cause::NotACiphertext);
    }

    void textKeepsEveryOtherByte_data() {
        QTest::addColumn<QByteArray>("text"); ///< %1, %2, ...: ciphertexts
        QTest::addColumn<QStringList>("values");
        const auto row = [](const char *name, const std::string &text,
                            const std::vector<std::string> &values) {
            QStringList list;
            for (const std::string &value : values) {
                list << QString::fromLatin1(value.data(), static_cast<qsizetype>(value.size()));
            }
            QTest::newRow(name) << shown(text) << list;
        };
        const std::string a = aws64(1), b = aws64(2, 64), k = toBase64(keyturnCiphertext());
        row("env", "# secrets\nA=%1\nexport B='%2'\nC=\"%3\"\r\n", {a, b, k});
        row("several on a line", "%1,%2;%1 %3", {a, b, k});
        row("properties and YAML", "db.password: %1\n  nested:\n    - %2 # rotate\n", {a, b});
        row("shell", "aws kms decrypt --ciphertext-blob fileb://<(echo %1 | base64 -d)\nX=$(f %2)\n", {a, b});
        row("URL", "kms://%1\n", {a});
        row("escaped line feed in front", "\"key\\n%1\\n\"", {a});
        row("base64url", "token=%1&x=1", {url(toBase64(aws(0xfb)))});
        row("hex", "\\x%1 0x%2", {toHex(aws(1)), toHex(keyturnCiphertext())});
        row("hex, upper case", "X'%1'", {upper(toHex(aws(1)))});
        row("broken lines", "key: |\n%1\nnext: %2\n", {broken(a, 64, "\n"), b});
        row("broken lines with indentation", "key: |\n    %1\nnext: 1\n", {broken(a, 76, "\n    ")});
        row("broken lines in CRLF", "-----\r\n%1\r\n-----\r\n", {broken(b, 64, "\r\n")});
        row("broken lines of a script", "K=\"%1\"\n", {broken(a, 60, "\\\n")});
        row("broken lines, Keyturn", "K=\"%1\"\n", {broken(k, 60, "\n")});
        row("one ciphertext a line", "%1\n%2\n%1\n", {k, a});
        row("not UTF-8 around it", "caf\xe9 %1 \xff\n", {a});
        row("byte order mark",
            "\xEF\xBB\xBF"
            "A=%1",
            {a});
        row("numbered", "v1:%1\n", {a});
    }
    void textKeepsEveryOtherByte() {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, values);
        std::string before = text.toStdString();
        std::string after = before;
        std::size_t expected = 0;
        for (qsizetype i = 0; i < values.size(); ++i) {
            const std::string place = "%" + std::to_string(i + 1);
            const std::string value = values[i].toStdString();
            for (auto at = before.find(place); at != std::string::npos; at = before.find(place, at + 1)) {
                ++expected;
            }
            const auto encoded = reencrypt::undress(
                asBytes(replaced(replaced(replaced(replaced(value, "\\\n", "\n"), "\r\n", "\n"), " ", ""),
                                 "\n", "")),
                std::nullopt);
            QVERIFY(encoded);
            std::string fresh = textOf(dress(movedCiphertext(encoded->ciphertext), encoded->dress));
            const auto cut = value.find_first_of("\\\r\n");
            if (cut != std::string::npos) {
                const auto next = value.find_first_not_of("\\\r\n ", cut);
                fresh = broken(fresh, cut, value.substr(cut, next - cut));
            }
            before = replaced(before, place, value);
            after = replaced(after, place, fresh);
        }
        const Moved moved = move(before, job(SourceKind::Text));
        QCOMPARE(moved.error, std::string());
        for (const FoundBlob &blob : moved.blobs) {
            QVERIFY2(blob.cause == Cause::None, blob.message.c_str());
        }
        QCOMPARE(moved.blobs.size(), expected);
        QCOMPARE(shown(moved.text), shown(after));
    }

    void placesAreNamed() {
        const std::string text = "a\n  x=" + aws64(1) + " y=" + aws64(2) + "\n";
        const auto document = parseDocument(asBytes(text), "x.env", job(SourceKind::Text));
        QVERIFY(document);
        QCOMPARE((*document)->blobs().size(), std::size_t(2));
        QCOMPARE((*document)->blobs()[0].place.part, std::string("line 2 column 5"));
        QCOMPARE((*document)->blobs()[1].place.line, std::uint64_t(2));
    }

    void textFaultsNameTheirLine_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<int>("cause");
        const auto row = [](const char *name, const std::string &text, const char *message, Cause cause) {
            QTest::newRow(name) << shown(text) << QByteArray(message) << static_cast<int>(cause);
        };
        const auto no = Cause::NotACiphertext;
        const auto other = Cause::OtherCiphertext;
        row("cut", "\nA=" + aws64().substr(0, 120) + "\n", "line 2 column 3: begins as a KMS ciphertext", no);
        row("glued", "A=" + aws64().substr(0, 200) + "AAAA" + "\n", "line 1 column 3: begins as", no);
        row("lines of two lengths",
            "A=" + aws64().substr(0, 60) + "\n" + broken(aws64().substr(60), 70, "\n"),
            "line 1 column 3: begins as", no);
        row("binary", std::string("\0A=", 3) + aws64(), "no text (zero bytes)", no);
        row("JSON with escaped slashes",
            "{\"a\":\"" + aws64().substr(0, 12) + "\\/" + aws64().substr(13) + "\"}",
            "line 1 column 7: begins as a KMS ciphertext in JSON", no);
        row("Vault", "x: vault:v12:" + std::string(40, 'A') + "\n",
            "line 1 column 4: a ciphertext of HashiCorp", other);
        row("SOPS value", "x: ENC[AES256_GCM,data:AAAA,iv:AA==,tag:AA==,type:str]\n", "a value of SOPS",
            other);
        row("Kubernetes", "\n\nk8s:enc:kms:v2:aws:AAAAAAAA", "line 3 column 1: a value of Kubernetes", other);
        row("Google", "a=$gc$projects", "a ciphertext of Google", other);
        row("Encryption SDK", "m=" + toBase64(samples::encryptionSdkMessage(1, oldArn)),
            "a message of the AWS Encryption SDK", other);
        row("SOPS document",
            "a: ENC[AES256_GCM,data:x]\nsops:\n  lastmodified: x\n  kms:\n  - enc: " + aws64(),
            "use source kind sops", other);
        row("Pulumi stack", "secretsprovider: awskms://a\nencryptedkey: " + aws64(), "use source kind pulumi",
            other);
    }
    void textFaultsNameTheirLine() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        QFETCH(int, cause);
        const std::string content = text.toStdString();
        const auto document = parseDocument(asBytes(content), "x.env", job(SourceKind::Text));
        QVERIFY(document);
        QCOMPARE((*document)->blobs().size(), std::size_t(1));
        const FoundBlob &blob = (*document)->blobs().front();
        QCOMPARE(static_cast<int>(blob.cause), cause);
        QVERIFY2(blob.message.find(message.toStdString()) != std::string::npos, blob.message.c_str());
    }

    void wordsAreNoCiphertexts_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray("");
        QTest::newRow("words") << QByteArray("AQICAHg is how they begin; S1RDQgEB too, and 0102020078\n");
        QTest::newRow("inside of longer base64") << shown("A=xyz" + aws64());
        QTest::newRow("behind a slash of base64") << shown("A=AAAA/" + aws64());
        QTest::newRow("other base64") << shown("A=" + toBase64(Bytes(300, 0x41)));
        QTest::newRow("a digest") << shown("sha256:" + toHex(Bytes(32, 0x01)));
    }
    void wordsAreNoCiphertexts() {
        QFETCH(QByteArray, text);
        const std::string content = text.toStdString();
        const auto document = parseDocument(asBytes(content), "x", job(SourceKind::Text));
        QVERIFY(document);
        QVERIFY((*document)->blobs().empty());
    }

    void hclContextsStandBesideTheirPayloads() {
        const std::string text =
            "data \"aws_kms_secrets\" \"db\" { # }\n  secret {\n    name    = \"one\"\n    payload = \"" +
            aws64(1) +
            "\"\n\n    context = {\n      foo = \"bar\" // \"\n      \"a:b\" = \"c\\\"d\"\n    }\n  }\n  "
            "secret {\n    name = \"two ${var.x}\"\n"
            "    payload = \"" +
            aws64(2) + "\"\n  }\n}\nlocals { x = <<-EOT\n  } \" {\n  EOT\n  y = \"" + aws64(3) + "\" }\n";
        const Moved moved = move(text, withContext(job(SourceKind::Text)), "main.tf");
        QCOMPARE(moved.error, std::string());
        QCOMPARE(moved.blobs.size(), std::size_t(3));
        QVERIFY(moved.blobs[0].context == kms::EncryptionContext({{"foo", "bar"}, {"a:b", "c\"d"}}));
        QVERIFY(moved.blobs[1].context.empty());
        QVERIFY(moved.blobs[2].context == kms::EncryptionContext({{"app", "shop"}}));
        QCOMPARE(moved.edits.size(), std::size_t(3));
        std::string expected = text;
        for (std::uint8_t mark = 1; mark <= 3; ++mark) {
            expected = replaced(expected, aws64(mark), moved64(aws64(mark)));
        }
        QCOMPARE(shown(moved.text), shown(expected));
    }

    void hclContextsChangeOnlyWhereTheJobChangesThem() {
        const std::string text = "data \"aws_kms_secrets\" \"a\" {\n secret {\n payload = \"" + aws64() +
                                 "\"\n context = { foo = \"bar\" }\n }\n}\n";
        JobSpec spec = job(SourceKind::Text);
        spec.destinationContext.emplace();
        spec.destinationContext->pairs = {{"to", reencrypt::ContextTemplate::literal("x")}};
        const Moved moved = move(text, spec, "main.tf");
        QCOMPARE(moved.error, std::string());
        QCOMPARE(shown(moved.text), shown(replaced(replaced(text, aws64(), moved64(aws64())),
                                                   "{ foo = \"bar\" }", "{ \"to\" = \"x\" }")));
    }

    void hclContextsThatAreNoTextsAreFaults() {
        const std::string text = "data \"aws_kms_secrets\" \"a\" {\n secret {\n payload = \"" + aws64() +
                                 "\"\n context = { foo = var.bar }\n }\n}\n";
        const Moved moved = move(text, job(SourceKind::Text), "main.tf");
        QCOMPARE(moved.blobs.size(), std::size_t(1));
        QCOMPARE(moved.blobs[0].cause, Cause::BadTemplate);
    }

    void placesOfATemplateAreNotThere() {
        JobSpec spec = job(SourceKind::Text);
        spec.context.pairs = {{"id", *reencrypt::ContextTemplate::parse("{id}")}};
        const Moved moved = move("A=" + aws64(), spec);
        QCOMPARE(moved.blobs[0].cause, Cause::BadTemplate);
    }
};

QTEST_APPLESS_MAIN(TestTextDocuments)
#include "tst_text_documents.moc"
