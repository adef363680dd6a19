// SPDX-License-Identifier: Apache-2.0
// Grants of a vault (kms-semantics.md section 11) as far as no other backend is asked: the limit, what a
// key's end takes along, what a reopened vault still has.
#include "kms_vault.h"

#include "kms/operations/create_grant.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/retire_grant.h"
#include "vault/grant_state.h"
#include "vault/write_transaction.h"

#include <cstring>

using namespace keyturn;
using namespace keyturn::test;
using kms::GrantOperation;

namespace {

constexpr const char *app = "arn:aws:iam::111122223333:role/app";

kms::CreateGrant::Request wish(const std::string &key) {
    kms::CreateGrant::Request request;
    request.keyId = key;
    request.granteePrincipal = app;
    request.retiringPrincipal = app;
    request.operations = {GrantOperation::Encrypt, GrantOperation::Decrypt, GrantOperation::Encrypt};
    return request;
}

} // namespace

class TestKmsGrants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void areKept() {
        KmsVault vault;
        const std::string key = vault.makeKeyId();
        auto request = wish(key);
        request.name = "kept";
        request.constraints.emplace().encryptionContextEquals = kms::EncryptionContext{{"a", "1"}, {"b", ""}};
        request.constraints->sourceArn = "arn:aws:logs:eu-central-1:111122223333:group/x";
        const auto made = vault.call<kms::CreateGrant>(request);
        QCOMPARE(told(made), QStringLiteral("ok"));
        const auto before = vault.call<kms::ListGrants>({.keyId = key});
        vault.reopen();
        const auto after = vault.call<kms::ListGrants>({.keyId = key});
        QVERIFY(before && after && before->grants->size() == 1);
        QVERIFY(*before->grants == *after->grants);
        QCOMPARE(after->grants->front().operations->size(), std::size_t(2)); // each once
        QCOMPARE(*after->grants->front().issuingAccount, std::string("arn:aws:iam::111122223333:root"));
        const auto again = vault.call<kms::CreateGrant>(request);
        QVERIFY(again && *again->grantId == *made->grantId);
        vault.reopen(vault::Access::ReadOnly);
        QVERIFY(vault.call<kms::ListGrants>({.keyId = key})->grants->size() == 1);
        QVERIFY(!vault.call<kms::RetireGrant>({.grantToken = made->grantToken}));
        vault.reopen();
        QVERIFY(told(vault.call<kms::RetireGrant>({.grantToken = made->grantToken, .dryRun = true}))
                    .startsWith(QStringLiteral("DryRunOperationException")));
        QCOMPARE(told(vault.call<kms::RetireGrant>({.grantToken = made->grantToken})), QStringLiteral("ok"));
    }

    void tokensAreOfOneVault() {
        KmsVault vault, other;
        const auto made = vault.call<kms::CreateGrant>(wish(vault.makeKeyId()));
        QVERIFY(made);
        QVERIFY(told(other.call<kms::RetireGrant>({.grantToken = made->grantToken}))
                    .startsWith(QStringLiteral("InvalidGrantTokenException")));
        auto bytes = fromBase64(*made->grantToken);
        QVERIFY(bytes);
        for (std::size_t at = 0; at < bytes->size(); ++at) {
            Bytes altered = *bytes;
            altered[at] ^= 1;
            QVERIFY(told(vault.call<kms::RetireGrant>({.grantToken = toBase64(altered)}))
                        .startsWith(QStringLiteral("InvalidGrantTokenException")));
        }
        QCOMPARE(told(vault.call<kms::RetireGrant>({.grantToken = made->grantToken})), QStringLiteral("ok"));
    }

    void endWithTheirKey() {
        KmsVault vault;
        const std::string key = vault.makeKeyId();
        const auto made = vault.call<kms::CreateGrant>(wish(key));
        QVERIFY(made && vault.call<kms::ScheduleKeyDeletion>({key, 7}));
        QVERIFY(vault.call<kms::ListGrants>({.keyId = key})->grants->size() == 1);
        vault.advanceDays(8);
        QVERIFY(vault.kms().settleDueWork());
        QVERIFY(vault.call<kms::ListRetirableGrants>({.retiringPrincipal = app})->grants->empty());
        QVERIFY(told(vault.call<kms::RetireGrant>({.grantToken = made->grantToken}))
                    .startsWith(QStringLiteral("NotFoundException")));
        vault.reopen(); // and no row is left that names the key
    }

    /// Every operation against every kind of key: s symmetric, r RSA for encryption, g signing, a agreement,
    /// h HMAC.
    void fitTheirKey_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<QString>("kinds");
        const auto row = [](GrantOperation operation, const char *kinds) {
            QTest::newRow(std::string(kms::Open(operation).text()).c_str())
                << int(operation) << QString::fromLatin1(kinds);
        };
        using enum GrantOperation;
        for (const auto all :
             {GrantOperation::CreateGrant, GrantOperation::RetireGrant, GrantOperation::DescribeKey}) {
            row(all, "srgah");
        }
        for (const auto encrypting : {Encrypt, Decrypt, ReEncryptFrom, ReEncryptTo}) {
            row(encrypting, "sr");
        }
        for (const auto symmetric : {GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateDataKeyPair,
                                     GenerateDataKeyPairWithoutPlaintext}) {
            row(symmetric, "s");
        }
        row(GetPublicKey, "rga");
        row(Sign, "g");
        row(Verify, "g");
        row(GenerateMac, "h");
        row(VerifyMac, "h");
        row(DeriveSharedSecret, "a");
        row(Encapsulate, "");
        row(Decapsulate, "");
    }
    void fitTheirKey() {
        QFETCH(int, operation);
        QFETCH(QString, kinds);
        using kms::KeySpec;
        using kms::KeyUsageType;
        static KmsVault vault;
        const auto make = [](char kind, KeySpec spec, KeyUsageType usage) {
            kms::CreateKey::Request request;
            request.keySpec = spec;
            request.keyUsage = usage;
            return std::pair(kind, *vault.call<kms::CreateKey>(request)->keyMetadata->keyId);
        };
        static const std::pair<char, std::string> keys[] = {
            make('s', KeySpec::SYMMETRIC_DEFAULT, KeyUsageType::ENCRYPT_DECRYPT),
            make('r', KeySpec::RSA_2048, KeyUsageType::ENCRYPT_DECRYPT),
            make('g', KeySpec::ECC_NIST_P256, KeyUsageType::SIGN_VERIFY),
            make('a', KeySpec::ECC_NIST_P256, KeyUsageType::KEY_AGREEMENT),
            make('h', KeySpec::HMAC_256, KeyUsageType::GENERATE_VERIFY_MAC)};
        for (const auto &[kind, key] : keys) {
            auto request = wish(key);
            request.operations = {static_cast<GrantOperation>(operation)};
            const QString answer = told(vault.call<kms::CreateGrant>(request));
            const bool expected = kinds.contains(QLatin1Char(kind));
            QVERIFY2(answer.startsWith(expected ? QStringLiteral("ok") : QStringLiteral("Validation")),
                     qPrintable(answer));
        }
    }

    void contextsOfSymmetricKeysOnly() {
        KmsVault vault;
        auto request = wish(vault.makeKeyId(kms::KeySpec::RSA_2048));
        request.constraints.emplace().encryptionContextSubset = kms::EncryptionContext{{"a", "1"}};
        QVERIFY(told(vault.call<kms::CreateGrant>(request)).startsWith(QStringLiteral("Validation")));
    }

    void fiftyThousandAKey() {
        KmsVault vault;
        const std::string key = vault.makeKeyId();
        QVERIFY(vault.call<kms::CreateGrant>(wish(key)));
        // All but one of the others at once, as rows: one by one they take as long as all other tests.
        QVERIFY(vault.kms().withContainer([&](vault::Container &container) -> Status {
            vault::GrantState grant;
            grant.key = *vault::parseUuid(key);
            grant.granteePrincipal = app;
            grant.operations = {GrantOperation::Encrypt};
            auto transaction = container.begin();
            if (!transaction) {
                return failFrom(transaction);
            }
            for (std::uint32_t i = 1; i < 49'999; ++i) {
                std::memcpy(grant.id.data(), &i, sizeof i);
                if (auto put = transaction->put(vault::Table::Grants, grant.id, vault::encodeGrant(grant));
                    !put) {
                    return put;
                }
            }
            return transaction->commit();
        }));
        vault.reopen();
        QCOMPARE(told(vault.call<kms::CreateGrant>(wish(key))), QStringLiteral("ok")); // the last one
        QCOMPARE(told(vault.call<kms::CreateGrant>(wish(key))),
                 qstring("LimitExceededException: " + std::string(arnPrefix) + key +
                         " has 50000 grants, which is the limit."));
        QCOMPARE(told(vault.call<kms::CreateGrant>(wish(vault.makeKeyId()))), QStringLiteral("ok"));
        const auto grant = vault.call<kms::ListGrants>({.keyId = key, .limit = 1});
        QVERIFY(grant &&
                vault.call<kms::RetireGrant>({.keyId = key, .grantId = grant->grants->front().grantId}));
        QCOMPARE(told(vault.call<kms::CreateGrant>(wish(key))), QStringLiteral("ok"));
    }

    void damagedRowsAreFound() {
        QVERIFY(!vault::decodeGrant({}, Bytes{0, 1}));
        vault::GrantState grant;
        grant.granteePrincipal = app;
        grant.operations = {GrantOperation::Decrypt};
        const Bytes payload = vault::encodeGrant(grant);
        const auto read = vault::decodeGrant({}, payload);
        QVERIFY(read && read->isSameWish(grant));
        for (std::size_t size = 0; size < payload.size(); ++size) {
            QVERIFY(!vault::decodeGrant({}, ByteView(payload).first(size)));
        }
    }
};

QTEST_GUILESS_MAIN(TestKmsGrants)
#include "tst_kms_grants.moc"
