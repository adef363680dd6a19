// SPDX-License-Identifier: Apache-2.0
// Rotation, deletion, and what is settled when its time has come: at open and while open (kms-semantics.md
// sections 8 and 10).
#include "kms_vault.h"

#include "kms/operations/cancel_key_deletion.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key_rotation.h"
#include "kms/operations/enable_key.h"
#include "kms/operations/enable_key_rotation.h"
#include "kms/operations/get_key_rotation_status.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_key_rotations.h"
#include "vault/demo_vault.h"

using namespace keyturn;
using namespace keyturn::test;
using kms::KeyState;

class TestKmsDueWork : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_vault = std::make_unique<KmsVault>(); }
    void statusSaysWhatIsOn();
    void rotationsAreListed();
    void twentyFiveOnDemandForEver();
    void asymmetricKeysDoNotRotate();
    void automaticRotationIsSettled();
    void aDisabledKeyRotatesWhenEnabledAgain();
    void anOnDemandRotationWaitsForADueOne();
    void deletionIsScheduledAndCancelled();
    void aKeyWhoseTimeHasComeIsGone();
    void whatFellDueWhileClosedIsSettledAtOpening();
    void dueWorkIsInTheLog();
    void theDemoVaultHasOneOfEach();

private:
    kms::GetKeyRotationStatus::Reply status(const std::string &key) {
        auto reply = m_vault->call<kms::GetKeyRotationStatus>({key});
        return reply ? *reply : kms::GetKeyRotationStatus::Reply{};
    }
    std::vector<kms::RotationsListEntry> rotations(const std::string &key, bool all = false) {
        kms::ListKeyRotations::Request request;
        request.keyId = key;
        if (all) {
            request.includeKeyMaterial = kms::IncludeKeyMaterial::ALL_KEY_MATERIAL;
        }
        auto reply = m_vault->call<kms::ListKeyRotations>(std::move(request));
        return reply ? *reply->rotations : std::vector<kms::RotationsListEntry>();
    }

    std::unique_ptr<KmsVault> m_vault;
};

void TestKmsDueWork::statusSaysWhatIsOn() {
    const std::string key = m_vault->makeKeyId();
    auto off = status(key);
    QVERIFY(!*off.keyRotationEnabled && off.keyId && !off.rotationPeriodInDays && !off.nextRotationDate);
    QVERIFY(m_vault->call<kms::EnableKeyRotation>({key, {}}));
    auto on = status(key);
    QCOMPARE(*on.rotationPeriodInDays, std::int64_t(365));
    QVERIFY(*on.nextRotationDate == m_vault->clock().now() + std::chrono::days(365));
    QVERIFY(!on.onDemandRotationStartDate);
    m_vault->advanceDays(10);
    QVERIFY(m_vault->call<kms::EnableKeyRotation>({key, 90}));
    QVERIFY(*status(key).nextRotationDate == m_vault->clock().now() + std::chrono::days(90));
    QVERIFY(told(m_vault->call<kms::EnableKeyRotation>({key, 89})).startsWith(QStringLiteral("Validation")));
    QVERIFY(
        told(m_vault->call<kms::EnableKeyRotation>({key, 2561})).startsWith(QStringLiteral("Validation")));
    // Pending deletion hides it, cancelling brings it back.
    QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
    QVERIFY(!*status(key).keyRotationEnabled);
    QVERIFY(m_vault->call<kms::CancelKeyDeletion>({key}));
    QVERIFY(*status(key).keyRotationEnabled);
    QVERIFY(m_vault->call<kms::EnableKey>({key}));
    QVERIFY(m_vault->call<kms::DisableKeyRotation>({key}));
    QVERIFY(!*status(key).keyRotationEnabled);
}

void TestKmsDueWork::rotationsAreListed() {
    const std::string key = m_vault->makeKeyId();
    QVERIFY(rotations(key).empty());
    QCOMPARE(rotations(key, true).size(), std::size_t(1));
    m_vault->advanceDays(1);
    const auto rotated = m_vault->call<kms::RotateKeyOnDemand>({key});
    QCOMPARE(qstring(*rotated->keyId), qstring(std::string(arnPrefix) + key));
    const auto listed = rotations(key);
    QCOMPARE(listed.size(), std::size_t(1));
    QVERIFY(*listed[0].rotationType == kms::RotationType::ON_DEMAND);
    QVERIFY(*listed[0].rotationDate == m_vault->clock().now());
    QVERIFY(*listed[0].keyMaterialState == kms::KeyMaterialState::CURRENT);
    const auto all = rotations(key, true);
    QCOMPARE(all.size(), std::size_t(2));
    QVERIFY(!all[0].rotationDate && !all[0].rotationType);
    QVERIFY(*all[0].keyMaterialState == kms::KeyMaterialState::NON_CURRENT);
    const auto described = m_vault->call<kms::DescribeKey>({key, {}});
    QCOMPARE(qstring(*described->keyMetadata->currentKeyMaterialId), qstring(*all[1].keyMaterialId));
}

void TestKmsDueWork::twentyFiveOnDemandForEver() {
    const std::string key = m_vault->makeKeyId();
    for (int i = 0; i < 25; ++i) {
        QVERIFY(m_vault->call<kms::RotateKeyOnDemand>({key}));
    }
    m_vault->advanceDays(400);
    m_vault->reopen();
    const QString answer = told(m_vault->call<kms::RotateKeyOnDemand>({key}));
    QVERIFY2(answer.startsWith(QStringLiteral("LimitExceededException: The on-demand rotations limit")),
             qPrintable(answer));
    kms::ListKeyRotations::Request page{key, {}, 10, {}};
    auto listed = m_vault->call<kms::ListKeyRotations>(page);
    QVERIFY(*listed->truncated);
    page.marker = listed->nextMarker;
    listed = m_vault->call<kms::ListKeyRotations>(page);
    QCOMPARE(listed->rotations->size(), std::size_t(10));
}

void TestKmsDueWork::asymmetricKeysDoNotRotate() {
    const std::string key = m_vault->makeKeyId(kms::KeySpec::RSA_2048);
    const QString unsupported = QStringLiteral("UnsupportedOperationException");
    for (const bool disabled : {false, true}) {
        QVERIFY(told(m_vault->call<kms::RotateKeyOnDemand>({key})).startsWith(unsupported));
        QVERIFY(told(m_vault->call<kms::EnableKeyRotation>({key, {}})).startsWith(unsupported));
        QVERIFY(told(m_vault->call<kms::DisableKeyRotation>({key})).startsWith(unsupported));
        QVERIFY(told(m_vault->call<kms::GetKeyRotationStatus>({key})).startsWith(unsupported));
        QVERIFY(disabled || m_vault->call<kms::DisableKey>({key}));
    }
}

void TestKmsDueWork::automaticRotationIsSettled() {
    const std::string key = m_vault->makeKeyId();
    const Bytes old = m_vault->ciphertext(key, "old");
    QVERIFY(m_vault->call<kms::EnableKeyRotation>({key, 90}));
    const auto due = m_vault->clock().now() + std::chrono::days(90);
    m_vault->advanceDays(89);
    QVERIFY(m_vault->kms().settleDueWork());
    QVERIFY(rotations(key).empty());
    m_vault->advanceDays(1);
    QVERIFY(m_vault->kms().settleDueWork());
    const auto listed = rotations(key);
    QCOMPARE(listed.size(), std::size_t(1));
    QVERIFY(*listed[0].rotationType == kms::RotationType::AUTOMATIC);
    QVERIFY(*status(key).nextRotationDate == due + std::chrono::days(90));
    QVERIFY(m_vault->decrypt(old).has_value());
    // Long overdue: once, and back on schedule.
    m_vault->advanceDays(400);
    QVERIFY(m_vault->kms().settleDueWork());
    QCOMPARE(rotations(key).size(), std::size_t(2));
    QVERIFY(*status(key).nextRotationDate == due + std::chrono::days(450));
    QCOMPARE(rotations(key).size(), std::size_t(2));
}

void TestKmsDueWork::aDisabledKeyRotatesWhenEnabledAgain() {
    const std::string key = m_vault->makeKeyId();
    QVERIFY(m_vault->call<kms::EnableKeyRotation>({key, 90}));
    QVERIFY(m_vault->call<kms::DisableKey>({key}));
    m_vault->advanceDays(100);
    QVERIFY(m_vault->kms().settleDueWork());
    QVERIFY(rotations(key).empty());
    QVERIFY(m_vault->call<kms::EnableKey>({key}));
    QVERIFY(m_vault->kms().settleDueWork());
    QCOMPARE(rotations(key).size(), std::size_t(1));
}

void TestKmsDueWork::anOnDemandRotationWaitsForADueOne() {
    const std::string key = m_vault->makeKeyId();
    QVERIFY(m_vault->call<kms::EnableKeyRotation>({key, 90}));
    m_vault->clock().advance(std::chrono::days(90) - std::chrono::minutes(19));
    QVERIFY(
        told(m_vault->call<kms::RotateKeyOnDemand>({key})).startsWith(QStringLiteral("ConflictException")));
}

void TestKmsDueWork::deletionIsScheduledAndCancelled() {
    const std::string key = m_vault->makeKeyId();
    for (const int days : {6, 31}) {
        QVERIFY(told(m_vault->call<kms::ScheduleKeyDeletion>({key, days}))
                    .startsWith(QStringLiteral("Validation")));
    }
    const auto scheduled = m_vault->call<kms::ScheduleKeyDeletion>({key, {}});
    QCOMPARE(told(scheduled), QStringLiteral("ok"));
    QCOMPARE(qstring(*scheduled->keyId), qstring(std::string(arnPrefix) + key));
    QCOMPARE(*scheduled->pendingWindowInDays, std::int64_t(30));
    QVERIFY(*scheduled->keyState == KeyState::PendingDeletion);
    QVERIFY(*scheduled->deletionDate == m_vault->clock().now() + std::chrono::days(30));
    const auto described = m_vault->call<kms::DescribeKey>({key, {}});
    QVERIFY(!*described->keyMetadata->enabled &&
            described->keyMetadata->deletionDate == scheduled->deletionDate);
    const auto cancelled = m_vault->call<kms::CancelKeyDeletion>({key});
    QCOMPARE(qstring(*cancelled->keyId), qstring(std::string(arnPrefix) + key));
    m_vault->advanceDays(31);
    QVERIFY(m_vault->kms().settleDueWork());
    const auto after = m_vault->call<kms::DescribeKey>({key, {}});
    QVERIFY(*after->keyMetadata->keyState == KeyState::Disabled && !after->keyMetadata->deletionDate);
}

void TestKmsDueWork::aKeyWhoseTimeHasComeIsGone() {
    const std::string key = m_vault->makeKeyId();
    const Bytes ciphertext = m_vault->ciphertext(key, "lost");
    QVERIFY(m_vault->call<kms::CreateAlias>({"alias/lost", key}));
    QVERIFY(m_vault->call<kms::ScheduleKeyDeletion>({key, 7}));
    m_vault->advanceDays(7);
    // No timer needs to have run: the answer is made again when its key is gone.
    QCOMPARE(told(m_vault->call<kms::DescribeKey>({key, {}})),
             qstring("NotFoundException: Key '" + std::string(arnPrefix) + key + "' does not exist"));
    QCOMPARE(told(m_vault->call<kms::CancelKeyDeletion>({key})),
             qstring("NotFoundException: Key '" + std::string(arnPrefix) + key + "' does not exist"));
    QVERIFY(m_vault->call<kms::ListAliases>({})->aliases->empty());
    QCOMPARE(told(m_vault->decrypt(ciphertext)), QStringLiteral("InvalidCiphertextException"));
    QCOMPARE(told(m_vault->call<kms::CreateAlias>({"alias/lost", m_vault->makeKeyId()})),
             QStringLiteral("ok"));
}

void TestKmsDueWork::whatFellDueWhileClosedIsSettledAtOpening() {
    const std::string gone = m_vault->makeKeyIn(KeyState::PendingDeletion);
    const std::string rotating = m_vault->makeKeyId();
    QVERIFY(m_vault->call<kms::EnableKeyRotation>({rotating, 90}));
    QVERIFY(m_vault->lock());
    m_vault->advanceDays(91);
    m_vault->reopen(vault::Access::ReadOnly);
    QCOMPARE(told(m_vault->call<kms::DescribeKey>({gone, {}})),
             QStringLiteral("ok")); // nothing is written here
    m_vault->reopen();
    QVERIFY(told(m_vault->call<kms::DescribeKey>({gone, {}})).startsWith(QStringLiteral("NotFound")));
    QCOMPARE(rotations(rotating).size(), std::size_t(1));
    const auto verified = m_vault->kms().withContainer([](vault::Container &container) -> Status {
        auto report = container.verify();
        if (!report) {
            return failFrom(report);
        }
        return report->holds() ? Status() : fail(ErrorCode::VaultDamaged, report->findings.front().what);
    });
    QCOMPARE(told(verified), QStringLiteral("ok"));
}

void TestKmsDueWork::dueWorkIsInTheLog() {
    const std::string key = m_vault->makeKeyIn(KeyState::PendingDeletion);
    m_vault->advanceDays(7);
    QVERIFY(m_vault->kms().settleDueWork());
    QVERIFY(m_vault->kms().withContainer([&](vault::Container &container) -> Status {
        auto records = container.newestLogRecords(4);
        if (!records || records->size() != 4) {
            return fail(ErrorCode::VaultDamaged, "no log");
        }
        const std::vector<std::string> expected{"DeleteKey", "ScheduleKeyDeletion", "CreateKey",
                                                "UnlockVault"};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto &record = (*records)[i].record;
            if (record.action != expected[i] || record.outcome != "Success" ||
                (i < 3 && record.keyId != key) || record.actor != (i == 0 ? "vault" : "keyturn")) {
                return fail(ErrorCode::VaultDamaged, record.action);
            }
        }
        return {};
    }));
}

void TestKmsDueWork::theDemoVaultHasOneOfEach() {
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString() + "/demo.vault";
    QCOMPARE(told(vault::makeDemoVault(path)), QStringLiteral("ok"));
    QCOMPARE(told(vault::makeDemoVault(path)), QStringLiteral("FileExists"));
    auto container = vault::Container::open(path, {});
    QCOMPARE(told(container), QStringLiteral("ok"));
    QVERIFY(container->unlockWithPassphrase(SecretBytes::copyOf(vault::demoVaultPassphrase)));
    auto demo = vault::VaultKms::start(std::move(*container));
    QCOMPARE(told(demo), QStringLiteral("ok"));
    const auto stateOf = [&](const char *alias) {
        return *kms::callAndWait<kms::DescribeKey>(**demo, {alias, {}})->keyMetadata->keyState;
    };
    QVERIFY(stateOf("alias/shop/customers") == KeyState::Enabled);
    QVERIFY(stateOf("alias/shop/orders-archive") == KeyState::Disabled);
    QVERIFY(stateOf("alias/prototype") == KeyState::PendingDeletion);
    const auto partner = kms::callAndWait<kms::DescribeKey>(**demo, {"alias/partner-upload", {}});
    QVERIFY(*partner->keyMetadata->keySpec == kms::KeySpec::RSA_2048);
}

QTEST_GUILESS_MAIN(TestKmsDueWork)
#include "tst_kms_due_work.moc"
