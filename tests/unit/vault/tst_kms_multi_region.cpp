// SPDX-License-Identifier: Apache-2.0
// Multi-Region keys: replicas, what related keys share, the primary, deletion (kms-semantics.md sections 8
// and 10).
#include "kms_vault.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/get_key_last_usage.h"
#include "kms/operations/get_key_policy.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "kms/operations/list_resource_tags.h"
#include "kms/operations/re_encrypt.h"
#include "kms/operations/replicate_key.h"
#include "kms/operations/sign.h"
#include "kms/operations/update_key_description.h"
#include "kms/operations/update_primary_region.h"
#include "kms/operations/verify.h"

#include <QRegularExpression>

using namespace keyturn;
using namespace keyturn::test;
using kms::KeyState;

namespace {

constexpr std::string_view away = "eu-west-1";
constexpr std::string_view third = "us-east-1";

std::string arnIn(std::string_view where, const std::string &id) {
    return "arn:aws:kms:" + std::string(where) + ":111122223333:key/" + id;
}

/// %1, %2 and %3: the key's ARN here, away and in the third Region.
QString filledIn(QString text, const std::string &id) {
    text.replace(QStringLiteral("%1"), qstring(arnIn(region, id)));
    text.replace(QStringLiteral("%2"), qstring(arnIn(away, id)));
    return text.replace(QStringLiteral("%3"), qstring(arnIn(third, id)));
}

} // namespace

class TestKmsMultiRegion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_vault = std::make_unique<KmsVault>(); }

    void isCreated() {
        const auto key = makePrimary();
        QVERIFY(key.keyId->starts_with("mrk-") && key.keyId->size() == 36);
        QCOMPARE(*key.arn, arnIn(region, *key.keyId));
        QVERIFY(*key.multiRegion);
        const auto &configuration = *key.multiRegionConfiguration;
        QVERIFY(*configuration.multiRegionKeyType == kms::MultiRegionKeyType::PRIMARY);
        QVERIFY((*configuration.primaryKey == kms::MultiRegionKey{key.arn, std::string(region)}));
        QVERIFY(configuration.replicaKeys->empty());
        m_vault->reopen();
        QVERIFY(metadata(region, *key.keyId) == key);
        QVERIFY(metadata(region, *key.arn) == key);
        // Its digits in the other form are nobody's id.
        const std::string digits = key.keyId->substr(4);
        const std::string uuid = digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" +
                                 digits.substr(12, 4) + "-" + digits.substr(16, 4) + "-" + digits.substr(20);
        QCOMPARE(told(m_vault->call<kms::DescribeKey>({.keyId = uuid})),
                 qstring("NotFoundException: Key '" + arnIn(region, uuid) + "' does not exist"));
    }

    void aReplicaHasItsOwn() {
        const auto primary = makePrimary("first", {{"p", "1"}});
        m_vault->advanceDays(1);
        kms::ReplicateKey::Request request;
        request.keyId = primary.keyId;
        request.replicaRegion = away;
        request.description = "second";
        request.tags = std::vector<kms::Tag>{{"r", "2"}};
        const auto reply = m_vault->call<kms::ReplicateKey>(request);
        QVERIFY2(reply, qPrintable(told(reply)));
        const auto &replica = *reply->replicaKeyMetadata;
        QCOMPARE(*replica.keyId, *primary.keyId);
        QCOMPARE(*replica.arn, arnIn(away, *primary.keyId));
        QCOMPARE(*replica.description, std::string("second"));
        QVERIFY(*replica.creationDate == m_vault->clock().now());
        QVERIFY(*reply->replicaTags == *request.tags);
        QVERIFY(reply->replicaPolicy->find("key-default-1") != std::string::npos);
        QVERIFY(*replica.multiRegionConfiguration->multiRegionKeyType == kms::MultiRegionKeyType::REPLICA);
        for (const bool again : {false, true}) {
            if (again) {
                m_vault->reopen();
            }
            QVERIFY(metadata(away, *primary.keyId) == replica);
            const auto now = metadata(region, *primary.keyId);
            QCOMPARE(*now.description, std::string("first"));
            QVERIFY((*now.multiRegionConfiguration->replicaKeys ==
                     std::vector<kms::MultiRegionKey>{{replica.arn, std::string(away)}}));
            QVERIFY(*now.currentKeyMaterialId == *replica.currentKeyMaterialId);
            QVERIFY(*m_vault->callIn<kms::ListResourceTags>(away, {.keyId = primary.keyId})->tags ==
                    *request.tags);
        }
        // State, description, aliases: each its own.
        QVERIFY(m_vault->callIn<kms::DisableKey>(away, {*primary.keyId}));
        QVERIFY(m_vault->callIn<kms::CreateAlias>(away, {"alias/a", primary.keyId}));
        QVERIFY(*metadata(region, *primary.keyId).keyState == KeyState::Enabled);
        QVERIFY(m_vault->call<kms::ListAliases>({.keyId = primary.keyId})->aliases->empty());
        const auto aliases = m_vault->callIn<kms::ListAliases>(away, {});
        QCOMPARE(*aliases->aliases->front().targetKeyId, *primary.keyId);
    }

    void aReplicaOfNothingIsTheDefault() {
        const auto primary = makePrimary("first", {{"p", "1"}});
        QVERIFY(
            m_vault->call<kms::ReplicateKey>({.keyId = primary.keyId, .replicaRegion = std::string(away)}));
        QCOMPARE(*metadata(away, *primary.keyId).description, std::string());
        QVERIFY(m_vault->callIn<kms::ListResourceTags>(away, {.keyId = primary.keyId})->tags->empty());
    }

    void ciphertextsCross() {
        const std::string key = *makePrimary().keyId;
        const Bytes before = encryptIn(region, key);
        replicate(key, away);
        const Bytes after = encryptIn(away, key);
        for (const auto &where : {region, away}) {
            QCOMPARE(decryptedBy(where, before), arnIn(where, key));
            QCOMPARE(decryptedBy(where, after), arnIn(where, key));
        }
        kms::ReEncrypt::Request request;
        request.ciphertextBlob = before;
        request.destinationKeyId = key;
        const auto moved = m_vault->callIn<kms::ReEncrypt>(away, request);
        QVERIFY2(moved, qPrintable(told(moved)));
        QCOMPARE(*moved->sourceKeyId, arnIn(away, key));
        QVERIFY(!decryptedBy(region, *moved->ciphertextBlob).empty());
        // Where no related key is, nobody has the key.
        QVERIFY(decryptedBy(third, before).empty());
        // A disabled replica keeps its Region's calls out, and no others'.
        QVERIFY(m_vault->callIn<kms::DisableKey>(away, {key}));
        QVERIFY(decryptedBy(away, before).empty() && !decryptedBy(region, after).empty());
    }

    void signaturesCross() {
        kms::CreateKey::Request request;
        request.multiRegion = true;
        request.keySpec = kms::KeySpec::ECC_NIST_P256;
        request.keyUsage = kms::KeyUsageType::SIGN_VERIFY;
        const std::string key = *m_vault->call<kms::CreateKey>(request)->keyMetadata->keyId;
        replicate(key, away);
        m_vault->reopen();
        kms::Sign::Request sign;
        sign.keyId = key;
        sign.message = SecretBytes::copyOf(std::string_view("m"));
        sign.signingAlgorithm = kms::SigningAlgorithmSpec::ECDSA_SHA_256;
        const auto made = m_vault->callIn<kms::Sign>(away, std::move(sign));
        QVERIFY2(made, qPrintable(told(made)));
        kms::Verify::Request verify;
        verify.keyId = key;
        verify.message = SecretBytes::copyOf(std::string_view("m"));
        verify.signingAlgorithm = kms::SigningAlgorithmSpec::ECDSA_SHA_256;
        verify.signature = made->signature;
        QVERIFY(*m_vault->call<kms::Verify>(std::move(verify))->signatureValid);
    }

    void replicatingIsRefused_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *what, const char *expected) {
            QTest::newRow(what) << QString::fromLatin1(what) << QString::fromLatin1(expected);
        };
        row("single-Region", "UnsupportedOperationException: %1 is not a multi-region primary key.");
        row("replica", "UnsupportedOperationException: %2 is not a multi-region primary key.");
        row("twice", "AlreadyExistsException: %2 already exists.");
        row("at home", "AlreadyExistsException: %1 already exists.");
        row("disabled", "DisabledException: %1 is disabled.");
        row("pending", "KMSInvalidStateException: %1 is pending deletion.");
        row("other partition",
            "ValidationException: ReplicaRegion cn-north-1 is not a Region of the partition aws, "
            "which the key is in.");
        row("alias", "NotFoundException: Invalid keyId 'alias/a'");
        row("policy", "MalformedPolicyDocumentException.*");
        row("lockout", "MalformedPolicyDocumentException: The new key policy will not allow you.*");
        row("tags", "TagException: Tags beginning with aws: are reserved");
    }
    void replicatingIsRefused() {
        QFETCH(QString, what);
        QFETCH(QString, expected);
        const std::string key =
            what == QStringLiteral("single-Region") ? m_vault->makeKeyId() : *makePrimary().keyId;
        std::string_view from = region;
        kms::ReplicateKey::Request request{.keyId = key, .replicaRegion = std::string(away)};
        const std::string step = what.toStdString();
        if (step == "twice" || step == "replica") {
            replicate(key, away);
            from = step == "replica" ? away : region;
            request.replicaRegion = step == "replica" ? third : away;
        } else if (step == "at home") {
            request.replicaRegion = region;
        } else if (step == "disabled") {
            QVERIFY(m_vault->call<kms::DisableKey>({key}));
        } else if (step == "pending") {
            QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
        } else if (step == "other partition") {
            request.replicaRegion = "cn-north-1";
        } else if (step == "alias") {
            QVERIFY(m_vault->call<kms::CreateAlias>({"alias/a", key}));
            request.keyId = "alias/a";
        } else if (step == "policy") {
            request.policy = "{";
        } else if (step == "lockout") {
            request.policy = R"({"Version":"2012-10-17","Statement":[]})";
        } else if (step == "tags") {
            request.tags = std::vector<kms::Tag>{{"aws:x", "y"}};
        }
        const QString found = told(m_vault->callIn<kms::ReplicateKey>(from, request));
        const QString pattern = filledIn(expected, key);
        const QRegularExpression matching(QRegularExpression::anchoredPattern(expected));
        QVERIFY2(found == pattern || matching.match(found).hasMatch(), qPrintable(found));
        if (step != "twice" && step != "replica") { // nothing was left behind
            QVERIFY(!m_vault->callIn<kms::DescribeKey>(away, {.keyId = key}));
            QVERIFY(rows(vault::Table::Keys) == 1 && rows(vault::Table::Materials) == 1);
        }
    }

    void rotationIsThePrimarys() {
        const std::string key = *makePrimary().keyId;
        replicate(key, away);
        const Bytes old = encryptIn(away, key);
        QVERIFY(m_vault->call<kms::EnableKeyRotation>({key, 100}));
        QVERIFY(m_vault->call<kms::RotateKeyOnDemand>({key}));
        for (const bool again : {false, true}) {
            if (again) {
                m_vault->reopen();
            }
            const auto there = m_vault->callIn<kms::GetKeyRotationStatus>(away, {key});
            QVERIFY(*there->keyRotationEnabled && *there->rotationPeriodInDays == 100);
            QVERIFY(*there->nextRotationDate ==
                    *m_vault->call<kms::GetKeyRotationStatus>({key})->nextRotationDate);
            QCOMPARE(m_vault->callIn<kms::ListKeyRotations>(away, {.keyId = key})->rotations->size(),
                     std::size_t(1));
            QVERIFY(metadata(region, key).currentKeyMaterialId == metadata(away, key).currentKeyMaterialId);
            QVERIFY(!decryptedBy(region, old).empty() && !decryptedBy(away, old).empty());
        }
        // A disabled replica gets it all the same; the replica's own date never comes.
        QVERIFY(m_vault->callIn<kms::DisableKey>(away, {key}));
        m_vault->advanceDays(100);
        QVERIFY(m_vault->kms().settleDueWork());
        QCOMPARE(m_vault->callIn<kms::ListKeyRotations>(away, {.keyId = key})->rotations->size(),
                 std::size_t(2));
        QVERIFY(metadata(region, key).currentKeyMaterialId == metadata(away, key).currentKeyMaterialId);
        QVERIFY(!decryptedBy(region, encryptIn(region, key)).empty());
    }

    void aReplicaDoesNotRotate() {
        const std::string key = *makePrimary().keyId;
        replicate(key, away);
        const QString expected = qstring("UnsupportedOperationException: " + arnIn(away, key) +
                                         " is not a multi-region primary key.");
        QCOMPARE(told(m_vault->callIn<kms::EnableKeyRotation>(away, {key, {}})), expected);
        QCOMPARE(told(m_vault->callIn<kms::DisableKeyRotation>(away, {key})), expected);
        QCOMPARE(told(m_vault->callIn<kms::RotateKeyOnDemand>(away, {key})), expected);
        QVERIFY(!*m_vault->call<kms::GetKeyRotationStatus>({key})->keyRotationEnabled);
    }

    void thePrimaryMoves() {
        const std::string key = *makePrimary().keyId;
        replicate(key, away);
        replicate(key, third);
        QVERIFY(m_vault->call<kms::UpdatePrimaryRegion>({key, std::string(away)}));
        for (const bool again : {false, true}) {
            if (again) {
                m_vault->reopen();
            }
            for (const auto &where : {region, away, third}) {
                const auto found = *metadata(where, key).multiRegionConfiguration;
                QVERIFY(*found.multiRegionKeyType == (where == away ? kms::MultiRegionKeyType::PRIMARY
                                                                    : kms::MultiRegionKeyType::REPLICA));
                QCOMPARE(*found.primaryKey->region, std::string(away));
                QCOMPARE(*found.replicaKeys->at(0).arn, arnIn(region, key));
                QCOMPARE(*found.replicaKeys->at(1).arn, arnIn(third, key));
                QVERIFY(*metadata(where, key).keyState == KeyState::Enabled);
            }
        }
        QVERIFY(m_vault->callIn<kms::RotateKeyOnDemand>(away, {key}));
        QVERIFY(!m_vault->call<kms::RotateKeyOnDemand>({key}));
        QVERIFY(metadata(region, key).currentKeyMaterialId == metadata(third, key).currentKeyMaterialId);
        // What was the primary can now go, and come again.
        QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7})->deletionDate);
        m_vault->advanceDays(7);
        QVERIFY(m_vault->kms().settleDueWork());
        QVERIFY(!m_vault->call<kms::DescribeKey>({.keyId = key}));
        QVERIFY(
            m_vault->callIn<kms::ReplicateKey>(away, {.keyId = key, .replicaRegion = std::string(region)}));
        m_vault->reopen();
        QCOMPARE(decryptedBy(region, encryptIn(third, key)), arnIn(region, key));
    }

    void movingThePrimaryIsRefused_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *what, const char *expected) {
            QTest::newRow(what) << QString::fromLatin1(what) << QString::fromLatin1(expected);
        };
        row("single-Region", "UnsupportedOperationException: %1 is not a multi-region primary key.");
        row("at a replica", "UnsupportedOperationException: %2 is not a multi-region primary key.");
        row("to no replica", "NotFoundException: Key '%3' does not exist");
        row("to itself", "ValidationException: %1 is the primary key already.");
        row("to no Region",
            "ValidationException: PrimaryRegion us-gov-west-1 is not a Region of the partition aws, "
            "which the key is in.");
        row("disabled", "DisabledException: %1 is disabled.");
        row("pending", "KMSInvalidStateException: %1 is pending deletion.");
        row("to a disabled one", "DisabledException: %2 is disabled.");
        row("to one pending deletion", "KMSInvalidStateException: %2 is pending deletion.");
    }
    void movingThePrimaryIsRefused() {
        QFETCH(QString, what);
        QFETCH(QString, expected);
        const std::string step = what.toStdString();
        const std::string key = step == "single-Region" ? m_vault->makeKeyId() : *makePrimary().keyId;
        if (step != "single-Region") {
            replicate(key, away);
        }
        std::string to(away);
        if (step == "to no replica") {
            to = third;
        } else if (step == "to itself" || step == "at a replica") {
            to = region;
        } else if (step == "to no Region") {
            to = "us-gov-west-1";
        } else if (step.ends_with("disabled") || step.ends_with("disabled one")) {
            QVERIFY(m_vault->callIn<kms::DisableKey>(step == "disabled" ? region : away, {key}));
        } else if (step.starts_with("pending") || step.ends_with("deletion")) {
            QVERIFY(m_vault->callIn<kms::ScheduleKeyDeletion>(step == "pending" ? region : away, {key, 7}));
        }
        const auto from = step == "at a replica" ? away : region;
        const auto refused = m_vault->callIn<kms::UpdatePrimaryRegion>(from, {key, to});
        QCOMPARE(told(refused), filledIn(expected, key));
        if (step != "single-Region") {
            QCOMPARE(*metadata(away, key).multiRegionConfiguration->primaryKey->region, std::string(region));
        }
    }

    void movingThePrimaryAsksBothPolicies() {
        const std::string alice = "arn:aws:iam::111122223333:user/alice";
        const auto accessKey = m_vault->kms().accessKeys().create({"", alice});
        QVERIFY(accessKey);
        const std::string key = *makePrimary().keyId;
        kms::ReplicateKey::Request request{.keyId = key, .replicaRegion = std::string(away)};
        request.policy =
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",)"
            R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/bob"}}]})";
        request.bypassPolicyLockoutSafetyCheck = true;
        QVERIFY(m_vault->call<kms::ReplicateKey>(request));
        replicate(key, third); // with the policy that leaves it to the account
        kms::CallContext context;
        context.principal = {alice, accessKey->key.id, "endpoint"};
        const auto move = [&](std::string_view to) {
            return told(
                kms::callAndWait<kms::UpdatePrimaryRegion>(m_vault->kms(), {key, std::string(to)}, context));
        };
        QVERIFY(move(away).startsWith(QStringLiteral("AccessDeniedException")));
        QVERIFY(move(away).contains(qstring(arnIn(away, key))));
        QCOMPARE(move(third), QStringLiteral("ok"));
    }

    void aPrimaryWaitsForItsReplicas() {
        const std::string key = *makePrimary().keyId;
        replicate(key, away);
        replicate(key, third);
        const auto scheduled = m_vault->call<kms::ScheduleKeyDeletion>({key, 10});
        QVERIFY(*scheduled->keyState == KeyState::PendingReplicaDeletion);
        QVERIFY(!scheduled->deletionDate && *scheduled->pendingWindowInDays == 10);
        QCOMPARE(told(m_vault->call<kms::ScheduleKeyDeletion>({key, 7})),
                 qstring("KMSInvalidStateException: " + arnIn(region, key) + " is pending deletion."));
        m_vault->reopen();
        auto waiting = metadata(region, key);
        QVERIFY(*waiting.keyState == KeyState::PendingReplicaDeletion && !waiting.deletionDate);
        QCOMPARE(*waiting.pendingDeletionWindowInDays, std::int64_t(10));
        QVERIFY(!*waiting.enabled);
        m_vault->advanceDays(100);
        QVERIFY(m_vault->kms().settleDueWork());
        QVERIFY(*metadata(region, key).keyState == KeyState::PendingReplicaDeletion);
        QVERIFY(m_vault->callIn<kms::ScheduleKeyDeletion>(third, {key, 7})->deletionDate);
        m_vault->advanceDays(7);
        QVERIFY(m_vault->kms().settleDueWork());
        QVERIFY(*metadata(region, key).keyState == KeyState::PendingReplicaDeletion); // one is left
        QVERIFY(!decryptedBy(away, encryptIn(away, key)).empty());
        QVERIFY(m_vault->callIn<kms::ScheduleKeyDeletion>(away, {key, 7}));
        m_vault->advanceDays(8);
        m_vault->reopen();
        const auto alone = metadata(region, key);
        QVERIFY(*alone.keyState == KeyState::PendingDeletion && !alone.pendingDeletionWindowInDays);
        QVERIFY(*alone.deletionDate == m_vault->clock().now() + std::chrono::days(10));
        QVERIFY(alone.multiRegionConfiguration->replicaKeys->empty());
        QCOMPARE(rows(vault::Table::Materials), std::uint64_t(1));
        m_vault->advanceDays(10);
        QVERIFY(m_vault->kms().settleDueWork());
        QVERIFY(!m_vault->call<kms::DescribeKey>({.keyId = key}));
        QCOMPARE(rows(vault::Table::Materials), std::uint64_t(0));
        QCOMPARE(rows(vault::Table::Keys), std::uint64_t(0));
    }

    void aWaitingPrimaryMayStay() {
        const std::string key = *makePrimary().keyId;
        replicate(key, away);
        QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
        QCOMPARE(told(m_vault->callIn<kms::UpdatePrimaryRegion>(region, {key, std::string(away)})),
                 qstring("KMSInvalidStateException: " + arnIn(region, key) + " is pending deletion."));
        QVERIFY(m_vault->call<kms::CancelKeyDeletion>({key}));
        const auto kept = metadata(region, key);
        QVERIFY(*kept.keyState == KeyState::Disabled && !kept.pendingDeletionWindowInDays);
        QVERIFY(m_vault->callIn<kms::ScheduleKeyDeletion>(away, {key, 7}));
        m_vault->advanceDays(7);
        QVERIFY(m_vault->kms().settleDueWork());
        QVERIFY(*metadata(region, key).keyState == KeyState::Disabled); // nobody asked for its end
        QVERIFY(m_vault->call<kms::EnableKey>({key}));
        replicate(key, away);
    }

private:
    kms::KeyMetadata makePrimary(const std::string &description = {}, std::vector<kms::Tag> tags = {}) {
        kms::CreateKey::Request request;
        request.multiRegion = true;
        request.description = description;
        request.tags = std::move(tags);
        auto reply = m_vault->call<kms::CreateKey>(std::move(request));
        if (!reply) {
            qFatal("no key: %s", qPrintable(told(reply)));
        }
        return std::move(*reply->keyMetadata);
    }
    void replicate(const std::string &key, std::string_view to) {
        if (auto reply = m_vault->call<kms::ReplicateKey>({.keyId = key, .replicaRegion = std::string(to)});
            !reply) {
            qFatal("no replica: %s", qPrintable(told(reply)));
        }
    }
    kms::KeyMetadata metadata(std::string_view where, const std::string &key) {
        auto reply = m_vault->callIn<kms::DescribeKey>(where, {.keyId = key});
        if (!reply) {
            qFatal("not described: %s", qPrintable(told(reply)));
        }
        return std::move(*reply->keyMetadata);
    }
    Bytes encryptIn(std::string_view where, const std::string &key) {
        kms::Encrypt::Request request;
        request.keyId = key;
        request.plaintext = SecretBytes::copyOf(std::string_view("x"));
        auto reply = m_vault->callIn<kms::Encrypt>(where, std::move(request));
        if (!reply) {
            qFatal("not encrypted: %s", qPrintable(told(reply)));
        }
        return std::move(*reply->ciphertextBlob);
    }
    /// ARN of the key that opened it; empty: none did.
    std::string decryptedBy(std::string_view where, const Bytes &blob) {
        kms::Decrypt::Request request;
        request.ciphertextBlob = blob;
        auto reply = m_vault->callIn<kms::Decrypt>(where, std::move(request));
        return reply ? *reply->keyId : std::string();
    }
    std::uint64_t rows(vault::Table table) {
        std::uint64_t count = 0;
        const auto read = m_vault->kms().withContainer([&](vault::Container &container) -> Status {
            count = container.rowCount(table);
            return {};
        });
        return read ? count : ~std::uint64_t(0);
    }

    std::unique_ptr<KmsVault> m_vault;
};

QTEST_GUILESS_MAIN(TestKmsMultiRegion)
#include "tst_kms_multi_region.moc"
