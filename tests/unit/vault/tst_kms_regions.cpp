// SPDX-License-Identifier: Apache-2.0
// A vault of several Regions: what a request of one sees, and what it does not (kms-semantics.md section 3).
#include "kms_vault.h"

#include "kms/operations/create_grant.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/get_key_last_usage.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_grants.h"
#include "kms/operations/list_keys.h"
#include "kms/operations/list_retirable_grants.h"
#include "kms/operations/tag_resource.h"
#include "vault/state_root.h"

#include <set>

using namespace keyturn;
using namespace keyturn::test;

namespace {

constexpr std::string_view away = "eu-west-1";
constexpr std::string_view third = "us-east-1";
constexpr std::string_view awayPrefix = "arn:aws:kms:eu-west-1:111122223333:key/";

} // namespace

class TestKmsRegions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_vault = std::make_unique<KmsVault>(); }

    void keysAreOfOneRegion() {
        const auto key = makeIn(away);
        QCOMPARE(*key.arn, std::string(awayPrefix) + *key.keyId);
        QVERIFY(!*key.multiRegion && !key.multiRegionConfiguration);
        QVERIFY(described(away, *key.keyId));
        QCOMPARE(
            told(describe(region, *key.keyId)),
            qstring("NotFoundException: Key '" + std::string(arnPrefix) + *key.keyId + "' does not exist"));
        QCOMPARE(told(describe(region, *key.arn)), qstring("NotFoundException: Invalid arn eu-west-1"));
        QVERIFY(described(away, *key.arn));
        const std::string own = m_vault->makeKeyId();
        QCOMPARE(keysOf(region), std::set<std::string>{own});
        QCOMPARE(keysOf(away), std::set<std::string>{*key.keyId});
        QVERIFY(keysOf(third).empty());
        // The vault's own Region by its name is the one without a name.
        QVERIFY(described(region, own) && described("", own));
    }

    void aCiphertextStaysInItsRegion() {
        const std::string key = *makeIn(away).keyId;
        kms::Encrypt::Request request;
        request.keyId = key;
        request.plaintext = SecretBytes::copyOf(std::string_view("x"));
        const auto made = m_vault->callIn<kms::Encrypt>(away, std::move(request));
        QVERIFY2(made, qPrintable(told(made)));
        QCOMPARE(*made->keyId, std::string(awayPrefix) + key);
        kms::Decrypt::Request back;
        back.ciphertextBlob = made->ciphertextBlob;
        QCOMPARE(told(m_vault->callIn<kms::Decrypt>(region, back)), qstring("InvalidCiphertextException"));
        QVERIFY(m_vault->callIn<kms::Decrypt>(away, back));
    }

    void aliasesAreOfOneRegion() {
        const std::string own = m_vault->makeKeyId(), other = *makeIn(away).keyId;
        QVERIFY(m_vault->callIn<kms::CreateAlias>(away, {"alias/same", other}));
        QVERIFY(m_vault->callIn<kms::CreateAlias>(region, {"alias/same", own}));
        QCOMPARE(told(m_vault->callIn<kms::CreateAlias>(away, {"alias/same", other})),
                 qstring("AlreadyExistsException: An alias with the name "
                         "arn:aws:kms:eu-west-1:111122223333:alias/same already exists"));
        QCOMPARE(*describe(region, "alias/same")->keyMetadata->keyId, own);
        QCOMPARE(*describe(away, "alias/same")->keyMetadata->keyId, other);
        m_vault->reopen();
        QCOMPARE(*describe(away, "alias/same")->keyMetadata->keyId, other);
        QVERIFY(m_vault->callIn<kms::DeleteAlias>(away, {"alias/same"}));
        QVERIFY(!describe(away, "alias/same"));
        QCOMPARE(*describe(region, "alias/same")->keyMetadata->keyId, own);
        QVERIFY(m_vault->callIn<kms::ListAliases>(away, {})->aliases->empty());
        QCOMPARE(m_vault->callIn<kms::ListAliases>(region, {})->aliases->size(), std::size_t(1));
    }

    void grantsAndUseAreOfOneRegion() {
        const std::string key = *makeIn(away).keyId;
        kms::CreateGrant::Request wish;
        wish.keyId = key;
        wish.granteePrincipal = "arn:aws:iam::111122223333:role/app";
        wish.retiringPrincipal = wish.granteePrincipal;
        wish.operations = {kms::GrantOperation::Encrypt};
        const auto grant = m_vault->callIn<kms::CreateGrant>(away, wish);
        QVERIFY2(grant, qPrintable(told(grant)));
        kms::Encrypt::Request request;
        request.keyId = key;
        request.plaintext = SecretBytes::copyOf(std::string_view("x"));
        QVERIFY(m_vault->callIn<kms::Encrypt>(away, std::move(request)));
        for (const bool again : {false, true}) {
            if (again) {
                m_vault->reopen();
            }
            const auto listed = m_vault->callIn<kms::ListGrants>(away, {.keyId = key});
            QCOMPARE(listed->grants->size(), std::size_t(1));
            QCOMPARE(*listed->grants->front().keyId, std::string(awayPrefix) + key);
            const kms::ListRetirableGrants::Request mine{.retiringPrincipal = wish.granteePrincipal};
            QCOMPARE(m_vault->callIn<kms::ListRetirableGrants>(away, mine)->grants->size(), std::size_t(1));
            QVERIFY(m_vault->callIn<kms::ListRetirableGrants>(region, mine)->grants->empty());
            const auto use = m_vault->callIn<kms::GetKeyLastUsage>(away, {key});
            QVERIFY(use->keyLastUsage &&
                    *use->keyLastUsage->operation == kms::KeyLastUsageTrackingOperation::Encrypt);
        }
    }

    void whatARegionHoldsIsThereAgain_data() {
        QTest::addColumn<bool>("readOnly");
        QTest::newRow("for writing") << false;
        QTest::newRow("for reading only") << true;
    }
    void whatARegionHoldsIsThereAgain() {
        QFETCH(bool, readOnly);
        const auto key = makeIn(away);
        QVERIFY(m_vault->callIn<kms::TagResource>(
            away, {.keyId = *key.keyId, .tags = std::vector<kms::Tag>{{"a", "b"}}}));
        m_vault->reopen(readOnly ? vault::Access::ReadOnly : vault::Access::ReadWrite);
        QVERIFY(*described(away, *key.keyId) == key);
        QVERIFY(keysOf(region).empty());
    }

    void pagesGoOnInTheirRegionOnly() {
        std::set<std::string> made;
        for (int i = 0; i < 5; ++i) {
            made.insert(*makeIn(away).keyId);
            made.insert(*makeIn(away, i % 2 == 0).keyId);
        }
        std::set<std::string> listed;
        kms::ListKeys::Request request{.limit = 3};
        for (int page = 0; page < 10; ++page) {
            const auto reply = m_vault->callIn<kms::ListKeys>(away, request);
            QVERIFY2(reply, qPrintable(told(reply)));
            for (const auto &entry : *reply->keys) {
                QVERIFY(listed.insert(*entry.keyId).second);
            }
            if (!*reply->truncated) {
                break;
            }
            request.marker = reply->nextMarker;
            const auto elsewhere = m_vault->callIn<kms::ListKeys>(region, request);
            QVERIFY(told(elsewhere).startsWith(QStringLiteral("InvalidMarkerException")));
        }
        QCOMPARE(listed, made);
    }

    void notEveryNameIsARegion_data() {
        QTest::addColumn<QString>("name");
        for (const char *name :
             {"cn-north-1", "us-gov-west-1", "nowhere", "eu-west", "xx-west-1", "EU-WEST-1"}) {
            QTest::newRow(name) << QString::fromLatin1(name);
        }
    }
    void notEveryNameIsARegion() {
        QFETCH(QString, name);
        const auto refused = m_vault->callIn<kms::ListKeys>(name.toStdString(), {});
        QCOMPARE(
            told(refused),
            qstring("ValidationException: Region is not one of the partition aws, which this vault is of."));
        QVERIFY(!refused.error().requestId.empty());
    }

    void thereIsAnEndToRegions() {
        int made = 0;
        std::string last;
        for (int i = 0; i < 200; ++i) {
            last = "ap-somewhere-" + std::to_string(i);
            made += m_vault->callIn<kms::ListKeys>(last, {}) ? 1 : 0;
        }
        QCOMPARE(made, 127); // and the vault's own
        QVERIFY(m_vault->callIn<kms::ListKeys>(region, {}));
        QVERIFY(m_vault->callIn<kms::ListKeys>("ap-somewhere-0", {}));
    }

    void aProgramMayWorkInAnotherRegion() {
        vault::VaultKmsOptions options;
        options.region = away;
        KmsVault vault(options);
        QCOMPARE(vault.kms().capabilities().region, std::string(away));
        const auto key = vault.makeKey();
        QCOMPARE(*key.arn, std::string(awayPrefix) + *key.keyId);
        QVERIFY(vault.callIn<kms::ListKeys>(region, {})->keys->empty());
        auto container = vault::Container::open(m_vault->path(), {.access = vault::Access::ReadOnly});
        QVERIFY(container && container->unlockWithPassphrase(KmsVault::passphrase()));
        options.region = "cn-north-1";
        const auto refused = vault::VaultKms::start(std::move(*container), options);
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
        QVERIFY(refused.error().detail.find(region) != std::string::npos);
    }

    void theLogNamesTheRegion() {
        const std::string own = m_vault->makeKeyId(), other = *makeIn(away).keyId;
        std::vector<std::string> keys;
        const auto read = m_vault->kms().withContainer([&](vault::Container &container) -> Status {
            auto newest = container.newestLogRecords(2);
            for (const auto &stored : *newest) {
                keys.push_back(stored.record.keyId);
            }
            return {};
        });
        QVERIFY(read);
        QCOMPARE(keys, (std::vector<std::string>{std::string(away) + "/" + other, own}));
    }

private:
    kms::KeyMetadata makeIn(std::string_view where, bool isMultiRegion = false) {
        kms::CreateKey::Request request;
        request.multiRegion = isMultiRegion;
        auto reply = m_vault->callIn<kms::CreateKey>(where, std::move(request));
        if (!reply) {
            qFatal("no key: %s", qPrintable(told(reply)));
        }
        return std::move(*reply->keyMetadata);
    }
    Result<kms::DescribeKey::Reply> describe(std::string_view where, const std::string &key) {
        return m_vault->callIn<kms::DescribeKey>(where, {.keyId = key});
    }
    std::optional<kms::KeyMetadata> described(std::string_view where, const std::string &key) {
        auto reply = describe(where, key);
        return reply ? std::move(reply->keyMetadata) : std::nullopt;
    }
    std::set<std::string> keysOf(std::string_view where) {
        std::set<std::string> ids;
        const auto reply = m_vault->callIn<kms::ListKeys>(where, {});
        for (const auto &entry : *reply->keys) {
            ids.insert(*entry.keyId);
        }
        return ids;
    }

    std::unique_ptr<KmsVault> m_vault;
};

QTEST_GUILESS_MAIN(TestKmsRegions)
#include "tst_kms_regions.moc"
