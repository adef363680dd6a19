// SPDX-License-Identifier: Apache-2.0
// Safety levels: no operation gets round any of them, whatever the front end does.
#include "fakes/counting_kms.h"
#include "fakes/fake_kms.h"
#include "kms/call.h"
#include "kms/operations/create_key.h"
#include "kms/operations/delete_alias.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/disable_key.h"
#include "kms/operations/schedule_key_deletion.h"
#include "workspace/safety_kms.h"
#include "workspace/service_stack.h"

#include <QTest>

using namespace keyturn;
using namespace keyturn::workspace;
using namespace std::chrono_literals;

namespace {

/// Answers as it is told, at once or when asked to; keeps the questions.
class ScriptedPort final : public ConfirmationPort {
public:
    std::vector<ConfirmationQuestion> questions;
    std::optional<ConfirmationAnswer> reply; ///< none: holds the answer
    std::vector<Answer> held;
    std::vector<CancelToken> cancels;

    void ask(ConfirmationQuestion question, CancelToken cancel, Answer answer) override {
        questions.push_back(std::move(question));
        cancels.push_back(std::move(cancel));
        if (reply) {
            answer(*reply);
        } else {
            held.push_back(std::move(answer));
        }
    }
};

Profile profileAt(SafetyLevel level) {
    Profile profile;
    profile.id = "1";
    profile.name = "Payments";
    profile.kind = ProfileKind::Vault;
    profile.safety = level;
    profile.environment = Environment::Production;
    return profile;
}

SafetyRules rulesAt(SafetyLevel level, std::optional<int> days = std::nullopt) {
    Profile profile = profileAt(level);
    profile.shortestDeletionDays = days;
    return safetyRulesOf(profile);
}

kms::AnyRequest scheduling(const std::string &key, std::optional<std::int64_t> days) {
    kms::ScheduleKeyDeletion::Request request;
    request.keyId = key;
    request.pendingWindowInDays = days;
    return kms::AnyRequest::of<kms::ScheduleKeyDeletion>(std::move(request));
}

struct Ended {
    std::optional<Result<kms::AnyReply>> outcome;
    kms::Completion completion() {
        return [this](Result<kms::AnyReply> reply) { outcome = std::move(reply); };
    }
};

} // namespace

class TestSafety : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_port = std::make_shared<ScriptedPort>();
        m_tickets = std::make_shared<ConfirmationTickets>();
    }

    void everyOperationAtEveryLevel_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<int>("level");
        for (const SafetyLevel level : allSafetyLevels) {
            for (std::size_t i = 0; i < kms::operationCount; ++i) {
                const auto &info = kms::operationInfo(static_cast<kms::OperationId>(i));
                const std::string row = std::string(wireName(level)) + " " + std::string(info.name);
                QTest::newRow(row.c_str()) << int(i) << int(level);
            }
        }
    }
    /// The whole stack, with nobody to ask: only what the table passes reaches the service.
    void everyOperationAtEveryLevel() {
        QFETCH(int, operation);
        QFETCH(int, level);
        const auto id = static_cast<kms::OperationId>(operation);
        const auto at = static_cast<SafetyLevel>(level);
        const auto &info = kms::operationInfo(id);
        const auto inner = std::make_shared<CountingKms>();
        const auto stack = buildStack(inner, profileAt(at), {});
        const auto reply = kms::submitAndWait(*stack.service, info.makeRequest(), {});
        const bool changes = info.effect == kms::Effect::Changes || info.effect == kms::Effect::Destroys;
        const bool reveals = info.effect == kms::Effect::RevealsPlaintext;
        const bool passes =
            !(changes && at != SafetyLevel::Normal) && !(reveals && at == SafetyLevel::WrappedOnly);
        QCOMPARE(reply.has_value(), passes);
        QCOMPARE(inner->calls(), passes ? 1 : 0);
        const bool refusedWhatever =
            (changes && at == SafetyLevel::ReadOnly) || (reveals && at == SafetyLevel::WrappedOnly);
        QCOMPARE(stack.service->capabilities().of(id).available, !refusedWhatever);
        if (!passes) {
            QCOMPARE(reply.error().operation, std::string(info.name));
            QCOMPARE(reply.error().code,
                     at == SafetyLevel::ReadOnly ? ErrorCode::ReadOnly : ErrorCode::SafetyRefused);
            QVERIFY2(reply.error().detail.find("\"Payments\"") != std::string::npos,
                     reply.error().detail.c_str());
        }
    }

    /// The same with a person who says yes to everything but types nothing.
    void aPlainYesIsNotEnoughToDestroy() {
        m_port->reply = ConfirmationAnswer{.confirmed = true};
        for (const SafetyLevel level : allSafetyLevels) {
            for (std::size_t i = 0; i < kms::operationCount; ++i) {
                const auto &info = kms::operationInfo(static_cast<kms::OperationId>(i));
                const SafetyDemand demand = safetyDemand(level, info.effect);
                const auto inner = std::make_shared<CountingKms>();
                SafetyKms gate(inner, rulesAt(level), m_port, m_tickets);
                const auto reply = kms::submitAndWait(gate, info.makeRequest(), {});
                const bool passes = demand == SafetyDemand::Passes || demand == SafetyDemand::Yes;
                QCOMPARE(reply.has_value(), passes);
                QCOMPARE(inner->calls(), passes ? 1 : 0);
            }
        }
    }

    void theTableIsTheDocumentedOne() {
        using enum SafetyLevel;
        using enum SafetyDemand;
        using kms::Effect;
        const std::array expected{
            std::array{Passes, Passes, Passes, Passes, Passes}, std::array{Passes, Passes, Passes, Yes, Yes},
            std::array{Passes, Passes, Passes, Yes, Typed}, std::array{Passes, Passes, Refused, Yes, Typed},
            std::array{Passes, Passes, Passes, Refused, Refused}};
        for (const SafetyLevel level : allSafetyLevels) {
            for (std::size_t effect = 0; effect < 5; ++effect) {
                QCOMPARE(safetyDemand(level, static_cast<Effect>(effect)),
                         expected[static_cast<std::size_t>(level)][effect]);
            }
        }
    }

    void theKeysOwnAliasMustBeTyped_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("passes");
        QTest::newRow("alias") << QStringLiteral("alias/orders") << true;
        QTest::newRow("without prefix") << QStringLiteral("orders") << true;
        QTest::newRow("blanks around") << QStringLiteral(" alias/orders ") << true;
        QTest::newRow("another alias") << QStringLiteral("alias/invoices") << false;
        QTest::newRow("part of it") << QStringLiteral("alias/order") << false;
        QTest::newRow("other case") << QStringLiteral("alias/Orders") << false;
        QTest::newRow("nothing") << QString() << false;
        QTest::newRow("the key's id") << QStringLiteral("ID") << false;
    }
    void theKeysOwnAliasMustBeTyped() {
        QFETCH(QString, typed);
        QFETCH(bool, passes);
        const auto fake = std::make_shared<test::FakeKms>();
        const std::string key = fake->addKey("alias/orders");
        fake->addKey("alias/invoices");
        SafetyKms gate(fake, rulesAt(SafetyLevel::ConfirmAndType), m_port, m_tickets);
        m_port->reply = ConfirmationAnswer{
            .confirmed = true, .typed = typed == QStringLiteral("ID") ? key : typed.toStdString()};
        const auto reply = kms::submitAndWait(gate, scheduling(key, 7), {});
        QCOMPARE(reply.has_value(), passes);
        QCOMPARE(m_port->questions.size(), std::size_t(1));
        QCOMPARE(m_port->questions[0].words, std::vector<std::string>{"alias/orders"});
        QCOMPARE(m_port->questions[0].target, key);
        QCOMPARE(m_port->questions[0].environment, Environment::Production);
        if (!passes) {
            QCOMPARE(reply.error().code, ErrorCode::SafetyRefused);
        }
    }

    void aKeyWithoutAliasIsNamedByItsId() {
        const auto fake = std::make_shared<test::FakeKms>();
        const std::string key = fake->addKey();
        SafetyKms gate(fake, rulesAt(SafetyLevel::ConfirmAndType), m_port, m_tickets);
        m_port->reply = ConfirmationAnswer{.confirmed = true, .typed = key};
        QVERIFY(kms::submitAndWait(gate, scheduling(key, 7), {}).has_value());
        // Nor can a refused lookup be used to get through: the id it is then.
        const std::string other = fake->addKey("alias/x");
        fake->failNext(kms::OperationId::ListAliases, serviceError(ErrorCode::AccessDenied));
        m_port->reply->typed = other;
        QVERIFY(kms::submitAndWait(gate, scheduling(other, 7), {}).has_value());
        QCOMPARE(m_port->questions.back().words, std::vector<std::string>{other});
    }

    void anAliasIsDeletedByItsName() {
        const auto fake = std::make_shared<test::FakeKms>();
        fake->addKey("alias/orders");
        SafetyKms gate(fake, rulesAt(SafetyLevel::ConfirmAndType), m_port, m_tickets);
        m_port->reply = ConfirmationAnswer{.confirmed = true, .typed = "orders"};
        kms::DeleteAlias::Request request;
        request.aliasName = "alias/orders";
        QVERIFY(kms::callAndWait<kms::DeleteAlias>(gate, std::move(request)).has_value());
    }

    void aNoIsCancelledAndNothingIsSent() {
        const auto inner = std::make_shared<CountingKms>();
        SafetyKms gate(inner, rulesAt(SafetyLevel::Confirm), m_port, m_tickets);
        m_port->reply = ConfirmationAnswer{};
        const auto reply = kms::callAndWait<kms::CreateKey>(gate, {});
        QCOMPARE(reply.error().code, ErrorCode::Cancelled);
        m_port->reply = ConfirmationAnswer{.nobodyToAsk = true};
        QCOMPARE(kms::callAndWait<kms::CreateKey>(gate, {}).error().code, ErrorCode::SafetyRefused);
        QCOMPARE(inner->calls(), 0);
    }

    void whatADialogAskedIsNotAskedAgain() {
        const auto fake = std::make_shared<test::FakeKms>();
        const std::string key = fake->addKey("alias/orders");
        SafetyKms gate(fake, rulesAt(SafetyLevel::ConfirmAndType), m_port, m_tickets);
        m_port->reply = ConfirmationAnswer{};
        m_tickets->approve(kms::OperationId::ScheduleKeyDeletion, key, "alias/orders");
        QVERIFY(kms::submitAndWait(gate, scheduling(key, 7), {}).has_value());
        QVERIFY(m_port->questions.empty());
        // Good for one call, for that key and that operation, and only with the right word.
        QVERIFY(!kms::submitAndWait(gate, scheduling(key, 7), {}).has_value());
        QCOMPARE(m_port->questions.size(), std::size_t(1));
        m_tickets->approve(kms::OperationId::ScheduleKeyDeletion, "another", "alias/orders");
        m_tickets->approve(kms::OperationId::DisableKey, key, "alias/orders");
        QVERIFY(!kms::submitAndWait(gate, scheduling(key, 7), {}).has_value());
        QCOMPARE(m_port->questions.size(), std::size_t(2));
        m_tickets->approve(kms::OperationId::ScheduleKeyDeletion, key, "alias/order");
        QCOMPARE(kms::submitAndWait(gate, scheduling(key, 7), {}).error().code, ErrorCode::SafetyRefused);
    }

    void ticketsGrowOld() {
        const auto clock = std::make_shared<ManualClock>(Timestamp{});
        ConfirmationTickets tickets(clock);
        tickets.approve(kms::OperationId::DisableKey, "k");
        clock->advance(59s);
        QVERIFY(tickets.take(kms::OperationId::DisableKey, "k"));
        QVERIFY(!tickets.take(kms::OperationId::DisableKey, "k"));
        tickets.approve(kms::OperationId::DisableKey, "k");
        clock->advance(60s);
        QVERIFY(!tickets.take(kms::OperationId::DisableKey, "k"));
    }

    void shortDeletionWindowsAreRefused_data() {
        QTest::addColumn<int>("asked"); // 0: left to the service
        QTest::addColumn<int>("sent");  // 0: refused
        QTest::newRow("shorter") << 13 << 0;
        QTest::newRow("just") << 14 << 14;
        QTest::newRow("longer") << 30 << 30;
        QTest::newRow("left out") << 0 << 30;
    }
    void shortDeletionWindowsAreRefused() {
        QFETCH(int, asked);
        QFETCH(int, sent);
        const auto fake = std::make_shared<test::FakeKms>();
        const std::string key = fake->addKey();
        SafetyKms gate(fake, rulesAt(SafetyLevel::Normal, 14), nullptr, nullptr);
        auto reply = kms::submitAndWait(
            gate, scheduling(key, asked == 0 ? std::nullopt : std::optional<std::int64_t>(asked)), {});
        QCOMPARE(reply.has_value(), sent != 0);
        if (reply) {
            QCOMPARE(*reply->as<kms::ScheduleKeyDeletion>().pendingWindowInDays, std::int64_t(sent));
        } else {
            QCOMPARE(reply.error().code, ErrorCode::SafetyRefused);
            QVERIFY(reply.error().detail.find("14 days") != std::string::npos);
            QVERIFY(fake->calls().empty());
        }
    }

    void waitingEndsWithItsCall() {
        const auto inner = std::make_shared<CountingKms>();
        SafetyKms gate(inner, rulesAt(SafetyLevel::Confirm), m_port, m_tickets);
        CancelSource cancel;
        Ended ended;
        kms::CallContext context;
        context.cancel = cancel.token();
        gate.submit(kms::AnyRequest::of<kms::CreateKey>({}), std::move(context), ended.completion());
        QVERIFY(!ended.outcome);
        QVERIFY(!m_port->cancels[0].isCancelled());
        cancel.cancel();
        QCOMPARE(ended.outcome->error().code, ErrorCode::Cancelled);
        QVERIFY(m_port->cancels[0].isCancelled());
        m_port->held[0]({.confirmed = true}); // too late: nothing is sent for it
        QCOMPARE(inner->calls(), 0);
    }

    void waitingEndsWithItsService() {
        const auto inner = std::make_shared<CountingKms>();
        auto gate = std::make_unique<SafetyKms>(inner, rulesAt(SafetyLevel::Confirm), m_port, m_tickets);
        Ended ended;
        gate->submit(kms::AnyRequest::of<kms::CreateKey>({}), {}, ended.completion());
        gate.reset();
        QCOMPARE(ended.outcome->error().code, ErrorCode::Cancelled);
        m_port->held[0]({.confirmed = true});
        QCOMPARE(inner->calls(), 0);
    }

    /// The service is let go of where the gate ends, never by an answer on a thread of the service's own.
    void theServiceEndsWithTheGateWhileAliasesAreLookedUp() {
        auto fake = std::make_shared<test::FakeKms>();
        const std::string key = fake->addKey("alias/orders");
        auto *raw = fake.get();
        const std::weak_ptr<test::FakeKms> watched = fake;
        raw->holdAnswers(true);
        auto gate = std::make_unique<SafetyKms>(std::move(fake), rulesAt(SafetyLevel::ConfirmAndType), m_port,
                                                m_tickets);
        Ended ended;
        gate->submit(scheduling(key, 7), {}, ended.completion());
        QCOMPARE(raw->heldAnswers(), std::size_t(1));
        gate.reset();
        QCOMPARE(ended.outcome->error().code, ErrorCode::Cancelled);
        QVERIFY(watched.expired());
        QVERIFY(m_port->questions.empty());
    }

    void aQuestionThatIsDroppedIsANo() {
        const auto inner = std::make_shared<CountingKms>();
        SafetyKms gate(inner, rulesAt(SafetyLevel::Confirm), m_port, m_tickets);
        Ended ended;
        gate.submit(kms::AnyRequest::of<kms::CreateKey>({}), {}, ended.completion());
        m_port->held.clear();
        QCOMPARE(ended.outcome->error().code, ErrorCode::Cancelled);
        QCOMPARE(inner->calls(), 0);
    }

    void readsAskNobody() {
        const auto fake = std::make_shared<test::FakeKms>();
        const std::string key = fake->addKey();
        for (const SafetyLevel level : allSafetyLevels) {
            SafetyKms gate(fake, rulesAt(level), m_port, m_tickets);
            kms::DescribeKey::Request request;
            request.keyId = key;
            QVERIFY(kms::callAndWait<kms::DescribeKey>(gate, std::move(request)).has_value());
        }
        QVERIFY(m_port->questions.empty());
    }

private:
    std::shared_ptr<ScriptedPort> m_port;
    std::shared_ptr<ConfirmationTickets> m_tickets;
};

QTEST_GUILESS_MAIN(TestSafety)
#include "tst_safety.moc"
