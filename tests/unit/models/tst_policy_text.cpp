// SPDX-License-Identifier: Apache-2.0
// A key policy as it is edited: the place of each fault, sentences, doubts,
// indentation.
#include "ui/models/json_scan.h"
#include "ui/models/policy_text.h"

#include <QTest>

#include <algorithm>
#include <string>

using namespace keyturn;

namespace {

/// JSON is written with single quotes here: moc stumbles over raw strings.
std::string json(std::string text) {
    std::ranges::replace(text, '\'', '"');
    return text;
}

std::string policyOf(const std::string &statement) {
    return json("{'Version':'2012-10-17','Statement':[" + statement + "]}");
}

std::string accountPolicy() {
    return policyOf("{'Sid':'root','Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111122223333:root'},"
                    "'Action':'kms:*','Resource':'*'}");
}

} // namespace

class TestPolicyText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachBreakHasItsPlace_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("line"); // 0: it is JSON
        QTest::addColumn<int>("column");
        const auto row = [](const char *name, const char *text, int line, int column) {
            QTest::newRow(name) << QString::fromUtf8(text) << line << column;
        };
        row("object", "{\"a\": [1, -2.5e3, true, null, \"\\u00e4\\n\"], \"b\": {}}", 0, 0);
        row("empty", "", 1, 1);
        row("missing comma", "{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3);
        row("comma before the end", "{\n  \"a\": 1,\n}", 3, 1);
        row("missing colon", "{\"a\" 1}", 1, 6);
        row("name without quotes", "{a: 1}", 1, 2);
        row("single quotes", "{'a': 1}", 1, 2);
        row("open text", "{\"a\": \"b}", 1, 7);
        row("line break in a text", "{\"a\": \"b\nc\"}", 1, 9);
        row("unknown escape", "{\"a\": \"\\x41\"}", 1, 9);
        row("open list", "{\"a\": [1, 2}", 1, 12);
        row("something behind", "{} {}", 1, 4);
        row("name twice", "{\"a\": 1,\n \"a\": 2}", 2, 2);
        row("a number that is none", "{\"a\": 01}", 1, 7);
        row("columns are characters", "{\"\u00e4\u00f6\": x}", 1, 8);
        row("a comment", "{} // all", 1, 4);
    }
    void eachBreakHasItsPlace() {
        QFETCH(QString, text);
        QFETCH(int, line);
        QFETCH(int, column);
        const auto broken = ui::scanJson(text.toStdString());
        QCOMPARE(broken.has_value(), line > 0);
        if (broken) {
            QCOMPARE(broken->line, line);
            QCOMPARE(broken->column, column);
            QVERIFY(!broken->sentence.isEmpty());
        }
    }

    void aPolicyIsSaidInSentences() {
        QVERIFY(!ui::policyFault(accountPolicy()));
        const QStringList sentences = ui::policySentences(accountPolicy());
        QCOMPARE(sentences.size(), 1);
        QCOMPARE(sentences.first(),
                 QStringLiteral("Allows arn:aws:iam::111122223333:root to do everything."));
        const QString denial =
            ui::policySentences(
                policyOf("{'Effect':'Deny','Principal':'*','Action':['kms:Decrypt','kms:Encrypt'],"
                         "'Resource':'*','Condition':{'StringEquals':{'kms:ViaService':'s3'}}}"))
                .value(0);
        QCOMPARE(denial, QStringLiteral("Denies everybody kms:Decrypt and kms:Encrypt where kms:ViaService "
                                        "StringEquals s3."));
        const QString rest =
            ui::policySentences(
                policyOf(
                    "{'Effect':'Allow','Principal':{'AWS':['111122223333','444455556666']},"
                    "'NotAction':'kms:Delete*','Resource':'arn:aws:kms:*:111122223333:key/a','Condition':"
                    "{'ForAnyValue:StringLikeIfExists':{'kms:EncryptionContextKeys':['a','b']}}}"))
                .value(0);
        QCOMPARE(rest, QStringLiteral("Allows 111122223333 and 444455556666 to do everything but kms:Delete* "
                                      "on arn:aws:kms:*:111122223333:key/a where kms:EncryptionContextKeys "
                                      "ForAnyValue:StringLikeIfExists a and b."));
    }

    void whatIsJsonAndNoPolicyIsRefusedAsAWhole() {
        const auto fault = ui::policyFault(json("{'Version': '2012-10-17'}"));
        QVERIFY(fault.has_value());
        QCOMPARE(fault->line, 0);
        QVERIFY(!fault->sentence.isEmpty());
        QVERIFY(ui::policyFault(std::string(32769, ' ')).has_value());
        const auto broken = ui::policyFault("{\n,}");
        QVERIFY2(broken->text().startsWith(QStringLiteral("Line 2, column 1: ")), qPrintable(broken->text()));
    }

    void aLockoutIsDoubted_data() {
        QTest::addColumn<QString>("statement");
        QTest::addColumn<bool>("lockedOut");
        const auto row = [](const char *name, const char *effect, const char *action, const char *more,
                            bool lockedOut) {
            QTest::newRow(name) << QStringLiteral(
                                       "{'Effect':'%1','Principal':{'AWS':'arn:aws:iam::111122223333:root'},"
                                       "'Action':'%2','Resource':'*'%3}")
                                       .arg(QString::fromLatin1(effect), QString::fromLatin1(action),
                                            QString::fromLatin1(more))
                                << lockedOut;
        };
        row("everything", "Allow", "kms:*", "", false);
        row("a pattern", "Allow", "kms:Put*", "", false);
        row("use only", "Allow", "kms:Decrypt", "", true);
        row("denied", "Deny", "kms:PutKeyPolicy", "", true);
        row("only sometimes", "Allow", "kms:*", ",'Condition':{'Bool':{'aws:SecureTransport':'true'}}", true);
    }
    void aLockoutIsDoubted() {
        QFETCH(QString, statement);
        QFETCH(bool, lockedOut);
        const QStringList doubts = ui::policyDoubts(policyOf(statement.toStdString()));
        const bool said = !doubts.filter(QStringLiteral("kms:PutKeyPolicy")).isEmpty();
        QCOMPARE(said, lockedOut);
    }

    void encryptionWithoutReEncryptionIsDoubted() {
        const std::string use = "{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111122223333:role/app'},"
                                "'Action':['kms:Encrypt','kms:Decrypt'],'Resource':'*'}";
        QVERIFY(!ui::policyDoubts(policyOf(use)).filter(QStringLiteral("ReEncrypt")).isEmpty());
        QVERIFY(ui::policyDoubts(accountPolicy()).isEmpty());
    }

    void indentingChangesNothingElse() {
        const std::string indented = ui::indentedJson(json("{'a':[1,{'b':'x, {y}: \\' z'}],'c':{},'d':[]}"));
        QCOMPARE(indented, "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, {y}: "
                           "\\\" z\"\n    }\n  ],\n"
                           "  \"c\": {},\n  \"d\": []\n}\n");
        QCOMPARE(ui::indentedJson(indented), indented);
        QCOMPARE(ui::indentedJson("{ no JSON"), "{ no JSON");
    }
};

QTEST_GUILESS_MAIN(TestPolicyText)
#include "tst_policy_text.moc"
