// SPDX-License-Identifier: Apache-2.0
// SOPS documents: which bytes change, in which form, and what is refused. That the results are what sops
// takes is proven by an independent reader in sops_rules.py.
#include "unit/reencrypt_documents/document_samples.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::documents;

namespace {

const std::string oldTime = "2021-02-03T04:05:06Z";
const std::string newTime = "2026-11-22T04:17:00Z";

JobSpec sopsJob() {
    return job(SourceKind::Sops);
}

/// @1, @2, @3 stand for ciphertexts, @arn and @time for what changes with them.
std::string filled(std::string text, bool after) {
    for (std::uint8_t mark = 1; mark <= 3; ++mark) {
        const std::string place = "@" + std::to_string(mark);
        text = replaced(text, place, after ? moved64(aws64(mark)) : aws64(mark));
    }
    text = replaced(text, "@arn", after ? newArn : oldArn);
    return replaced(text, "@time", after ? newTime : oldTime);
}

} // namespace

class TestSopsDocuments : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyArnEncAndTimeChange_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("blobs");
        const auto row = [](const char *what, const char *name, const std::string &text, int blobs) {
            QTest::newRow(what) << shown(text) << QString::fromLatin1(name) << blobs;
        };
        const std::string entry =
            "    kms:\n    -   arn: @arn\n        created_at: \"@time\"\n        enc: @1\n"
            "        aws_profile: \"\"\n";
        const std::string tail =
            "    gcp_kms: []\n    lastmodified: \"2021-02-03T04:05:06Z\"\n    mac: ENC[x]\n"
            "    pgp:\n    -   created_at: \"2020-01-01T00:00:00Z\"\n        enc: AQICAHgx\n"
            "        fp: ABC\n    version: 3.7.1\n";
        row("YAML", "a.yaml", "# c\na: ENC[y]\nsops:\n" + entry + tail, 1);
        row("YAML with a byte order mark", "a.yaml",
            "\xEF\xBB\xBF"
            "a: 1\nsops:\n" +
                entry + tail,
            1);
        row("YAML in CRLF", "a.yml", replaced("a: 1\nsops:\n" + entry + tail, "\n", "\r\n"), 1);
        row("YAML behind UTF-8", "a.yaml",
            "gr\xC3\xBC\xC3\x9F"
            "e: \"\xF0\x9F\x98\x80\" # \xE2\x82\xAC\nsops:\n" +
                entry + tail,
            1);
        row("YAML in flow style", "a.yaml",
            "{a: b, sops: {kms: [{arn: '@arn', created_at: '@time', enc: \"@1\"}, {arn: \"@arn\", enc: "
            "@2}]}}\n",
            2);
        row("YAML with quotes", "a.yaml",
            "sops:\n  kms:\n  - arn: '@arn'\n    created_at: '@time'\n    enc: '@1'\n  - enc: \"@2\" # x\n   "
            " arn: \"@arn\"\n",
            2);
        row("YAML, names in quotes", "a.yaml", "\"sops\":\n  'kms':\n  - \"arn\": @arn\n    \"enc\": @1\n",
            1);
        row("YAML, value on the next line", "a.yaml",
            "sops:\n  kms:\n  - arn:\n      @arn\n    enc:\n      \"@1\"\n", 1);
        row("YAML with key groups", "a.yaml",
            "sops:\n  shamir_threshold: 2\n  key_groups:\n  - kms:\n    - arn: @arn\n      enc: @1\n    pgp: "
            "[]\n"
            "  - hc_vault: []\n    kms:\n    - arn: @arn\n      enc: @2\n    - arn: @arn\n      enc: @3\n  "
            "kms: []\n",
            3);
        row("YAML of several documents", "a.yaml",
            "a: 1\nsops:\n" + entry + "---\nb: 2\nsops:\n" + replaced(entry, "@1", "@2") + "...\n", 2);
        row("YAML with empty documents", "a.yaml", "---\n---\n# nothing\n---\nsops:\n" + entry + "---\n...\n",
            1);
        row("YAML, a role and a context stay", "a.yaml",
            "sops:\n  kms:\n  - arn: @arn\n    role: arn:aws:iam::1:role/x\n    context:\n      app: x\n    "
            "created_at: @time\n    enc: @1\n",
            1);
        row("YAML, known by its content", "secrets.enc", "sops:\n" + entry, 1);
        row("JSON", "a.json",
            "{\n\t\"a\": \"ENC[y]\",\n\t\"sops\": {\n\t\t\"kms\": [\n\t\t\t{\n\t\t\t\t\"arn\": "
            "\"@arn\",\n\t\t\t\t\"created_at\": \"@time\",\n\t\t\t\t\"enc\": "
            "\"@1\",\n\t\t\t\t\"aws_profile\": \"\"\n\t\t\t}\n\t\t],\n\t\t\"age\": [{\"enc\": "
            "\"AQICAHg\"}]\n\t}\n}",
            1);
        row("JSON of a binary file", "tls.key",
            "{\"data\": "
            "\"ENC[z]\",\"sops\":{\"kms\":[{\"arn\":\"@arn\",\"enc\":\"@1\"},{\"arn\":\"@arn\",\"enc\":\"@"
            "2\"}]}}",
            2);
        row("JSON with key groups", "a.json",
            "{\"sops\":{\"key_groups\":[{\"kms\":[{\"arn\":\"@arn\",\"enc\":\"@1\"}]},{\"pgp\":[]},{\"kms\":["
            "{\"arn\":\"@arn\",\"enc\":\"@2\"}]}]}}",
            2);
        const std::string env = "A=ENC[x]\n#ENC[c]\nsops_kms__list_0__map_arn=@arn\nsops_kms__list_0__map_"
                                "aws_profile=\nsops_kms__list_0__map_created_at=@time\n"
                                "sops_kms__list_0__map_enc=@1\nsops_lastmodified=2021-02-03T04:05:06Z\nsops_"
                                "mac=ENC[m]\nsops_pgp__list_0__map_enc=AQICAHg\nsops_version=3.7.1\n";
        row("ENV", "a.env", env, 1);
        row("ENV in CRLF", ".env", replaced(env, "\n", "\r\n"), 1);
        row("ENV, known by its content", ".env.production", env, 1);
        row("ENV with key groups", "a.env",
            "sops_key_groups__list_0__map_kms__list_0__map_arn=@arn\nsops_key_groups__list_0__map_kms__list_"
            "0__map_enc=@1\n"
            "sops_key_groups__list_1__map_kms__list_0__map_enc=@2\nsops_key_groups__list_1__map_kms__list_0__"
            "map_arn=@arn",
            2);
        const std::string ini =
            "[app]\n; c\na = ENC[x]\n[sops]\nkms__list_0__map_arn         = "
            "@arn\nkms__list_0__map_created_at  = @time\nkms__list_0__map_enc=@1\n"
            "kms__list_1__map_arn = \"@arn\"\nkms__list_1__map_enc = `@2`\nmac = "
            "ENC[m]\npgp__list_0__map_enc = AQICAHg\n[other]\nkms__list_0__map_enc = AQIC\n";
        row("INI", "a.ini", ini, 2);
        row("INI, known by its content", "conf.d/app.conf", ini, 2);
    }
    void onlyArnEncAndTimeChange() {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        QFETCH(int, blobs);
        const Moved moved = move(filled(text.toStdString(), false), sopsJob(), name.toStdString());
        QCOMPARE(moved.error, std::string());
        QCOMPARE(moved.blobs.size(), static_cast<std::size_t>(blobs));
        for (const FoundBlob &blob : moved.blobs) {
            QVERIFY2(blob.cause == Cause::None, blob.message.c_str());
            QCOMPARE(blob.keyHint, oldArn);
        }
        QCOMPARE(shown(moved.text), shown(filled(text.toStdString(), true)));
    }

    void brokenEncKeepsItsLines_data() {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *what, const std::string &form, std::size_t width,
                            const char *lineEnd) {
            const std::string text =
                "sops:\n  kms:\n  - arn: " + oldArn + "\n    enc: " + form + "    aws_profile: \"\"\n";
            QTest::newRow(what) << shown(replaced(text, "@", broken(aws64(), width, lineEnd)))
                                << shown(
                                       replaced(replaced(text, "@", broken(moved64(aws64()), width, lineEnd)),
                                                oldArn, newArn));
        };
        row("literal", "|\n      @\n", 64, "\n      ");
        row("literal, stripped", "|- # c\n      @\n\n", 64, "\n      ");
        row("folded", ">-\n        @\n", 76, "\n        ");
        row("plain", "@\n", 64, "\n      ");
        row("double quotes with continuations", "\"@\"\n", 64, "\\\n      ");
        row("single quotes", "'@'\n", 60, "\n      ");
        row("literal in CRLF", "|\r\n      @\r\n", 64, "\r\n      ");
    }
    void brokenEncKeepsItsLines() {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const Moved moved = move(before.toStdString(), sopsJob(), "a.yaml");
        QCOMPARE(moved.error, std::string());
        QCOMPARE(moved.blobs.size(), std::size_t(1));
        QVERIFY2(moved.blobs[0].cause == Cause::None, moved.blobs[0].message.c_str());
        QVERIFY(moved.blobs[0].ciphertext == aws());
        QCOMPARE(shown(moved.text), after);
    }

    void onlyEntriesOfTheJobsKeysAreListed_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QStringList>("places");
        const QString first = QStringLiteral("sops.kms[0].enc"), second = QStringLiteral("sops.kms[1].enc");
        const QString third = QStringLiteral("sops.kms[2].enc");
        QTest::newRow("none: all") << QString() << QStringList{first, second, third};
        QTest::newRow("ARN") << QString::fromStdString(oldArn) << QStringList{first, third};
        QTest::newRow("key id") << QStringLiteral("11111111-2222-3333-4444-555555555555")
                                << QStringList{first, third};
        QTest::newRow("alias") << QStringLiteral("alias/other") << QStringList{second, third};
        QTest::newRow("alias ARN") << QString::fromStdString(otherArn) << QStringList{second, third};
        QTest::newRow("the same id elsewhere")
            << QString::fromStdString(replaced(oldArn, "eu-central-1", "eu-west-1")) << QStringList{third};
        QTest::newRow("another") << QStringLiteral("alias/nobody") << QStringList{third};
    }
    void onlyEntriesOfTheJobsKeysAreListed() {
        QFETCH(QString, key);
        QFETCH(QStringList, places);
        JobSpec spec = sopsJob();
        if (!key.isEmpty()) {
            spec.sourceKeys = {key.toStdString()};
        }
        const std::string text = "sops:\n  kms:\n  - {arn: \"" + oldArn + "\", enc: " + aws64(1) +
                                 "}\n  - {arn: \"" + otherArn + "\", enc: " + aws64(2) + "}\n  - {arn: \"" +
                                 newArn + "\", enc: " + aws64(3) + "}\n";
        const auto document = parseDocument(asBytes(text), "a.yaml", spec);
        QVERIFY(document);
        QStringList found;
        for (const FoundBlob &blob : (*document)->blobs()) {
            found << QString::fromStdString(blob.place.part);
        }
        QCOMPARE(found, places);
    }

    void contextsAreThoseOfTheDocument_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        const std::string ids = "\"arn\":\"" + oldArn + "\",\"enc\":\"" + aws64() + "\"";
        QTest::newRow("YAML")
            << shown("sops:\n  kms:\n  - arn: " + oldArn +
                     "\n    context:\n        app: shop\n        \"a:b\": 'it''s'\n    enc: " + aws64())
            << QStringLiteral("a.yaml");
        QTest::newRow("JSON") << shown("{\"sops\":{\"kms\":[{" + ids +
                                       ",\"context\":{\"a:b\":\"it's\",\"app\":\"shop\"}}]}}")
                              << QStringLiteral("a.json");
        const std::string flat = "kms__list_0__map_arn=" + oldArn +
                                 "\n@kms__list_0__map_context__map_app=shop\n@kms__list_0__map_context__map_"
                                 "a:b=it's\n@kms__list_0__map_enc=" +
                                 aws64() + "\n";
        QTest::newRow("ENV") << shown("sops_" + replaced(flat, "@", "sops_")) << QStringLiteral("a.env");
    }
    void contextsAreThoseOfTheDocument() {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        const Moved moved = move(text.toStdString(), sopsJob(), name.toStdString());
        QCOMPARE(moved.error, std::string());
        QVERIFY(moved.blobs.at(0).context == kms::EncryptionContext({{"app", "shop"}, {"a:b", "it's"}}));
        QVERIFY(moved.blobs.at(0).newContext == moved.blobs.at(0).context);
        QCOMPARE(moved.edits.size(), std::size_t(2));
    }

    void contextsChangeWhereTheJobChangesThem_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        const auto row = [](const char *what, const char *name, const std::string &text) {
            QTest::newRow(what) << shown(filled(text, false)) << QString::fromLatin1(name);
        };
        row("YAML, none before", "a.yaml",
            "sops:\n    kms:\n    -   arn: @arn # c\n        enc: @1\n    mac: x\n");
        row("YAML in CRLF, none before", "a.yaml",
            "sops:\r\n    kms:\r\n    -   arn: \"@arn\"\r\n        enc: @1\r\n");
        row("YAML, another", "a.yaml",
            "sops:\n  kms:\n  - arn: @arn\n    context:\n      old: x # c\n      older: 'y'\n    enc: @1\n");
        row("YAML in flow style, none before", "a.yaml", "sops: {kms: [{arn: '@arn', enc: @1}]}\n");
        row("YAML, another in flow style", "a.yaml",
            "sops: {kms: [{arn: '@arn', context: {old: \"x\"}, enc: @1}]}\n");
        row("JSON, none before", "a.json",
            "{\"sops\":{\"kms\":[{\n  \"arn\": \"@arn\",\n  \"enc\": \"@1\"}]}}");
        row("JSON on one line, none before", "a.json",
            "{\"sops\":{\"kms\":[{\"enc\":\"@1\",\"arn\":\"@arn\"}]}}");
        row("JSON, another", "a.json",
            "{\"sops\":{\"kms\":[{\"arn\":\"@arn\",\"context\":{\"old\":\"x\"},\"enc\":\"@1\"}]}}");
        row("ENV, none before", "a.env",
            "A=1\nsops_kms__list_0__map_arn=@arn\nsops_kms__list_0__map_enc=@1\n");
        row("ENV, another", "a.env",
            "sops_kms__list_0__map_context__map_old=x\nsops_kms__list_0__map_context__map_app=x\nsops_kms__"
            "list_0__map_arn=@arn\nsops_kms__list_0__map_enc=@1\n");
        row("INI, none before", "a.ini", "[sops]\nkms__list_0__map_enc = @1\nkms__list_0__map_arn = @arn\n");
    }
    void contextsChangeWhereTheJobChangesThem() {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        const kms::EncryptionContext wanted({{"app", "shop 2"}, {"to", "x"}});
        JobSpec spec = sopsJob();
        spec.destinationContext.emplace();
        for (const auto &[key, value] : wanted) {
            spec.destinationContext->pairs.emplace_back(key, reencrypt::ContextTemplate::literal(value));
        }
        const Moved moved = move(text.toStdString(), spec, name.toStdString());
        QCOMPARE(moved.error, std::string());
        const auto again = parseDocument(asBytes(moved.text), name.toStdString(), sopsJob());
        QVERIFY2(again, moved.text.c_str());
        QCOMPARE((*again)->blobs().size(), std::size_t(1));
        const FoundBlob &blob = (*again)->blobs().front();
        QVERIFY2(blob.cause == Cause::None, blob.message.c_str());
        QVERIFY2(blob.context == wanted, moved.text.c_str());
        QCOMPARE(blob.keyHint, newArn);
        QVERIFY(blob.ciphertext == movedCiphertext(aws(1)));

        spec.destinationContext->pairs.clear();
        const Moved dropped = move(moved.text, spec, name.toStdString());
        QCOMPARE(dropped.error, std::string());
        const auto last = parseDocument(asBytes(dropped.text), name.toStdString(), sopsJob());
        QVERIFY2(last, dropped.text.c_str());
        QVERIFY2(!(*last)->blobs().empty(), dropped.text.c_str());
    }

    void faultsNameTheirPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char *name, const std::string &text, const char *message) {
            QTest::newRow(message) << shown(filled(text, false)) << QString::fromLatin1(name)
                                   << QByteArray(message);
        };
        row("a.yaml", "x: &k @1\nsops:\n  kms:\n  - arn: @arn\n    enc: *k\n", "line 5: an alias (*name)");
        row("a.yaml", "sops:\n  kms:\n  - arn: &a @arn\n    enc: @1\n", "line 3: an anchor (&name)");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n    enc: !!str @1\n", "line 4: a tag (!name)");
        row("a.yaml", "x: &e\n  arn: @arn\n  enc: @1\nsops:\n  kms:\n  - *e\n", "line 6: an alias");
        row("a.yaml", "sops:\n  kms: &e\n  - arn: @arn\n    enc: @1\n", "line 2: an anchor");
        row("a.yaml", "sops: &e\n  kms:\n  - arn: @arn\n    enc: @1\n", "line 1: an anchor");
        row("a.yaml", "x: &e\n  enc: @1\nsops:\n  kms:\n  - arn: @arn\n    <<: *e\n", "line 6: a merge (<<)");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n    enc: @1\n    enc: @2\n",
            "line 3: a name that stands there twice");
        row("a.yaml", "sops:\n  kms:\n  - enc: @1\n", "line 3: sops.kms[0]: there is no arn");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n", "line 3: sops.kms[0]: there is no enc");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n    enc: not base64\n",
            "sops.kms[0].enc: no encoded ciphertext");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n    enc: aGVsbG8gd29ybGQ=\n", "no KMS ciphertext");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n    enc: \"\\x41QIC\"\n",
            "line 4: a value in a form that cannot be replaced");
        row("a.yaml", "sops:\n  kms:\n  - arn: @arn\n    context: [a]\n    enc: @1\n",
            "sops.kms[0].context: no map of texts");
        row("a.json", "{\"sops\":{\"kms\":[\n{\"arn\":\"@arn\",\"enc\":5}]}}",
            "line 2: sops.kms[0]: there is no enc");
        row("a.json", "{\"sops\":{\"kms\":[{\"arn\":\"@arn\",\"enc\":\"@1\",\"context\":{\"a\":null}}]}}",
            "sops.kms[0].context: no object of texts");
        row("a.env", "A=1\nsops_kms__list_3__map_enc=@1\n", "line 2: sops.kms[3]: there is no arn");
        row("a.env",
            "sops_kms__list_0__map_arn=@arn\nsops_kms__list_0__map_enc=@1\nsops_kms__list_0__map_enc=@2",
            "line 3: a name that stands there twice");
    }
    void faultsNameTheirPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        QFETCH(QByteArray, message);
        const std::string content = text.toStdString();
        const auto document = parseDocument(asBytes(content), name.toStdString(), sopsJob());
        QVERIFY(document);
        QCOMPARE((*document)->blobs().size(), std::size_t(1));
        const FoundBlob &blob = (*document)->blobs().front();
        QVERIFY(blob.cause != Cause::None);
        QVERIFY2(blob.message.find(message.toStdString()) != std::string::npos, blob.message.c_str());
    }

    void documentsThatCannotBeReadSayWhere_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("detail");
        const auto row = [](const char *name, const std::string &text, const char *detail) {
            QTest::newRow(detail) << shown(text) << QString::fromLatin1(name) << QByteArray(detail);
        };
        row("a.yaml", "a: 1\nb: [\nsops: x\n", "line ");
        row("a.yaml", "# sops\n, b\n", "line 2: no YAML that can be read");
        row("a.yaml", "sops: \xff", "not UTF-8");
        row("a.yaml", "sops: \x04", "control characters");
        row("a.json", "{\n\"sops\": }", "line 2, column 9: no JSON value");
        row("a.json", "{\"sops\":1,\"sops\":2}", "a name twice");
        row("a.env", "sops_\xff", "not UTF-8, or");
    }
    void documentsThatCannotBeReadSayWhere() {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        QFETCH(QByteArray, detail);
        const std::string content = text.toStdString();
        const auto document = parseDocument(asBytes(content), name.toStdString(), sopsJob());
        QVERIFY(!document);
        QVERIFY2(document.error().detail.find(detail.toStdString()) != std::string::npos,
                 document.error().detail.c_str());
    }

    void otherDocumentsHaveNoBlobs_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::newRow("YAML") << QByteArray("a: b\n") << QStringLiteral("a.yaml");
        QTest::newRow("a template") << QByteArray("{{ if .x }}\n") << QStringLiteral("a.yaml");
        QTest::newRow("JSON") << QByteArray("{}") << QStringLiteral("a.json");
        QTest::newRow("a text about sops") << QByteArray("we use sops\n") << QStringLiteral("README");
        QTest::newRow("other keys only")
            << QByteArray("sops:\n  age:\n  - recipient: x\n    enc: y\n  kms:\n")
            << QStringLiteral("a.yaml");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("a.env");
    }
    void otherDocumentsHaveNoBlobs() {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        const std::string content = text.toStdString();
        const auto document = parseDocument(asBytes(content), name.toStdString(), sopsJob());
        QVERIFY(document);
        QVERIFY((*document)->blobs().empty());
    }

    void aKeyWithoutAnArnIsRefused() {
        const std::string text = "sops:\n  kms:\n  - {arn: '" + oldArn + "', enc: " + aws64() + "}\n";
        const auto document = parseDocument(asBytes(text), "a.yaml", sopsJob());
        QVERIFY(document);
        const auto edits = (*document)->edits({{0, aws(2), "alias/x", nullptr, movedAt()}});
        QVERIFY(!edits);
        QCOMPARE(edits.error().code, ErrorCode::Usage);
    }
};

QTEST_APPLESS_MAIN(TestSopsDocuments)
#include "tst_sops_documents.moc"
