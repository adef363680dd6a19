// SPDX-License-Identifier: Apache-2.0
// KeyPolicy: what is read, what is malformed, who may what, conditions one by one, doubts.
#include "kms/key_policy.h"

#include <QTest>

#include <map>

using namespace keyturn;
using namespace keyturn::kms;

class TestKeyPolicy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void malformed_data();
    void malformed();
    void answers_data();
    void answers();
    void conditions_data();
    void conditions();
    void patterns();
    void doubts();
};

namespace {

constexpr const char *key = "arn:aws:kms:eu-central-1:111122223333:key/0f0f0f0f-0000-4000-8000-0123456789ab";
constexpr const char *alice = "arn:aws:iam::111122223333:user/alice";

using Facts = std::map<std::string, std::vector<std::string>>;

/// Known are the keys in `facts`, and "absent", which the request has not.
PolicyFact factOf(const Facts &facts, std::string_view name) {
    const auto found = facts.find(std::string(name));
    if (found != facts.end()) {
        return {true, found->second};
    }
    return {name == "absent", std::nullopt};
}

PolicyAnswer ask(const std::string &text, const std::string &action, const PolicyCaller &caller,
                 const Facts &facts = {}) {
    const auto policy = KeyPolicy::parse(text);
    if (!policy) {
        qFatal("not read: %s", policy.error().serviceMessage.c_str());
    }
    return policy->answer({action, key, caller, [&](std::string_view name) { return factOf(facts, name); }});
}

PolicyCaller callerNamed(const std::string &arn) {
    return {arn, "111122223333", std::nullopt};
}

std::string statement(const std::string &effect, const std::string &principal, const std::string &action,
                      const std::string &more = {}) {
    return R"({"Effect":")" + effect + R"(","Principal":)" + principal + R"(,"Action":)" + action +
           R"(,"Resource":"*")" + more + "}";
}
std::string policyOf(const std::string &statements) {
    return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

constexpr const char *root = R"({"AWS":"arn:aws:iam::111122223333:root"})";
constexpr const char *onlyAlice = R"({"AWS":["arn:aws:iam::111122223333:user/alice"]})";

} // namespace

void TestKeyPolicy::malformed_data() {
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const std::string &text) {
        QTest::newRow(name) << QString::fromStdString(text);
    };
    const std::string good = statement("Allow", root, R"("kms:*")");
    row("nothing", "");
    row("a list", "[]");
    row("no end", R"({"Version":"2012-10-17")");
    row("a name twice", R"({"Version":"2012-10-17","Version":"2012-10-17","Statement":[]})");
    row("no statement", R"({"Version":"2012-10-17"})");
    row("another version", R"({"Version":"2020-01-01","Statement":[]})");
    row("a member that none has", R"({"Version":"2012-10-17","Statements":[],"Statement":[]})");
    row("an effect that is none", policyOf(statement("Permit", root, R"("kms:*")")));
    row("no effect", policyOf(R"({"Principal":"*","Action":"kms:*","Resource":"*"})"));
    row("no principal", policyOf(R"({"Effect":"Allow","Action":"kms:*","Resource":"*"})"));
    row("both principals", policyOf(statement("Allow", root, R"("kms:*")", R"(,"NotPrincipal":"*")")));
    row("a wildcard in a principal",
        policyOf(statement("Allow", R"({"AWS":"arn:aws:iam::111122223333:user/*"})", R"("kms:*")")));
    row("a principal that is a name", policyOf(statement("Allow", R"({"AWS":"alice"})", R"("kms:*")")));
    row("a kind of principal that is none", policyOf(statement("Allow", R"({"Azure":"x"})", R"("kms:*")")));
    row("no principal in the list", policyOf(statement("Allow", R"({"AWS":[]})", R"("kms:*")")));
    row("no action", policyOf(R"({"Effect":"Allow","Principal":"*","Resource":"*"})"));
    row("an action that is a number", policyOf(statement("Allow", root, "7")));
    row("no resource", policyOf(R"({"Effect":"Allow","Principal":"*","Action":"kms:*"})"));
    row("a condition that is no object",
        policyOf(statement("Allow", root, R"("kms:*")", R"(,"Condition":"x")")));
    row("a test that nobody knows",
        policyOf(statement("Allow", root, R"("kms:*")", R"(,"Condition":{"StringSounds":{"a":"b"}})")));
    row("values that are objects",
        policyOf(statement("Allow", root, R"("kms:*")", R"(,"Condition":{"StringEquals":{"a":{}}})")));
    row("deep", policyOf(statement("Allow", root, std::string(20, '[') + std::string(20, ']'))));
    row("good and bad", policyOf(good + "," + statement("Allow", R"({"AWS":"alice"})", R"("kms:*")")));
}

void TestKeyPolicy::malformed() {
    QFETCH(QString, text);
    const auto policy = KeyPolicy::parse(text.toStdString());
    QVERIFY(!policy);
    QVERIFY(policy.error().code == ErrorCode::MalformedPolicyDocument);
    QVERIFY(!policy.error().serviceMessage.empty());
}

void TestKeyPolicy::answers_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("caller");
    QTest::addColumn<int>("answer");
    const auto row = [](const char *name, const std::string &text, const char *action, const char *caller,
                        PolicyAnswer answer) {
        QTest::newRow(name) << QString::fromStdString(text) << QString::fromLatin1(action)
                            << QString::fromLatin1(caller) << int(answer);
    };
    using enum PolicyAnswer;
    const std::string account = policyOf(statement("Allow", root, R"("kms:*")"));
    row("the account stands for its principals", account, "kms:Decrypt", alice, Allows);
    row("as a number too", policyOf(statement("Allow", R"({"AWS":"111122223333"})", R"("kms:*")")),
        "kms:Decrypt", alice, Allows);
    row("no other account's", policyOf(statement("Allow", R"({"AWS":"444455556666"})", R"("kms:*")")),
        "kms:Decrypt", alice, Silent);
    row("anybody", policyOf(statement("Allow", R"("*")", R"("kms:Decrypt")")), "kms:Decrypt",
        "arn:aws:iam::999999999999:user/x", Allows);
    row("a service is nobody here",
        policyOf(statement("Allow", R"({"Service":"logs.amazonaws.com"})", R"("kms:*")")), "kms:Decrypt",
        alice, Silent);
    row("a user by name", policyOf(statement("Allow", onlyAlice, R"("kms:Decrypt")")), "kms:Decrypt", alice,
        Allows);
    row("another user", policyOf(statement("Allow", onlyAlice, R"("kms:Decrypt")")), "kms:Decrypt",
        "arn:aws:iam::111122223333:user/bob", Silent);
    row("a user's name that begins alike", policyOf(statement("Allow", onlyAlice, R"("kms:Decrypt")")),
        "kms:Decrypt", "arn:aws:iam::111122223333:user/alice2", Silent);
    row("another action", policyOf(statement("Allow", onlyAlice, R"("kms:Decrypt")")), "kms:Encrypt", alice,
        Silent);
    row("ReEncrypt*", policyOf(statement("Allow", onlyAlice, R"(["kms:ReEncrypt*","kms:Get?ublicKey"])")),
        "kms:ReEncryptFrom", alice, Allows);
    row("one character", policyOf(statement("Allow", onlyAlice, R"(["kms:ReEncrypt*","kms:Get?ublicKey"])")),
        "kms:GetPublicKey", alice, Allows);
    row("actions have no case", policyOf(statement("Allow", onlyAlice, R"("KMS:decrypt")")), "kms:Decrypt",
        alice, Allows);
    row("all actions", policyOf(statement("Allow", onlyAlice, R"("*")")), "kms:Decrypt", alice, Allows);
    row("of another service", policyOf(statement("Allow", onlyAlice, R"("s3:*")")), "kms:Decrypt", alice,
        Silent);
    row("a denial wins, first",
        policyOf(statement("Deny", onlyAlice, R"("kms:Decrypt")") + "," +
                 statement("Allow", root, R"("kms:*")")),
        "kms:Decrypt", alice, Denies);
    row("a denial wins, last",
        policyOf(statement("Allow", root, R"("kms:*")") + "," +
                 statement("Deny", onlyAlice, R"("kms:Decrypt")")),
        "kms:Decrypt", alice, Denies);
    row("a denial of something else",
        policyOf(statement("Allow", root, R"("kms:*")") + "," +
                 statement("Deny", onlyAlice, R"("kms:Encrypt")")),
        "kms:Decrypt", alice, Allows);
    row("all but some actions",
        policyOf(R"({"Effect":"Allow","Principal":"*","NotAction":"kms:Decrypt","Resource":"*"})"),
        "kms:Decrypt", alice, Silent);
    row("all but those actions",
        policyOf(R"({"Effect":"Allow","Principal":"*","NotAction":"kms:Decrypt","Resource":"*"})"),
        "kms:Encrypt", alice, Allows);
    row("all but some principals",
        policyOf(R"({"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/alice"},)"
                 R"("Action":"kms:*","Resource":"*"})"),
        "kms:Decrypt", alice, Silent);
    row("all but those principals",
        policyOf(R"({"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/alice"},)"
                 R"("Action":"kms:*","Resource":"*"})"),
        "kms:Decrypt", "arn:aws:iam::111122223333:user/bob", Denies);
    row("this key by its ARN",
        policyOf(R"({"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"arn:aws:kms:*:key/*"})"),
        "kms:Decrypt", alice, Allows);
    row("another key",
        policyOf(
            R"({"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"arn:aws:kms:eu:1:key/x"})"),
        "kms:Decrypt", alice, Silent);
    row("all but this key",
        policyOf(R"({"Effect":"Allow","Principal":"*","Action":"kms:*","NotResource":"*"})"), "kms:Decrypt",
        alice, Silent);
    row("one statement, not in a list",
        R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}})", "kms:Decrypt",
        alice, Allows);
    row("no statement at all", policyOf(""), "kms:Decrypt", alice, Silent);
    const std::string unknown = R"(,"Condition":{"StringEquals":{"nobody:knows":"x"}})";
    row("a condition that cannot be told allows nothing",
        policyOf(statement("Allow", root, R"("kms:*")", unknown)), "kms:Decrypt", alice, Silent);
    row("and denies",
        policyOf(statement("Allow", root, R"("kms:*")") + "," +
                 statement("Deny", root, R"("kms:*")", unknown)),
        "kms:Decrypt", alice, Denies);
    row("unless another one does not hold",
        policyOf(statement("Allow", root, R"("kms:*")") + "," +
                 statement("Deny", root, R"("kms:*")",
                           R"(,"Condition":{"StringEquals":{"nobody:knows":"x","absent":"y"}})")),
        "kms:Decrypt", alice, Allows);
}

void TestKeyPolicy::answers() {
    QFETCH(QString, text);
    QFETCH(QString, action);
    QFETCH(QString, caller);
    QFETCH(int, answer);
    PolicyCaller asked = callerNamed(caller.toStdString());
    asked.account = asked.arn.substr(13, 12);
    QCOMPARE(int(ask(text.toStdString(), action.toStdString(), asked)), answer);
}

void TestKeyPolicy::conditions_data() {
    QTest::addColumn<QString>("test");
    QTest::addColumn<QStringList>("wanted");
    QTest::addColumn<QString>("fact"); ///< values joined by "|"; "-" absent, "?" unknown
    QTest::addColumn<int>("truth");
    const auto row = [](const char *test, const QStringList &wanted, const char *fact, Truth truth) {
        QTest::addRow("%s %s: %s", test, qPrintable(wanted.join(QLatin1Char(','))), fact)
            << QString::fromLatin1(test) << wanted << QString::fromLatin1(fact) << int(truth);
    };
    const auto list = [](const char *text) { return QString::fromLatin1(text).split(QLatin1Char('|')); };
    using enum Truth;
    row("StringEquals", list("a|b"), "b", Yes);
    row("StringEquals", list("a"), "A", No);
    row("StringEquals", list("a*"), "ab", No);
    row("StringEquals", list("a"), "-", No);
    row("StringEquals", list("a"), "?", Unknown);
    row("StringEqualsIfExists", list("a"), "-", Yes);
    row("StringEqualsIfExists", list("a"), "b", No);
    row("StringNotEquals", list("a|b"), "b", No);
    row("StringNotEquals", list("a|b"), "c", Yes);
    row("StringNotEquals", list("a"), "-", Yes);
    row("StringEqualsIgnoreCase", list("a"), "A", Yes);
    row("StringNotEqualsIgnoreCase", list("a"), "A", No);
    row("StringLike", list("prod-*"), "prod-1", Yes);
    row("StringLike", list("prod-?"), "prod-12", No);
    row("StringNotLike", list("prod-*"), "prod-1", No);
    row("StringEquals", list("${aws:username}"), "x", Unknown);
    row("ArnLike", list("arn:aws:iam::*:role/x*"), "arn:aws:iam::111122223333:role/xy", Yes);
    row("ArnLike", list("arn:*:role/x"), "arn:aws:iam::111122223333:role/x", No);
    row("ArnEquals", list("arn:aws:iam::1:user/a"), "arn:aws:iam::1:user/b", No);
    row("ArnNotLike", list("arn:aws:iam::1:user/a"), "arn:aws:iam::1:user/b", Yes);
    row("ArnNotEquals", list("arn:aws:iam::1:user/a"), "arn:aws:iam::1:user/a", No);
    row("Bool", list("true"), "true", Yes);
    row("Bool", list("true"), "false", No);
    row("Null", list("true"), "-", Yes);
    row("Null", list("false"), "-", No);
    row("Null", list("false"), "x", Yes);
    row("Null", list("perhaps"), "x", Unknown);
    row("NumericEquals", list("7"), "7.0", Yes);
    row("NumericNotEquals", list("7"), "8", Yes);
    row("NumericLessThan", list("30"), "29", Yes);
    row("NumericLessThan", list("30"), "30", No);
    row("NumericLessThanEquals", list("30"), "30", Yes);
    row("NumericGreaterThan", list("7"), "7", No);
    row("NumericGreaterThanEquals", list("7"), "7", Yes);
    row("NumericLessThan", list("many"), "7", Unknown);
    row("DateLessThan", list("2026-03-02T00:00:00Z"), "1772323200", Yes); // 2026-03-01
    row("DateGreaterThan", list("2026-03-01"), "1772323201", Yes);
    row("DateEquals", list("2026-03-01T00:00:00Z"), "1772323200", Yes);
    row("DateNotEquals", list("2026-03-01"), "1772323200", No);
    row("DateLessThanEquals", list("1772323200"), "1772323200", Yes);
    row("DateGreaterThanEquals", list("2026-03-01T00:00:01Z"), "1772323200", No);
    row("DateLessThan", list("tomorrow"), "1772323200", Unknown);
    row("ForAnyValue:StringEquals", list("a|b"), "c|b", Yes);
    row("ForAnyValue:StringEquals", list("a"), "-", No);
    row("ForAllValues:StringEquals", list("a|b"), "a|b", Yes);
    row("ForAllValues:StringEquals", list("a|b"), "a|c", No);
    row("ForAllValues:StringEquals", list("a"), "-", Yes);
    row("StringEquals", list("a"), "a|b", Unknown);
    row("IpAddress", list("127.0.0.0/8"), "127.0.0.1", Unknown);
    row("BinaryEquals", list("QQ=="), "QQ==", Unknown);
}

void TestKeyPolicy::conditions() {
    QFETCH(QString, test);
    QFETCH(QStringList, wanted);
    QFETCH(QString, fact);
    QFETCH(int, truth);
    std::string values;
    for (const QString &value : wanted) {
        values += (values.empty() ? "\"" : ",\"") + value.toStdString() + "\"";
    }
    const auto policy = KeyPolicy::parse(
        policyOf(statement("Allow", root, R"("kms:*")",
                           R"(,"Condition":{")" + test.toStdString() + R"(":{"x:y":[)" + values + "]}}")));
    QVERIFY(policy);
    PolicyFact found;
    found.isKnown = fact != QStringLiteral("?");
    if (found.isKnown && fact != QStringLiteral("-")) {
        found.values.emplace();
        for (const QString &value : fact.split(QLatin1Char('|'))) {
            found.values->push_back(value.toStdString());
        }
    }
    QCOMPARE(int(holds(policy->statements().front().conditions.front(), found)), truth);
    PolicyCondition unheardOf = policy->statements().front().conditions.front();
    unheardOf.test = "StringSounds";
    QCOMPARE(int(holds(unheardOf, found)), int(Truth::Unknown));
}

void TestKeyPolicy::patterns() {
    QVERIFY(matchesPolicyPattern("", ""));
    QVERIFY(matchesPolicyPattern("*", ""));
    QVERIFY(!matchesPolicyPattern("?", ""));
    QVERIFY(matchesPolicyPattern("a*b*c", "aXbXbc"));
    QVERIFY(!matchesPolicyPattern("a*b*c", "aXbXbcd"));
    QVERIFY(!matchesPolicyPattern(std::string(40, '*') + "b", std::string(4000, 'a')));
    const PolicyCaller session{"arn:aws:sts::111122223333:assumed-role/app/s", "111122223333",
                               "arn:aws:iam::111122223333:role/app"};
    const auto ofRole = [](const char *arn) {
        return policyOf(statement("Allow", std::string(R"({"AWS":")") + arn + "\"}", R"("kms:*")"));
    };
    QVERIFY(ask(ofRole("arn:aws:iam::111122223333:role/app"), "kms:Sign", session) == PolicyAnswer::Allows);
    QVERIFY(ask(ofRole("arn:aws:iam::111122223333:role/path/app"), "kms:Sign", session) ==
            PolicyAnswer::Allows);
    QVERIFY(ask(ofRole("arn:aws:iam::111122223333:role/other"), "kms:Sign", session) == PolicyAnswer::Silent);
    QVERIFY(ask(ofRole("arn:aws:iam::444455556666:role/app"), "kms:Sign", session) == PolicyAnswer::Silent);
}

void TestKeyPolicy::doubts() {
    const auto doubtsOf = [](const std::string &actions) {
        return KeyPolicy::parse(policyOf(statement("Allow", onlyAlice, actions)))->doubts();
    };
    QCOMPARE(doubtsOf(R"("kms:*")").size(), std::size_t(0));
    QCOMPARE(doubtsOf(R"(["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*"])").size(), std::size_t(0));
    QCOMPARE(doubtsOf(R"(["kms:Encrypt","kms:Decrypt"])").size(), std::size_t(2));
    QCOMPARE(doubtsOf(R"(["kms:Decrypt","kms:ReEncryptTo"])").size(), std::size_t(1));
    QCOMPARE(doubtsOf(R"("kms:DescribeKey")").size(), std::size_t(0));
    const auto split = KeyPolicy::parse(policyOf(statement("Allow", onlyAlice, R"("kms:Decrypt")") + "," +
                                                 statement("Allow", onlyAlice, R"("kms:ReEncryptFrom")")));
    QVERIFY(split && split->doubts().empty());
    QVERIFY(KeyPolicy::parse(policyOf(statement("Deny", onlyAlice, R"("kms:Decrypt")")))->doubts().empty());
}

QTEST_APPLESS_MAIN(TestKeyPolicy)
#include "tst_key_policy.moc"
