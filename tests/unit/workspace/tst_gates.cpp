// SPDX-License-Identifier: Apache-2.0
// The gates around a service and the rules that say why an act does not apply; when a vault locks itself.
#include "fakes/counting_kms.h"
#include "kms/call.h"
#include "kms/operations/decrypt.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/re_encrypt.h"
#include "workspace/applicability.h"
#include "workspace/lock_policy.h"
#include "workspace/read_only_kms.h"
#include "workspace/region_guard_kms.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::workspace;
using namespace std::chrono_literals;

namespace {

kms::KeyMetadata keyIn(kms::KeyState state, kms::KeySpec spec = kms::KeySpec::SYMMETRIC_DEFAULT) {
    kms::KeyMetadata key;
    key.keyState = state;
    key.keySpec = spec;
    key.keyUsage = kms::KeyUsageType::ENCRYPT_DECRYPT;
    return key;
}

} // namespace

class TestGates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readOnlyStopsChangesAndNothingElse() {
        const auto inner = std::make_shared<CountingKms>();
        ReadOnlyKms gate(inner, "The profile \"Production\" is read-only.");
        int refused = 0;
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            const auto &info = kms::operationInfo(static_cast<kms::OperationId>(i));
            const auto reply = kms::submitAndWait(gate, info.makeRequest(), {});
            const bool changes = info.effect >= kms::Effect::Changes;
            QCOMPARE(reply.has_value(), !changes);
            QCOMPARE(gate.capabilities().of(info.id).available, !changes);
            if (changes) {
                ++refused;
                QCOMPARE(reply.error().code, ErrorCode::ReadOnly);
                QCOMPARE(reply.error().operation, std::string(info.name));
                QCOMPARE(reply.error().detail, std::string("The profile \"Production\" is read-only."));
            }
        }
        QCOMPARE(refused, 28);
        QCOMPARE(inner->calls(), int(kms::operationCount) - refused);
        QVERIFY(gate.capabilities().readOnly);
    }

    void aKeyOfAnotherRegionIsRefusedBeforeTheCall_data() {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("destination");
        QTest::addColumn<QString>("named");
        const QString here = QStringLiteral("arn:aws:kms:eu-west-1:111122223333:key/1");
        const QString there = QStringLiteral("arn:aws:kms:us-east-1:111122223333:key/2");
        QTest::newRow("both here") << here << here << QString();
        QTest::newRow("ids") << QStringLiteral("1234") << QStringLiteral("alias/x") << QString();
        QTest::newRow("no Region in the ARN")
            << here << QStringLiteral("arn:verenc:111122223333:key/3") << QString();
        QTest::newRow("source") << there << here << QStringLiteral("SourceKeyId");
        QTest::newRow("destination") << here << there << QStringLiteral("DestinationKeyId");
        QTest::newRow("alias ARN") << here << QStringLiteral("arn:aws:kms:us-east-1:111122223333:alias/a/b")
                                   << QStringLiteral("DestinationKeyId");
    }
    void aKeyOfAnotherRegionIsRefusedBeforeTheCall() {
        QFETCH(QString, source);
        QFETCH(QString, destination);
        QFETCH(QString, named);
        const auto inner = std::make_shared<CountingKms>();
        RegionGuardKms guard(inner, "eu-west-1");
        kms::ReEncrypt::Request request;
        request.sourceKeyId = source.toStdString();
        request.destinationKeyId = destination.toStdString();
        const auto reply = kms::callAndWait<kms::ReEncrypt>(guard, std::move(request));
        QCOMPARE(reply.has_value(), named.isEmpty());
        QCOMPARE(inner->calls(), named.isEmpty() ? 1 : 0);
        if (!named.isEmpty()) {
            QCOMPARE(reply.error().code, ErrorCode::OtherRegion);
            QVERIFY(reply.error().detail.starts_with(named.toStdString()));
            QVERIFY(reply.error().detail.find("us-east-1") != std::string::npos);
        }
    }

    void actsSayWhyTheyDoNotApply_data() {
        QTest::addColumn<int>("act");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, Act act, kms::KeyState state, const char *reason) {
            QTest::newRow(name) << int(act) << int(state) << QString::fromLatin1(reason);
        };
        using kms::KeyState;
        row("encrypt enabled", Act::Encrypt, KeyState::Enabled, "");
        row("encrypt disabled", Act::Encrypt, KeyState::Disabled, "The key is disabled.");
        row("encrypt pending", Act::Encrypt, KeyState::PendingDeletion, "The key is pending deletion.");
        row("enable enabled", Act::Enable, KeyState::Enabled, "The key is enabled already.");
        row("enable disabled", Act::Enable, KeyState::Disabled, "");
        row("enable pending", Act::Enable, KeyState::PendingDeletion, "The key is pending deletion.");
        row("disable disabled", Act::Disable, KeyState::Disabled, "The key is disabled already.");
        row("cancel enabled", Act::CancelDeletion, KeyState::Enabled, "No deletion is scheduled");
        row("cancel pending", Act::CancelDeletion, KeyState::PendingDeletion, "");
        row("schedule pending", Act::ScheduleDeletion, KeyState::PendingDeletion,
            "The key is pending deletion.");
        row("rotate enabled", Act::RotateNow, KeyState::Enabled, "");
        row("delete alias pending", Act::DeleteAlias, KeyState::PendingDeletion, "");
        row("public key of a symmetric key", Act::ViewPublicKey, KeyState::Enabled, "A symmetric key has no");
    }
    void actsSayWhyTheyDoNotApply() {
        QFETCH(int, act);
        QFETCH(int, state);
        QFETCH(QString, reason);
        const kms::KeyMetadata key = keyIn(static_cast<kms::KeyState>(state));
        const kms::KeyMetadata *selection[] = {&key};
        kms::Capabilities capabilities;
        const auto why = whyNot(static_cast<Act>(act), {true, &capabilities, selection});
        QCOMPARE(why.has_value(), !reason.isEmpty());
        if (why) {
            QVERIFY2(why->starts_with(reason.toStdString()), why->c_str());
        }
    }

    void actsNeedASessionASelectionAndABackendThatHasThem() {
        const kms::KeyMetadata rsa = keyIn(kms::KeyState::Enabled, kms::KeySpec::RSA_2048);
        const kms::KeyMetadata disabled = keyIn(kms::KeyState::Disabled);
        const kms::KeyMetadata *both[] = {&rsa, &disabled};
        const kms::KeyMetadata *one[] = {&rsa};
        kms::Capabilities capabilities;
        QVERIFY(whyNot(Act::CreateKey, {false, &capabilities, {}}).has_value());
        QVERIFY(!whyNot(Act::CreateKey, {true, &capabilities, {}}).has_value());
        QCOMPARE(*whyNot(Act::Encrypt, {true, &capabilities, {}}), std::string("Select a key first."));
        QCOMPARE(*whyNot(Act::Encrypt, {true, &capabilities, both}), std::string("Select one key only."));
        QVERIFY(!whyNot(Act::Enable, {true, &capabilities, both}).has_value());
        QVERIFY(whyNot(Act::RotateNow, {true, &capabilities, one}).has_value());
        QVERIFY(!whyNot(Act::ViewPublicKey, {true, &capabilities, one}).has_value());
        capabilities.withdraw(kms::OperationId::CreateKey, "This endpoint has no CreateKey.");
        QCOMPARE(*whyNot(Act::CreateKey, {true, &capabilities, {}}),
                 std::string("This endpoint has no CreateKey."));
    }

    void idlingLocksAtTheLimit() {
        const auto clock = std::make_shared<ManualClock>(Timestamp{});
        LockPolicy policy(clock, {});
        clock->advance(239s);
        QVERIFY(!policy.check());
        QCOMPARE(policy.untilNextCheck()->count(), 1000);
        QVERIFY(!policy.report(DesktopEvent::Activity));
        clock->advance(239s);
        QVERIFY(!policy.check());
        clock->advance(1s);
        QCOMPARE(*policy.check(), LockReason::Idle);
    }

    void wakingUpLateLocksInsteadOfCountingAsActivity() {
        const auto clock = std::make_shared<ManualClock>(Timestamp{});
        LockPolicy policy(clock, {});
        clock->advance(3600s);
        QCOMPARE(*policy.report(DesktopEvent::Activity), LockReason::Idle);
    }

    void desktopEventsLockAsSet() {
        const auto clock = std::make_shared<ManualClock>(Timestamp{});
        LockPolicy policy(clock, {});
        QCOMPARE(*policy.report(DesktopEvent::SessionLocked), LockReason::SessionLocked);
        QCOMPARE(*policy.report(DesktopEvent::GoingToSleep), LockReason::Sleep);
        QVERIFY(!policy.report(DesktopEvent::Minimised));
        policy.change({.idleLimit = 0s, .onSessionLock = false, .onSleep = false, .onMinimise = true});
        QVERIFY(!policy.report(DesktopEvent::SessionLocked));
        QVERIFY(!policy.report(DesktopEvent::GoingToSleep));
        QCOMPARE(*policy.report(DesktopEvent::Minimised), LockReason::Minimised);
        clock->advance(100h);
        QVERIFY(!policy.check());
        QVERIFY(!policy.untilNextCheck());
    }
};

QTEST_GUILESS_MAIN(TestGates)
#include "tst_gates.moc"
