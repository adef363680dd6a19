// SPDX-License-Identifier: Apache-2.0
// What served callers may do: access keys, key policies, grants; and callers of other accounts.
#include "kms_vault.h"

#include "kms/operations/create_grant.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/generate_random.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/put_key_policy.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/replicate_key.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"

using namespace keyturn;
using namespace keyturn::test;
using kms::GrantOperation;

class TestKmsPermissions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void policiesDecide();
    void denialsWinOverGrants();
    void conditionsOfTheRequest_data();
    void conditionsOfTheRequest();
    void grantsAllow();
    void childGrantsOnlyNarrow();
    void whoRetires();
    void otherAccounts();
    void bothSidesOfReEncrypt();
    void accessKeysStayTheBound();
    void newKeysNeedTheAccessKeysWord_data();
    void newKeysNeedTheAccessKeysWord();
    void changesAskAgainWhenTheyAreMade();
};

namespace {

/// A caller at the endpoint.
class Caller {
public:
    Caller(KmsVault &vault, const std::string &arn, std::optional<std::vector<std::string>> operations = {})
        : m_vault(vault) {
        auto made = vault.kms().accessKeys().create({"", arn, std::move(operations)});
        if (!made) {
            qFatal("no access key: %s", made.error().detail.c_str());
        }
        m_context.principal = {arn, made->key.id, "endpoint"};
    }

    template <class Op>
    Result<typename Op::Reply> call(typename Op::Request request) {
        return kms::callAndWait<Op>(m_vault.kms(), std::move(request), m_context);
    }
    Result<kms::Encrypt::Reply> encrypt(const std::string &keyId,
                                        const kms::EncryptionContext &context = {}) {
        kms::Encrypt::Request request;
        request.keyId = keyId;
        request.plaintext = SecretBytes(4);
        request.encryptionContext = context;
        return call<kms::Encrypt>(std::move(request));
    }
    Result<kms::Decrypt::Reply> decrypt(const Bytes &blob, const kms::EncryptionContext &context = {}) {
        kms::Decrypt::Request request;
        request.ciphertextBlob = blob;
        request.encryptionContext = context;
        return call<kms::Decrypt>(std::move(request));
    }
    const kms::CallContext &context() const { return m_context; }

private:
    KmsVault &m_vault;
    kms::CallContext m_context;
};

constexpr const char *alice = "arn:aws:iam::111122223333:user/alice";
constexpr const char *bob = "arn:aws:iam::111122223333:user/bob";
constexpr const char *stranger = "arn:aws:iam::444455556666:role/app";
constexpr const char *admins = "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:"
                               "user/admin\"},\"Action\":\"kms:*\","
                               "\"Resource\":\"*\"}";

std::string statement(const char *effect, const char *principal, const char *action,
                      const std::string &condition = {}) {
    return std::string(",{\"Effect\":\"") + effect + "\",\"Principal\":{\"AWS\":\"" + principal +
           "\"},\"Action\":\"" + action + "\",\"Resource\":\"*\"" +
           (condition.empty() ? "" : ",\"Condition\":" + condition) + "}";
}

void put(KmsVault &vault, const std::string &key, const std::string &more) {
    kms::PutKeyPolicy::Request request;
    request.keyId = key;
    request.policy = "{\"Version\":\"2012-10-17\",\"Statement\":[" + std::string(admins) + more + "]}";
    request.bypassPolicyLockoutSafetyCheck = true;
    const auto done = vault.call<kms::PutKeyPolicy>(request);
    if (!done) {
        qFatal("no policy: %s", qPrintable(told(done)));
    }
}

std::string keyWith(KmsVault &vault, const std::string &more) {
    const std::string key = vault.makeKeyId();
    put(vault, key, more);
    return key;
}

kms::CreateGrant::Request grantTo(const std::string &key, const char *grantee,
                                  std::vector<kms::Open<GrantOperation>> operations) {
    kms::CreateGrant::Request request;
    request.keyId = key;
    request.granteePrincipal = grantee;
    request.operations = std::move(operations);
    return request;
}

QString deniedText(const char *who, const char *action, const std::string &key, bool explicitly = false) {
    const std::string reason =
        explicitly ? " with an explicit deny in a resource-based policy"
                   : std::string(" because no resource-based policy allows the ") + action + " action";
    return qstring("AccessDeniedException: User: " + std::string(who) + " is not authorized to perform: " +
                   action + " on resource: " + std::string(arnPrefix) + key + reason);
}

} // namespace

void TestKmsPermissions::policiesDecide() {
    KmsVault vault;
    Caller a(vault, alice), b(vault, bob);
    const std::string key = vault.makeKeyId();
    QCOMPARE(told(a.encrypt(key)), QStringLiteral("ok")); // the account's default policy
    put(vault, key, statement("Allow", alice, "kms:Encrypt"));
    QCOMPARE(told(a.encrypt(key)), QStringLiteral("ok"));
    QCOMPARE(told(b.encrypt(key)), deniedText(bob, "kms:Encrypt", key));
    QCOMPARE(told(a.call<kms::DescribeKey>({.keyId = key})), deniedText(alice, "kms:DescribeKey", key));
    const auto blob = vault.ciphertext(key, "text"); // who unlocked the vault may do everything
    QCOMPARE(told(a.decrypt(blob)), deniedText(alice, "kms:Decrypt", key)); // the key is in the ciphertext
    QVERIFY(vault.call<kms::CreateAlias>({"alias/key", key}));
    QCOMPARE(told(b.encrypt("alias/key")), deniedText(bob, "kms:Encrypt", key));
    QCOMPARE(told(b.call<kms::DeleteAlias>({"alias/key"})), deniedText(bob, "kms:DeleteAlias", key));
    QCOMPARE(told(b.call<kms::DisableKey>({key})), deniedText(bob, "kms:DisableKey", key));
    QVERIFY(told(b.encrypt(std::string(unknownKeyId))).startsWith(QStringLiteral("NotFoundException")));
    QVERIFY(b.call<kms::ListKeys>({}) && b.call<kms::GenerateRandom>({.numberOfBytes = 4}));
    kms::PutKeyPolicy::Request lockout{.keyId = key, .policy = std::string("{\"Statement\":[]}")};
    QCOMPARE(told(a.call<kms::PutKeyPolicy>(lockout)), deniedText(alice, "kms:PutKeyPolicy", key));
    Caller admin(vault, "arn:aws:iam::111122223333:user/admin");
    QVERIFY(told(admin.call<kms::PutKeyPolicy>(lockout)).startsWith(QStringLiteral("MalformedPolicy")));
}

void TestKmsPermissions::denialsWinOverGrants() {
    KmsVault vault;
    Caller a(vault, alice);
    const std::string key = keyWith(vault, statement("Deny", alice, "kms:Encrypt"));
    QVERIFY(vault.call<kms::CreateGrant>(grantTo(key, alice, {GrantOperation::Encrypt})));
    QCOMPARE(told(a.encrypt(key)), deniedText(alice, "kms:Encrypt", key, true));
    put(vault, key, {});
    QCOMPARE(told(a.encrypt(key)), QStringLiteral("ok"));
}

void TestKmsPermissions::conditionsOfTheRequest_data() {
    QTest::addColumn<QString>("condition");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const char *condition, bool allowed) {
        QTest::newRow(name) << QString::fromLatin1(condition) << allowed;
    };
    row("a pair of the context", "{\"StringEquals\":{\"kms:EncryptionContext:App\":\"ledger\"}}", true);
    row("another value", "{\"StringEquals\":{\"kms:EncryptionContext:App\":\"other\"}}", false);
    row("names of the context", "{\"ForAllValues:StringEquals\":{\"kms:EncryptionContextKeys\":[\"App\"]}}",
        true);
    row("a name too many", "{\"ForAllValues:StringEquals\":{\"kms:EncryptionContextKeys\":[\"x\"]}}", false);
    row("spec", "{\"StringEquals\":{\"kms:KeySpec\":\"SYMMETRIC_DEFAULT\"}}", true);
    row("usage", "{\"StringEquals\":{\"kms:KeyUsage\":\"SIGN_VERIFY\"}}", false);
    row("algorithm", "{\"StringEquals\":{\"kms:EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}}", true);
    row("account", "{\"StringEquals\":{\"kms:CallerAccount\":\"111122223333\"}}", true);
    row("another account", "{\"StringEquals\":{\"kms:CallerAccount\":\"444455556666\"}}", false);
    row("principal", "{\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::*:user/ali*\"}}", true);
    row("alias asked by", "{\"StringEquals\":{\"kms:RequestAlias\":\"alias/ledger\"}}", true);
    row("alias of the key", "{\"ForAnyValue:StringLike\":{\"kms:ResourceAliases\":\"alias/led*\"}}", true);
    row("tag of the key", "{\"StringEquals\":{\"aws:ResourceTag/team\":\"a\"}}", true);
    row("another tag", "{\"StringEquals\":{\"aws:ResourceTag/team\":\"b\"}}", false);
    row("before a date", "{\"DateLessThan\":{\"aws:CurrentTime\":\"2026-03-02T00:00:00Z\"}}", true);
    row("after a date", "{\"DateGreaterThan\":{\"aws:CurrentTime\":\"2026-03-02T00:00:00Z\"}}", false);
    row("TLS only", "{\"Bool\":{\"aws:SecureTransport\":\"true\"}}", false);
    row("by a service", "{\"StringEquals\":{\"kms:ViaService\":\"s3.eu-central-1.amazonaws.com\"}}", false);
    row("by no service", "{\"Null\":{\"kms:ViaService\":\"true\"}}", true);
    row("a key that nobody knows", "{\"StringNotEquals\":{\"kms:SomethingNew\":\"x\"}}", false);
    row("a network", "{\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/0\"}}", false);
}

void TestKmsPermissions::conditionsOfTheRequest() {
    QFETCH(QString, condition);
    QFETCH(bool, allowed);
    KmsVault vault;
    kms::CreateKey::Request creation;
    creation.tags = {kms::Tag{"team", "a"}};
    const std::string key = *vault.call<kms::CreateKey>(creation)->keyMetadata->keyId;
    put(vault, key, statement("Allow", alice, "kms:Encrypt", condition.toStdString()));
    QVERIFY(vault.call<kms::CreateAlias>({"alias/ledger", key}));
    Caller a(vault, alice);
    QCOMPARE(told(a.encrypt("alias/ledger", {{"App", "ledger"}})),
             allowed ? QStringLiteral("ok") : deniedText(alice, "kms:Encrypt", key));
    // The same as a denial: refused where it holds, and where it cannot be told.
    put(vault, key,
        statement("Allow", alice, "kms:Encrypt") +
            statement("Deny", alice, "kms:Encrypt", condition.toStdString()));
    const bool known = std::string_view(QTest::currentDataTag()) != "a key that nobody knows" &&
                       std::string_view(QTest::currentDataTag()) != "a network";
    QCOMPARE(told(a.encrypt("alias/ledger", {{"App", "ledger"}})),
             allowed || !known ? deniedText(alice, "kms:Encrypt", key, true) : QStringLiteral("ok"));
}

void TestKmsPermissions::grantsAllow() {
    KmsVault vault;
    Caller a(vault, alice), session(vault, "arn:aws:sts::111122223333:assumed-role/app/one");
    const std::string key = keyWith(vault, {});
    auto wish = grantTo(key, alice, {GrantOperation::Encrypt, GrantOperation::DescribeKey});
    wish.constraints.emplace().encryptionContextEquals = kms::EncryptionContext{{"a", "1"}};
    const auto equals = vault.call<kms::CreateGrant>(wish);
    QVERIFY(equals);
    QCOMPARE(told(a.encrypt(key, {{"a", "1"}})), QStringLiteral("ok"));
    QCOMPARE(told(a.encrypt(key, {{"a", "1"}, {"b", "2"}})), deniedText(alice, "kms:Encrypt", key));
    QCOMPARE(told(a.encrypt(key)), deniedText(alice, "kms:Encrypt", key));
    QCOMPARE(told(a.call<kms::DescribeKey>({.keyId = key})), QStringLiteral("ok")); // no context there
    QCOMPARE(told(a.decrypt(vault.ciphertext(key, "x", {{"a", "1"}}), {{"a", "1"}})),
             deniedText(alice, "kms:Decrypt", key));
    wish.constraints->encryptionContextEquals.reset();
    wish.constraints->encryptionContextSubset = kms::EncryptionContext{{"a", "1"}};
    QVERIFY(vault.call<kms::CreateGrant>(wish));
    QCOMPARE(told(a.encrypt(key, {{"b", "2"}, {"a", "1"}})), QStringLiteral("ok"));
    QVERIFY(!a.encrypt(key, {{"a", "2"}}));
    QVERIFY(!session.encrypt(key));
    QVERIFY(vault.call<kms::CreateGrant>(
        grantTo(key, "arn:aws:iam::111122223333:role/app", {GrantOperation::Encrypt})));
    QCOMPARE(told(session.encrypt(key)), QStringLiteral("ok"));
    QVERIFY(vault.call<kms::RevokeGrant>({.keyId = key, .grantId = equals->grantId}));
    QCOMPARE(told(a.encrypt(key, {{"a", "1"}})), QStringLiteral("ok")); // the second one
    vault.reopen();
    QCOMPARE(told(a.encrypt(key, {{"a", "1"}})), QStringLiteral("ok"));
    auto source = grantTo(key, bob, {GrantOperation::Encrypt});
    source.constraints.emplace().sourceArn = "arn:aws:logs:eu-central-1:111122223333:group/x";
    QVERIFY(vault.call<kms::CreateGrant>(source));
    Caller b(vault, bob);
    QCOMPARE(told(b.encrypt(key)), deniedText(bob, "kms:Encrypt", key));
}

void TestKmsPermissions::childGrantsOnlyNarrow() {
    KmsVault vault;
    Caller a(vault, alice);
    const std::string key = keyWith(vault, {});
    auto own = grantTo(key, alice, {GrantOperation::CreateGrant, GrantOperation::Encrypt});
    own.constraints.emplace().encryptionContextSubset = kms::EncryptionContext{{"a", "1"}};
    QVERIFY(vault.call<kms::CreateGrant>(own));
    auto child = grantTo(key, bob, {GrantOperation::Encrypt});
    QCOMPARE(told(a.call<kms::CreateGrant>(child)), deniedText(alice, "kms:CreateGrant", key)); // wider
    child.constraints.emplace().encryptionContextSubset = kms::EncryptionContext{{"a", "1"}, {"b", "2"}};
    QCOMPARE(told(a.call<kms::CreateGrant>(child)), QStringLiteral("ok"));
    child.constraints->encryptionContextSubset.reset();
    child.constraints->encryptionContextEquals = kms::EncryptionContext{{"a", "1"}};
    QCOMPARE(told(a.call<kms::CreateGrant>(child)), QStringLiteral("ok"));
    child.operations->push_back(GrantOperation::Decrypt);
    QCOMPARE(told(a.call<kms::CreateGrant>(child)), deniedText(alice, "kms:CreateGrant", key));
}

void TestKmsPermissions::whoRetires() {
    KmsVault vault;
    Caller foreign(vault, stranger), other(vault, "arn:aws:iam::777788889999:user/other");
    const std::string key = keyWith(vault, {});
    const std::string arn = std::string(arnPrefix) + key;
    auto wish = grantTo(key, stranger, {GrantOperation::Encrypt});
    const auto plain = vault.call<kms::CreateGrant>(wish);
    QVERIFY(plain);
    QVERIFY(told(foreign.call<kms::RetireGrant>({.grantToken = plain->grantToken}))
                .startsWith(QStringLiteral("AccessDenied")));
    wish.operations->push_back(GrantOperation::RetireGrant);
    const auto own = vault.call<kms::CreateGrant>(wish);
    QVERIFY(told(other.call<kms::RetireGrant>({.keyId = arn, .grantId = own->grantId}))
                .startsWith(QStringLiteral("AccessDenied")));
    QCOMPARE(told(foreign.call<kms::RetireGrant>({.keyId = arn, .grantId = own->grantId})),
             QStringLiteral("ok"));
    wish.retiringPrincipal = "arn:aws:iam::777788889999:user/other";
    const auto retirable = vault.call<kms::CreateGrant>(wish);
    QCOMPARE(
        other.call<kms::ListRetirableGrants>({.retiringPrincipal = wish.retiringPrincipal})->grants->size(),
        std::size_t(1));
    QVERIFY(told(foreign.call<kms::ListRetirableGrants>({.retiringPrincipal = wish.retiringPrincipal}))
                .startsWith(QStringLiteral("AccessDenied")));
    QCOMPARE(told(other.call<kms::RetireGrant>({.grantToken = retirable->grantToken})), QStringLiteral("ok"));
    Caller issuer(vault, alice); // of the account that made the grant
    QCOMPARE(told(issuer.call<kms::RetireGrant>({.grantToken = plain->grantToken})), QStringLiteral("ok"));
}

void TestKmsPermissions::otherAccounts() {
    KmsVault vault;
    Caller foreign(vault, stranger);
    const std::string key = keyWith(vault, statement("Allow", "444455556666", "kms:*"));
    const std::string arn = std::string(arnPrefix) + key;
    QVERIFY(vault.call<kms::CreateAlias>({"alias/shared", key}));
    QCOMPARE(told(foreign.encrypt(arn)), QStringLiteral("ok"));
    QCOMPARE(told(foreign.encrypt("arn:aws:kms:eu-central-1:111122223333:alias/shared")),
             QStringLiteral("ok"));
    QCOMPARE(told(foreign.encrypt(key)),
             qstring("NotFoundException: Key 'arn:aws:kms:eu-central-1:444455556666:key/" + key +
                     "' does not exist"));
    QCOMPARE(told(foreign.encrypt("alias/shared")),
             QStringLiteral("NotFoundException: Alias "
                            "arn:aws:kms:eu-central-1:444455556666:alias/shared is not found."));
    kms::Decrypt::Request bare;
    bare.ciphertextBlob = vault.ciphertext(key, "x");
    bare.keyId = key;
    QCOMPARE(told(foreign.call<kms::Decrypt>(std::move(bare))), QStringLiteral("ok"));
    QCOMPARE(told(foreign.call<kms::DisableKey>({arn})), deniedText(stranger, "kms:DisableKey", key));
    for (const QString &answer :
         {told(foreign.call<kms::ListKeys>({})), told(foreign.call<kms::CreateKey>({}))}) {
        QVERIFY2(answer.startsWith(QStringLiteral("AccessDenied")), qPrintable(answer));
    }
    QVERIFY(foreign.call<kms::GenerateRandom>({.numberOfBytes = 4}));
    const std::string own = vault.makeKeyId(); // the default policy is for the vault's own account
    QCOMPARE(told(foreign.encrypt(std::string(arnPrefix) + own)), deniedText(stranger, "kms:Encrypt", own));
}

void TestKmsPermissions::bothSidesOfReEncrypt() {
    KmsVault vault;
    Caller a(vault, alice);
    const std::string from = keyWith(vault, statement("Allow", alice, "kms:ReEncryptFrom"));
    const std::string to = keyWith(vault, {});
    kms::ReEncrypt::Request request;
    request.ciphertextBlob = vault.ciphertext(from, "x");
    request.destinationKeyId = to;
    QCOMPARE(told(a.call<kms::ReEncrypt>(request)), deniedText(alice, "kms:ReEncryptTo", to));
    auto grant = grantTo(to, alice, {GrantOperation::ReEncryptTo});
    grant.constraints.emplace().encryptionContextSubset = kms::EncryptionContext{{"side", "to"}};
    QVERIFY(vault.call<kms::CreateGrant>(grant));
    QVERIFY(!a.call<kms::ReEncrypt>(request));
    request.destinationEncryptionContext = kms::EncryptionContext{{"side", "to"}};
    QCOMPARE(told(a.call<kms::ReEncrypt>(request)), QStringLiteral("ok"));
    put(vault, from, {});
    QCOMPARE(told(a.call<kms::ReEncrypt>(request)), deniedText(alice, "kms:ReEncryptFrom", from));
}

void TestKmsPermissions::accessKeysStayTheBound() {
    KmsVault vault;
    Caller limited(vault, alice, std::vector<std::string>{"DescribeKey"});
    const std::string key = keyWith(vault, statement("Allow", alice, "kms:*"));
    QVERIFY(vault.call<kms::CreateGrant>(grantTo(key, alice, {GrantOperation::Encrypt})));
    QVERIFY(told(limited.encrypt(key))
                .endsWith(QStringLiteral("because no identity-based policy allows the kms:Encrypt action")));
    QCOMPARE(told(limited.call<kms::DescribeKey>({.keyId = key})), QStringLiteral("ok"));
}

void TestKmsPermissions::newKeysNeedTheAccessKeysWord_data() {
    QTest::addColumn<QString>("allowed");
    QTest::addColumn<bool>("isReplica");
    QTest::addColumn<bool>("hasTags");
    QTest::addColumn<QString>("missing");
    const auto row = [](const char *allowed, bool isReplica, bool hasTags, const char *missing) {
        QTest::addRow("%s%s: %s", isReplica ? "replica" : "key", hasTags ? " with tags" : "", allowed)
            << QString::fromLatin1(allowed) << isReplica << hasTags << QString::fromLatin1(missing);
    };
    row("CreateKey", false, false, "");
    row("CreateKey", false, true, "kms:TagResource");
    row("CreateKey TagResource", false, true, "");
    row("ReplicateKey", true, false, "kms:CreateKey");
    row("ReplicateKey TagResource", true, true, "kms:CreateKey");
    row("ReplicateKey CreateKey", true, false, "");
    row("ReplicateKey CreateKey", true, true, "kms:TagResource");
    row("ReplicateKey CreateKey TagResource", true, true, "");
}

/// No key's policy speaks for a key that is not there yet: the access key's list does.
void TestKmsPermissions::newKeysNeedTheAccessKeysWord() {
    QFETCH(const QString, allowed);
    QFETCH(const bool, isReplica);
    QFETCH(const bool, hasTags);
    QFETCH(const QString, missing);
    KmsVault vault;
    kms::CreateKey::Request creation;
    creation.multiRegion = true;
    const std::string primary = *vault.call<kms::CreateKey>(creation)->keyMetadata->keyId;
    put(vault, primary, statement("Allow", alice, "kms:*"));
    std::vector<std::string> operations;
    for (const QString &name : allowed.split(QLatin1Char(' '))) {
        operations.push_back(name.toStdString());
    }
    Caller caller(vault, alice, operations);
    std::optional<std::vector<kms::Tag>> tags;
    if (hasTags) {
        tags = {kms::Tag{"a", "b"}};
    }
    QString answer;
    if (isReplica) {
        kms::ReplicateKey::Request replication;
        replication.keyId = primary;
        replication.replicaRegion = "eu-west-1";
        replication.tags = tags;
        answer = told(caller.call<kms::ReplicateKey>(std::move(replication)));
    } else {
        creation.tags = tags;
        answer = told(caller.call<kms::CreateKey>(std::move(creation)));
    }
    const QString denied =
        QStringLiteral("AccessDeniedException: User: %1 is not authorized to perform: %2 on "
                       "resource: * because no identity-based policy allows the %2 action");
    QCOMPARE(answer, missing.isEmpty() ? QStringLiteral("ok") : denied.arg(qstring(alice), missing));
    const bool isThere = vault.callIn<kms::DescribeKey>("eu-west-1", {.keyId = primary}).has_value();
    QCOMPARE(isThere, isReplica && missing.isEmpty());
}

void TestKmsPermissions::changesAskAgainWhenTheyAreMade() {
    KmsVault vault;
    Caller a(vault, alice);
    const std::string key = keyWith(vault, statement("Allow", alice, "kms:DisableKey"));
    std::atomic<int> done = 0;
    QString disabled;
    // Both wait for the writer: alice's request was allowed when it came, and is not when it is made.
    QVERIFY(vault.kms().withContainer([&](vault::Container &) -> Status {
        kms::PutKeyPolicy::Request policy{.keyId = key, .policy = {}};
        policy.policy = "{\"Statement\":[" + std::string(admins) + "]}";
        policy.bypassPolicyLockoutSafetyCheck = true;
        vault.kms().submit(kms::AnyRequest::of<kms::PutKeyPolicy>(policy), {},
                           [&](Result<kms::AnyReply>) { ++done; });
        vault.kms().submit(kms::AnyRequest::of<kms::DisableKey>({key}), a.context(),
                           [&](Result<kms::AnyReply> reply) {
                               disabled = told(reply);
                               ++done;
                           });
        return {};
    }));
    QTRY_COMPARE(done.load(), 2);
    QCOMPARE(disabled, deniedText(alice, "kms:DisableKey", key));
}

QTEST_GUILESS_MAIN(TestKmsPermissions)
#include "tst_kms_permissions.moc"
