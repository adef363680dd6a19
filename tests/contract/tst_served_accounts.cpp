// SPDX-License-Identifier: Apache-2.0
// A served vault and two access keys of different accounts: what the other account reaches by which name,
// what a policy and a grant open to it, and that a grant's token works in the next request.
#include "endpoint/server.h"
#include "kms/operations/create_grant.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/get_key_policy.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/put_key_policy.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/retire_grant.h"
#include "kms/operations/revoke_grant.h"
#include "remote/remote_kms.h"
#include "unit/vault/kms_vault.h"

using namespace keyturn;
using namespace keyturn::test;

namespace {

constexpr const char *ownerArn = "arn:aws:iam::111122223333:user/owner";
constexpr const char *guestArn = "arn:aws:iam::444455556666:role/guest";
constexpr const char *aliasPrefix = "arn:aws:kms:eu-central-1:111122223333:";

/// Whoever has one of the vault's access keys, over HTTP.
class Client {
public:
    Client(KmsVault &vault, const endpoint::Server &server, const char *principal) {
        auto created = vault.kms().accessKeys().create({"", principal, {}});
        if (!created) {
            qFatal("no access key: %s", created.error().detail.c_str());
        }
        credentials::Credentials keys;
        keys.accessKeyId = created->key.id;
        keys.secretKey = std::move(created->secret);
        keys.source = "a test";
        remote::RemoteOptions options;
        options.endpointUrl = server.url();
        options.region = std::string(region);
        options.credentials = credentials::fixedCredentials(std::move(keys));
        auto opened = remote::RemoteKms::open(std::move(options));
        if (!opened) {
            qFatal("not connected: %s", opened.error().detail.c_str());
        }
        m_remote = std::move(*opened);
    }

    template <class Op>
    Result<typename Op::Reply> call(typename Op::Request request) {
        return kms::callAndWait<Op>(*m_remote, std::move(request));
    }
    QString encrypts(const std::string &key, std::vector<std::string> tokens = {},
                     const kms::EncryptionContext &context = {}) {
        kms::Encrypt::Request request;
        request.keyId = key;
        request.plaintext = SecretBytes(4);
        request.encryptionContext = context;
        if (!tokens.empty()) {
            request.grantTokens = std::move(tokens);
        }
        return told(call<kms::Encrypt>(std::move(request)));
    }
    QString decrypts(const Bytes &blob, const std::optional<std::string> &key = {}) {
        kms::Decrypt::Request request;
        request.ciphertextBlob = blob;
        request.keyId = key;
        return told(call<kms::Decrypt>(std::move(request)));
    }

private:
    std::unique_ptr<remote::RemoteKms> m_remote;
};

QString notAllowed(const std::string &action, const std::string &key) {
    return qstring("AccessDeniedException: User: " + std::string(guestArn) +
                   " is not authorized to perform: " + action + " on resource: " + std::string(arnPrefix) +
                   key + " because no resource-based policy allows the " + action + " action");
}

const QString ok = QStringLiteral("ok");

} // namespace

class TestServedAccounts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_vault = std::make_unique<KmsVault>();
        endpoint::ServerOptions options;
        options.region = std::string(region);
        options.limits.requestTime = {}; // the vault's clock stands still
        auto server = endpoint::Server::start(
            std::shared_ptr<kms::KmsService>(std::shared_ptr<void>(), &m_vault->kms()),
            std::shared_ptr<kms::AccessKeyStore>(std::shared_ptr<void>(), &m_vault->kms().accessKeys()),
            std::move(options));
        QVERIFY(server);
        m_server = std::move(*server);
        m_owner = std::make_unique<Client>(*m_vault, *m_server, ownerArn);
        m_guest = std::make_unique<Client>(*m_vault, *m_server, guestArn);
        m_key = m_vault->makeKeyId();
        m_arn = std::string(arnPrefix) + m_key;
        QVERIFY(m_owner->call<kms::CreateAlias>({"alias/shared", m_key}));
    }
    void cleanup() {
        m_guest.reset();
        m_owner.reset();
        m_server.reset();
        m_vault.reset();
    }

    void aForeignAccountNamesKeysByArn() {
        QCOMPARE(m_owner->encrypts(m_key), ok);
        QCOMPARE(m_guest->encrypts(m_arn), notAllowed("kms:Encrypt", m_key));
        share();
        QCOMPARE(m_guest->encrypts(m_arn), ok);
        QCOMPARE(m_guest->encrypts(aliasPrefix + std::string("alias/shared")), ok);
        QCOMPARE(m_guest->encrypts(m_key), ofItsOwn("Key '", "key/" + m_key, "' does not exist"));
        QCOMPARE(m_guest->encrypts("alias/shared"), ofItsOwn("Alias ", "alias/shared", " is not found."));
        QCOMPARE(told(m_guest->call<kms::DescribeKey>({.keyId = m_key})),
                 ofItsOwn("Key '", "key/" + m_key, "' does not exist"));
        QCOMPARE(told(m_guest->call<kms::DescribeKey>({.keyId = m_arn})), ok);
    }

    void aBareIdIsEnoughForTheSourceOfASymmetricCiphertext() {
        share();
        const Bytes blob = m_vault->ciphertext(m_key, "text");
        QCOMPARE(m_guest->decrypts(blob), ok);
        QCOMPARE(m_guest->decrypts(blob, m_key), ok);
        QCOMPARE(m_guest->decrypts(blob, "alias/shared"),
                 ofItsOwn("Alias ", "alias/shared", " is not found."));
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = blob;
        request.sourceKeyId = m_key;
        request.destinationKeyId = m_arn;
        QCOMPARE(told(m_guest->call<kms::ReEncrypt>(request)), ok);
        request.destinationKeyId = m_key;
        QCOMPARE(told(m_guest->call<kms::ReEncrypt>(request)),
                 ofItsOwn("Key '", "key/" + m_key, "' does not exist"));
        // A ciphertext that does not say its key does not make a bare id known either.
        const std::string rsa = m_vault->makeKeyId(kms::KeySpec::RSA_2048);
        kms::Decrypt::Request foreign;
        foreign.ciphertextBlob = Bytes(256, 7);
        foreign.keyId = rsa;
        foreign.encryptionAlgorithm = kms::EncryptionAlgorithmSpec::RSAES_OAEP_SHA_256;
        QCOMPARE(told(m_guest->call<kms::Decrypt>(std::move(foreign))),
                 ofItsOwn("Key '", "key/" + rsa, "' does not exist"));
    }

    void whatIsOfTheAccountStaysItsOwn() {
        share();
        QCOMPARE(told(m_guest->call<kms::DisableKey>({m_arn})), notAllowed("kms:DisableKey", m_key));
        QCOMPARE(told(m_guest->call<kms::GetKeyPolicy>({.keyId = m_arn})),
                 notAllowed("kms:GetKeyPolicy", m_key));
        QVERIFY(told(m_guest->call<kms::ListKeys>({})).startsWith(QStringLiteral("AccessDenied")));
        QVERIFY(told(m_guest->call<kms::CreateKey>({})).startsWith(QStringLiteral("AccessDenied")));
        QCOMPARE(told(m_owner->call<kms::DisableKey>({m_arn})), ok);
        QCOMPARE(m_guest->encrypts(m_arn), qstring("DisabledException: " + m_arn + " is disabled."));
    }

    void aGrantsTokenWorksInTheNextRequest() {
        kms::CreateGrant::Request wish;
        wish.keyId = m_key;
        wish.granteePrincipal = guestArn;
        wish.operations = {kms::GrantOperation::Encrypt, kms::GrantOperation::RetireGrant};
        wish.constraints.emplace().encryptionContextSubset = kms::EncryptionContext{{"team", "a"}};
        const auto grant = m_owner->call<kms::CreateGrant>(wish);
        QCOMPARE(told(grant), ok);
        QCOMPARE(m_guest->encrypts(m_arn, {*grant->grantToken}, {{"team", "a"}, {"more", "b"}}), ok);
        QCOMPARE(m_guest->encrypts(m_arn, {}, {{"team", "a"}}), ok);
        QCOMPARE(m_guest->encrypts(m_arn, {*grant->grantToken}, {{"team", "b"}}),
                 notAllowed("kms:Encrypt", m_key));
        QCOMPARE(m_guest->decrypts(m_vault->ciphertext(m_key, "x")), notAllowed("kms:Decrypt", m_key));
        QCOMPARE(told(m_guest->call<kms::RevokeGrant>({.keyId = m_arn, .grantId = grant->grantId})),
                 notAllowed("kms:RevokeGrant", m_key));
        QCOMPARE(told(m_guest->call<kms::RetireGrant>({.grantToken = grant->grantToken})), ok);
        QCOMPARE(m_guest->encrypts(m_arn, {}, {{"team", "a"}}), notAllowed("kms:Encrypt", m_key));
        QVERIFY(
            m_guest->encrypts(m_arn, {*grant->grantToken}).startsWith(QStringLiteral("InvalidGrantToken")));
    }

private:
    /// The owner's policy: all for its own account and for the guest's.
    void share() {
        kms::PutKeyPolicy::Request request;
        request.keyId = m_key;
        request.policy =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":["
            "\"arn:aws:iam::111122223333:root\",\"444455556666\"]},\"Action\":\"kms:*\","
            "\"Resource\":\"*\"}]}";
        QCOMPARE(told(m_owner->call<kms::PutKeyPolicy>(request)), ok);
    }
    static QString ofItsOwn(const std::string &before, const std::string &name, const std::string &after) {
        return qstring("NotFoundException: " + before + "arn:aws:kms:eu-central-1:444455556666:" + name +
                       after);
    }

    std::unique_ptr<KmsVault> m_vault;
    std::unique_ptr<endpoint::Server> m_server;
    std::unique_ptr<Client> m_owner;
    std::unique_ptr<Client> m_guest;
    std::string m_key;
    std::string m_arn;
};

QTEST_GUILESS_MAIN(TestServedAccounts)
#include "tst_served_accounts.moc"
