// SPDX-License-Identifier: Apache-2.0
// Identifiers, encryption contexts, open enumerations, markers and capabilities.
#include "kms/capabilities.h"
#include "kms/encryption_context.h"
#include "kms/enums.h"
#include "kms/identifier.h"
#include "kms/option_name.h"
#include "kms/paging.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::kms;

namespace {

QString shown(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

constexpr const char *uuid = "1234abcd-12ab-34cd-56ef-1234567890ab";

/// "form|resource|partition|service|region|account"
QString parsed(const std::string &text) {
    const KeyIdentifier key = parseKeyIdentifier(text);
    const char *form = "?";
    switch (key.form) {
    case IdForm::KeyId:
        form = "id";
        break;
    case IdForm::KeyArn:
        form = "keyArn";
        break;
    case IdForm::AliasName:
        form = "alias";
        break;
    case IdForm::AliasArn:
        form = "aliasArn";
        break;
    case IdForm::None:
        break;
    }
    return shown(std::string(form) + '|' + key.resource + '|' + key.partition + '|' + key.service + '|' +
                 key.region + '|' + key.accountId);
}

QString told(const std::vector<ContextDifference> &found) {
    std::string text;
    for (const auto &difference : found) {
        constexpr const char *kinds[] = {"first", "second", "value", "case"};
        text += std::string(text.empty() ? "" : " ") + kinds[static_cast<int>(difference.kind)] + ':' +
                difference.name + ':' + difference.first + ':' + difference.second;
    }
    return shown(text);
}

} // namespace

class TestKmsValues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void identifiers_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("parts");
        const auto row = [](const char *name, const std::string &text, const std::string &parts) {
            QTest::newRow(name) << shown(text) << shown(parts);
        };
        const std::string id = uuid;
        row("key id", id, "id|" + id + "||||");
        row("multi-Region id", "mrk-" + std::string(32, 'a'), "id|mrk-" + std::string(32, 'a') + "||||");
        row("key ARN", "arn:aws:kms:us-east-1:111122223333:key/" + id,
            "keyArn|" + id + "|aws|kms|us-east-1|111122223333");
        row("key ARN of China", "arn:aws-cn:kms:cn-north-1:111122223333:key/" + id,
            "keyArn|" + id + "|aws-cn|kms|cn-north-1|111122223333");
        row("multi-Region ARN", "arn:aws:kms:us-gov-west-1:111122223333:key/mrk-1",
            "keyArn|mrk-1|aws|kms|us-gov-west-1|111122223333");
        row("QKMS key", "arn:verenc:111122223333:key/" + id, "keyArn|" + id + "|verenc|||111122223333");
        row("QKMS alias", "arn:verenc:111122223333:alias/a", "aliasArn|alias/a|verenc|||111122223333");
        row("other Region names", "arn:aws:kms:local:000000000000:key/" + id,
            "keyArn|" + id + "|aws|kms|local|000000000000");
        row("empty fields", "arn:aws:kms:::key/" + id, "keyArn|" + id + "|aws|kms||");
        row("more fields", "arn:x:kms:eu-west-1:zone-b:111122223333:key/" + id,
            "keyArn|" + id + "|x|kms|eu-west-1|111122223333");
        row("alias", "alias/app/prod:blue_1-a", "alias|alias/app/prod:blue_1-a||||");
        row("alias that holds key/", "alias/a:key/b", "alias|alias/a:key/b||||");
        row("alias ARN", "arn:aws:kms:us-east-1:111122223333:alias/app",
            "aliasArn|alias/app|aws|kms|us-east-1|111122223333");
        row("alias ARN with colons and slashes",
            "arn:aws:kms:us-east-1:111122223333:alias/a:b/c:key/d:alias/e",
            "aliasArn|alias/a:b/c:key/d:alias/e|aws|kms|us-east-1|111122223333");
        row("nothing", "", "id|||||");
        row("junk", "hello world", "id|hello world||||");
        row("only arn", "arn:", "id|arn:||||");
        row("ARN without resource",
            "arn:aws:kms:us-east-1:111122223333:", "id|arn:aws:kms:us-east-1:111122223333:||||");
        row("ARN of another thing", "arn:aws:iam::111122223333:user/x",
            "id|arn:aws:iam::111122223333:user/x||||");
        row("resource at once", "arn:key/x", "id|arn:key/x||||");
    }
    void identifiers() {
        QFETCH(QString, text);
        QFETCH(QString, parts);
        QCOMPARE(parsed(text.toStdString()), parts);
        QCOMPARE(shown(parseKeyIdentifier(text.toStdString()).text), text);
    }

    void shapes() {
        QVERIFY(looksLikeKeyId(uuid));
        QVERIFY(looksLikeKeyId("1234ABCD-12ab-34cd-56ef-1234567890ab"));
        QVERIFY(looksLikeKeyId("mrk-0123456789abcdef0123456789abcdef"));
        for (const char *text :
             {"", "mrk-", "mrk-0123456789abcdef0123456789abcdeg", "1234abcd12ab34cd56ef1234567890ab",
              "1234abcd-12ab-34cd-56ef-1234567890a", "alias/a", "g234abcd-12ab-34cd-56ef-1234567890ab"}) {
            QVERIFY2(!looksLikeKeyId(text), text);
        }
        QVERIFY(looksLikeAccountId("111122223333"));
        QVERIFY(!looksLikeAccountId("11112222333"));
        QVERIFY(!looksLikeAccountId("11112222333a"));
    }

    void arnsAreMade() {
        QCOMPARE(keyArn("aws", "eu-west-1", "111122223333", "k"),
                 std::string("arn:aws:kms:eu-west-1:111122223333:key/k"));
        QCOMPARE(aliasArn("aws", "eu-west-1", "111122223333", "alias/a"),
                 std::string("arn:aws:kms:eu-west-1:111122223333:alias/a"));
    }

    void partitions() {
        const std::pair<const char *, const char *> rows[] = {{"us-east-1", "aws"},
                                                              {"cn-north-1", "aws-cn"},
                                                              {"us-gov-west-1", "aws-us-gov"},
                                                              {"us-iso-east-1", "aws-iso"},
                                                              {"us-isob-east-1", "aws-iso-b"},
                                                              {"eu-isoe-west-1", "aws-iso-e"},
                                                              {"us-isof-south-1", "aws-iso-f"},
                                                              {"eusc-de-east-1", "aws-eusc"},
                                                              {"somewhere", "aws"}};
        for (const auto &[region, partition] : rows) {
            QCOMPARE(shown(partitionOfRegion(region)), shown(partition));
        }
    }

    void regionsOfPartitions() {
        const std::pair<const char *, const char *> there[] = {
            {"us-east-1", "aws"},          {"mx-central-1", "aws"},         {"ap-southeast-12", "aws"},
            {"cn-north-1", "aws-cn"},      {"us-gov-west-1", "aws-us-gov"}, {"us-isob-east-1", "aws-iso-b"},
            {"eusc-de-east-1", "aws-eusc"}};
        for (const auto &[region, partition] : there) {
            QVERIFY2(isRegionOfPartition(region, partition), region);
        }
        const std::pair<const char *, const char *> notThere[] = {
            {"", "aws"},
            {"us-east", "aws"},
            {"us-east-", "aws"},
            {"us-east-1a", "aws"},
            {"Us-east-1", "aws"},
            {"xx-east-1", "aws"},
            {"us--1", "aws"},
            {"us-east-1-1", "aws"},
            {"cn-north-1", "aws"},
            {"us-east-1", "aws-cn"},
            {"us-gov-west-1", "aws"},
            {"global", "aws"},
            {"us-aaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1", "aws"}};
        for (const auto &[region, partition] : notThere) {
            QVERIFY2(!isRegionOfPartition(region, partition), region);
        }
    }

    void aliasNames() {
        QVERIFY(isWellFormedAliasName("alias/a"));
        QVERIFY(isWellFormedAliasName("alias/A:b_c-/9"));
        QVERIFY(isWellFormedAliasName("alias/" + std::string(250, 'a')));
        for (const std::string &name :
             {std::string(), std::string("alias/"), std::string("a"), std::string("Alias/a"),
              std::string("alias/a b"), std::string("alias/\xc3\xa9"), "alias/" + std::string(251, 'a')}) {
            QVERIFY2(!isWellFormedAliasName(name), name.c_str());
        }
    }

    void contextsCompareWithoutOrder() {
        const EncryptionContext context{{"a", "1"}, {"b", "2"}};
        QVERIFY((context == EncryptionContext{{"b", "2"}, {"a", "1"}}));
        QVERIFY(!(context == EncryptionContext{{"b", "1"}, {"a", "2"}}));
        QVERIFY(!(context == EncryptionContext{{"A", "1"}, {"b", "2"}}));
        QVERIFY(!(context == EncryptionContext{{"a", "1"}}));
        QVERIFY(EncryptionContext() == EncryptionContext{});
    }

    void contextsKeepNamesUnique() {
        EncryptionContext context{{"a", "1"}, {"a", "2"}};
        QCOMPARE(context.size(), std::size_t{1});
        QCOMPARE(*context.find("a"), std::string("1"));
        QVERIFY(!context.insert("a", "3"));
        QCOMPARE(*context.find("a"), std::string("1"));
        QVERIFY(context.insert("A", "3"));
        context.set("a", "4");
        QCOMPARE(context.pairs()[0].second, std::string("4"));
        context.remove("a");
        QVERIFY(context.find("a") == nullptr);
        context.remove("a");
        QCOMPARE(context.size(), std::size_t{1});
    }

    void contextDifferences_data() {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("row");
        QTest::newRow("same in another order") << QString() << 0;
        QTest::newRow("missing") << QStringLiteral("first:b:2:") << 1;
        QTest::newRow("extra") << QStringLiteral("second:c::3") << 2;
        QTest::newRow("other value") << QStringLiteral("value:b:2:9") << 3;
        QTest::newRow("name in other case") << QStringLiteral("case:b:b:B") << 4;
        QTest::newRow("value in other case") << QStringLiteral("case:x:y:Y") << 5;
    }
    void contextDifferences() {
        QFETCH(QString, expected);
        QFETCH(int, row);
        const EncryptionContext ab{{"a", "1"}, {"b", "2"}};
        const std::pair<EncryptionContext, EncryptionContext> rows[] = {
            {ab, {{"b", "2"}, {"a", "1"}}},
            {ab, {{"a", "1"}}},
            {ab, {{"a", "1"}, {"b", "2"}, {"c", "3"}}},
            {ab, {{"a", "1"}, {"b", "9"}}},
            {ab, {{"a", "1"}, {"B", "2"}}},
            {{{"x", "y"}}, {{"x", "Y"}}}};
        QCOMPARE(told(differences(rows[row].first, rows[row].second)), expected);
    }

    void openEnumerations() {
        const auto known = Open<KeyState>::fromText("Disabled");
        QCOMPARE(known.known(), std::optional(KeyState::Disabled));
        QVERIFY(known == KeyState::Disabled);
        const auto unknown = Open<KeyState>::fromText("Melting");
        QVERIFY(!unknown.isKnown());
        QCOMPARE(unknown.text(), std::string_view("Melting"));
        QVERIFY(!(unknown == KeyState::Creating));
        QVERIFY(!(unknown == Open<KeyState>::fromText("melting")));
        QVERIFY(unknown == Open<KeyState>::fromText("Melting"));
    }

    void markers_data() {
        QTest::addColumn<int>("truncated"); // -1: absent
        QTest::addColumn<QString>("next");  // null: absent
        QTest::addColumn<QString>("result");
        QTest::newRow("last page") << 0 << QString() << QStringLiteral("end");
        QTest::newRow("last page with a marker") << 0 << QStringLiteral("m2") << QStringLiteral("end");
        QTest::newRow("more") << 1 << QStringLiteral("m2") << QStringLiteral("m2");
        QTest::newRow("more, no marker") << 1 << QString() << QStringLiteral("error");
        QTest::newRow("more, empty marker") << 1 << QStringLiteral("") << QStringLiteral("error");
        QTest::newRow("the same marker again") << 1 << QStringLiteral("m1") << QStringLiteral("error");
        QTest::newRow("no word, a marker") << -1 << QStringLiteral("m2") << QStringLiteral("m2");
        QTest::newRow("no word, no marker") << -1 << QString() << QStringLiteral("end");
    }
    void markers() {
        QFETCH(int, truncated);
        QFETCH(QString, next);
        QFETCH(QString, result);
        const auto more = truncated < 0 ? std::nullopt : std::optional(truncated == 1);
        const auto marker = next.isNull() ? std::nullopt : std::optional(next.toStdString());
        const auto following = paging_detail::nextMarker(more, marker, "m1");
        const std::string told = !following ? "error" : following->empty() ? "end" : *following;
        QCOMPARE(shown(told), result);
        QVERIFY(following || following.error().code == ErrorCode::BadReply);
    }

    void withdrawnOperations() {
        Capabilities capabilities;
        capabilities.keySpecs = {"SYMMETRIC_DEFAULT", "RSA_2048"};
        QVERIFY(capabilities.of(OperationId::GetPublicKey).available);
        capabilities.withdraw(OperationId::GetPublicKey, "not here");
        QVERIFY(!capabilities.of(OperationId::GetPublicKey).available);
        QCOMPARE(capabilities.of(OperationId::GetPublicKey).reason, std::string("not here"));
        QVERIFY(capabilities.of(OperationId::Decrypt).available);
        QVERIFY(capabilities.hasKeySpec("RSA_2048"));
        QVERIFY(!capabilities.hasKeySpec("RSA"));
    }

    void optionNames_data() {
        QTest::addColumn<QString>("inModel");
        QTest::addColumn<QString>("option");
        const auto row = [](const char *inModel, const char *option) {
            QTest::newRow(inModel) << QString::fromLatin1(inModel) << QString::fromLatin1(option);
        };
        row("ReEncrypt", "re-encrypt");
        row("GenerateDataKeyWithoutPlaintext", "generate-data-key-without-plaintext");
        row("XksKeyId", "xks-key-id");
        row("KMSKeyId", "kms-key-id");
        row("KeyARN", "key-arn");
        row("limit", "limit");
    }
    void optionNames() {
        QFETCH(const QString, inModel);
        QFETCH(const QString, option);
        QCOMPARE(shown(optionName(inModel.toStdString())), option);
    }
};

QTEST_GUILESS_MAIN(TestKmsValues)
#include "tst_kms_values.moc"
