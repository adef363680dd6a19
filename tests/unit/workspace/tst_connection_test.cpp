// SPDX-License-Identifier: Apache-2.0
// The connection test on a fake service: what each answer means, and that nothing is changed by asking.
#include "fakes/fake_kms.h"
#include "kms/call.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/encrypt.h"
#include "kms/operations/list_aliases.h"
#include "kms/operations/list_keys.h"
#include "workspace/applicability.h"
#include "workspace/connection_probe.h"
#include "workspace/connection_test.h"
#include "workspace/probe_store.h"
#include "workspace/service_stack.h"

#include "base/atomic_file.h"

#include <QTemporaryDir>
#include <QTest>

using namespace keyturn;
using namespace keyturn::workspace;
using kms::OperationId;

namespace {

Error service(ErrorCode code, const char *message = "", int status = 400) {
    Error error = serviceError(code, message, ErrorOrigin::Service);
    error.httpStatus = status;
    error.attempts = 1;
    return error;
}

Error network(ErrorCode code) {
    Error error = clientError(code, "the reason", ErrorOrigin::Network);
    error.attempts = 1;
    return error;
}

/// Carries out what it is asked to try only.
class IgnoresDryRun final : public kms::KmsService {
public:
    explicit IgnoresDryRun(std::shared_ptr<kms::KmsService> inner)
        : m_inner(std::move(inner)) {}
    kms::Capabilities capabilities() const override { return m_inner->capabilities(); }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        const auto &info = kms::operationInfo(request.operation());
        if (const kms::Field *field = kms::findField(info.request, "DryRun")) {
            field->access->clear(request.object());
        }
        m_inner->submit(std::move(request), std::move(context), std::move(completion));
    }

private:
    std::shared_ptr<kms::KmsService> m_inner;
};

/// Answers what the inner service does not have, as a service that has everything would.
class HasEverything final : public kms::KmsService {
public:
    explicit HasEverything(std::shared_ptr<kms::KmsService> inner)
        : m_inner(std::move(inner)) {}
    kms::Capabilities capabilities() const override { return {}; }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        const OperationId id = request.operation();
        if (!m_inner->capabilities().of(id).available) {
            return completion(fail(serviceError(ErrorCode::Validation, "nothing is named")));
        }
        m_inner->submit(std::move(request), std::move(context), std::move(completion));
    }

private:
    std::shared_ptr<kms::KmsService> m_inner;
};

/// Answers every request of one operation with an error, and passes the rest on.
class Answers final : public kms::KmsService {
public:
    Answers(std::shared_ptr<kms::KmsService> inner, std::map<OperationId, Error> errors)
        : m_inner(std::move(inner))
        , m_errors(std::move(errors)) {}
    kms::Capabilities capabilities() const override { return m_inner->capabilities(); }
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override {
        const auto found = m_errors.find(request.operation());
        if (found != m_errors.end()) {
            return completion(fail(found->second));
        }
        m_inner->submit(std::move(request), std::move(context), std::move(completion));
    }

private:
    std::shared_ptr<kms::KmsService> m_inner;
    std::map<OperationId, Error> m_errors;
};

/// All that the fake has, as text.
std::string stateOf(test::FakeKms &fake) {
    std::string text;
    const auto keys = kms::callAndWait<kms::ListKeys>(fake, {});
    for (const auto &entry : *keys->keys) {
        kms::DescribeKey::Request request;
        request.keyId = *entry.keyId;
        const auto key = kms::callAndWait<kms::DescribeKey>(fake, std::move(request));
        text += *entry.keyId + " " + std::string(key->keyMetadata->keyState->text()) + " " +
                key->keyMetadata->description.value_or("") + "\n";
    }
    const auto aliases = kms::callAndWait<kms::ListAliases>(fake, {});
    for (const auto &alias : *aliases->aliases) {
        text += *alias.aliasName + " " + alias.targetKeyId.value_or("") + "\n";
    }
    return text;
}

} // namespace

class TestConnectionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_fake = std::make_shared<test::FakeKms>();
        m_key = m_fake->addKey("alias/orders", "of a customer");
        m_sight = {};
        m_sight.serverKind = "AWS KMS";
        m_sight.tlsProtocol = "TLSv1.3";
        m_sight.clockOffset = std::chrono::seconds(2);
    }

    void aGoodEndpointPassesAndIsLeftAsItWas() {
        const std::string before = stateOf(*m_fake);
        std::vector<TestStep> steps;
        auto made = target(std::make_shared<HasEverything>(m_fake));
        made.identity = [](const CancelToken &) -> Result<CallerIdentity> {
            return CallerIdentity{"111122223333", "arn:aws:iam::111122223333:user/me"};
        };
        const auto report = runConnectionTest(made,
                                              [&](TestStep step, const ConnectionReport &) {
                                                  if (steps.empty() || steps.back() != step) {
                                                      steps.push_back(step);
                                                  }
                                              },
                                              {});
        QVERIFY(report.passed());
        for (std::size_t i = 0; i < testStepCount; ++i) {
            QVERIFY2(report.steps[i].state == StepState::Passed, report.steps[i].detail.c_str());
            QVERIFY(!report.steps[i].detail.empty());
            QVERIFY(std::ranges::find(steps, static_cast<TestStep>(i)) != steps.end());
        }
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            const auto &info = kms::operationInfo(static_cast<OperationId>(i));
            QVERIFY2(report.of(info.id).state == ProbeState::Present, std::string(info.name).c_str());
        }
        QCOMPARE(report.accountId, std::string("111122223333"));
        QCOMPARE(report.callerArn, std::string("arn:aws:iam::111122223333:user/me"));
        QCOMPARE(report.honoursDryRun, std::optional(true));
        QCOMPARE(stateOf(*m_fake), before);
    }

    void whatAnEndpointLacksIsFoundAbsent() {
        const auto report = runConnectionTest(target(m_fake), {}, {});
        int absent = 0;
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            const auto &info = kms::operationInfo(static_cast<OperationId>(i));
            const bool has = m_fake->capabilities().of(info.id).available;
            absent += has ? 0 : 1;
            QVERIFY2(report.of(info.id).state == (has ? ProbeState::Present : ProbeState::Absent),
                     std::string(info.name).c_str());
            QCOMPARE(report.of(info.id).reason.empty(), has);
        }
        QVERIFY(absent > 0);
        QCOMPARE(report.of(TestStep::Operations).state, StepState::Warning);
    }

    /// Whatever a service does with them: these name nothing, so nothing can happen.
    void harmlessRequestsDoNoHarm() {
        const std::string before = stateOf(*m_fake);
        int asked = 0;
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            const auto &info = kms::operationInfo(static_cast<OperationId>(i));
            kms::AnyRequest request = harmlessRequest(info.id, true);
            if (!request) {
                continue;
            }
            ++asked;
            const auto reply = kms::submitAndWait(*m_fake, std::move(request), {});
            const bool reads = info.effect == kms::Effect::Reads;
            QVERIFY2(reads || !reply, std::string(info.name).c_str());
            if (!reply) {
                QVERIFY2(!reply.error().serviceCode.empty(), std::string(info.name).c_str());
            }
        }
        QCOMPARE(asked, int(kms::operationCount));
        QCOMPARE(stateOf(*m_fake), before);
    }

    void keysAreMadeNowhereJustToAsk() {
        m_sight.serverKind.clear(); // a service of which nothing is known
        const auto report = runConnectionTest(target(m_fake), {}, {});
        const auto calls = m_fake->calls();
        QVERIFY(std::ranges::find(calls, OperationId::CreateKey) == calls.end());
        QCOMPARE(report.of(OperationId::CreateKey).state, ProbeState::NotTried);
        QVERIFY(!report.of(OperationId::CreateKey).reason.empty());
        QCOMPARE(report.serverKind, std::string("KMS at kms.example"));
    }

    void absentAndRefusedAreToldApart() {
        const auto answers = std::make_shared<Answers>(
            m_fake, std::map<OperationId, Error>{
                        {OperationId::RotateKeyOnDemand, service(ErrorCode::UnknownOperation)},
                        {OperationId::GenerateRandom,
                         service(ErrorCode::InternalFailure, "API action not yet implemented", 501)},
                        {OperationId::CreateKey, service(ErrorCode::AccessDenied)},
                        {OperationId::ListAliases, service(ErrorCode::AccessDenied)},
                        {OperationId::GetKeyRotationStatus, service(ErrorCode::AccessDenied)},
                        {OperationId::TagResource, service(ErrorCode::UnsupportedOperation)},
                        {OperationId::GetPublicKey, service(ErrorCode::UnsupportedOperation)},
                        {OperationId::DeleteAlias, network(ErrorCode::ConnectionFailed)}});
        const auto report = runConnectionTest(target(answers), {}, {});
        QCOMPARE(report.of(OperationId::RotateKeyOnDemand).state, ProbeState::Absent);
        QCOMPARE(report.of(OperationId::GenerateRandom).state, ProbeState::Absent);
        QCOMPARE(report.of(OperationId::CreateKey).state, ProbeState::Refused);
        QCOMPARE(report.of(OperationId::ListAliases).state, ProbeState::Refused);
        // Refused on one key says nothing about others, and a key that it does not fit says that it is there.
        QCOMPARE(report.of(OperationId::GetKeyRotationStatus).state, ProbeState::Present);
        QVERIFY(report.of(OperationId::GetKeyRotationStatus).reason.find(m_key) != std::string::npos);
        QCOMPARE(report.of(OperationId::GetPublicKey).state, ProbeState::Present);
        QCOMPARE(report.of(OperationId::TagResource).state, ProbeState::Absent);
        QCOMPARE(report.of(OperationId::DeleteAlias).state, ProbeState::NotTried);
        QCOMPARE(report.of(TestStep::Operations).state, StepState::Warning);
        QVERIFY(report.passed());
    }

    void anIgnoredDryRunIsSaidAndUsedForNothingElse() {
        const auto report = runConnectionTest(target(std::make_shared<IgnoresDryRun>(m_fake)), {}, {});
        QCOMPARE(report.honoursDryRun, std::optional(false));
        const auto calls = m_fake->calls();
        // One malformed call each, and the one that proved it.
        QCOMPARE(std::ranges::count(calls, OperationId::Encrypt), 2);
        QCOMPARE(std::ranges::count(calls, OperationId::GenerateDataKey), 1);
        kms::Capabilities capabilities;
        applyReport(report, capabilities);
        QVERIFY(!capabilities.dryRun);
    }

    void faultsStandAtTheirStep_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("step");
        const auto row = [](const char *name, ErrorCode code, TestStep step) {
            QTest::newRow(name) << int(code) << int(step);
        };
        row("no such host", ErrorCode::HostNotFound, TestStep::Resolve);
        row("nobody listens", ErrorCode::ConnectionFailed, TestStep::Connect);
        row("certificate", ErrorCode::TlsFailed, TestStep::Connect);
        row("silence", ErrorCode::TimedOut, TestStep::Connect);
        row("a web page", ErrorCode::BadReply, TestStep::Server);
        row("a redirect", ErrorCode::Redirected, TestStep::Server);
        row("no credentials", ErrorCode::NoCredentials, TestStep::Signature);
        row("unknown key", ErrorCode::UnrecognizedClient, TestStep::Signature);
        row("wrong secret", ErrorCode::InvalidSignature, TestStep::Signature);
        row("expired", ErrorCode::ExpiredToken, TestStep::Signature);
        row("QKMS refuses", ErrorCode::NotAuthorized, TestStep::Signature);
    }
    void faultsStandAtTheirStep() {
        QFETCH(int, code);
        QFETCH(int, step);
        const auto error = static_cast<ErrorCode>(code);
        const auto at = static_cast<TestStep>(step);
        const auto answers = std::make_shared<Answers>(
            m_fake, std::map<OperationId, Error>{
                        {OperationId::ListKeys, isServiceCode(error) ? service(error) : network(error)}});
        const auto report = runConnectionTest(target(answers), {}, {});
        QVERIFY(!report.passed());
        QCOMPARE(report.of(at).state, StepState::Failed);
        QVERIFY(!report.of(at).detail.empty());
        QVERIFY(!report.of(at).nextStep.empty());
        for (std::size_t i = 0; i < testStepCount; ++i) {
            if (i != static_cast<std::size_t>(step)) {
                QVERIFY2(report.steps[i].state != StepState::Failed &&
                             report.steps[i].state != StepState::Waiting &&
                             report.steps[i].state != StepState::Running,
                         report.steps[i].detail.c_str());
            }
        }
        QVERIFY(m_fake->calls().empty());
    }

    void aSignatureForAnotherRegionIsSaid() {
        const auto answers = std::make_shared<Answers>(
            m_fake, std::map<OperationId, Error>{
                        {OperationId::ListKeys,
                         service(ErrorCode::InvalidSignature,
                                 "Credential should be scoped to a valid region, not 'eu-central-1'.")}});
        const auto report = runConnectionTest(target(answers), {}, {});
        QCOMPARE(report.of(TestStep::Region).state, StepState::Failed);
        QCOMPARE(report.of(TestStep::Signature).state, StepState::Failed);
    }

    void keysOfAnotherRegionAndClocksThatDifferAreSaid() {
        m_sight.clockOffset = std::chrono::seconds(-400);
        auto made = target(m_fake);
        made.profile.region = "us-east-1";
        const auto report = runConnectionTest(made, {}, {});
        QCOMPARE(report.of(TestStep::Region).state, StepState::Failed);
        QVERIFY(report.of(TestStep::Region).nextStep.find("eu-central-1") != std::string::npos);
        QCOMPARE(report.of(TestStep::Clock).state, StepState::Warning);
        QVERIFY(report.of(TestStep::Clock).detail.find("400 s ahead of") != std::string::npos);
    }

    void withoutStsTheKeysNameTheAccount() {
        const auto report = runConnectionTest(target(m_fake), {}, {});
        QCOMPARE(report.of(TestStep::Identity).state, StepState::Skipped);
        QCOMPARE(report.accountId, std::string("111122223333"));
        auto made = target(m_fake);
        made.identity = [](const CancelToken &) -> Result<CallerIdentity> {
            return fail(service(ErrorCode::AccessDenied));
        };
        QCOMPARE(runConnectionTest(made, {}, {}).of(TestStep::Identity).state, StepState::Warning);
    }

    void itCanBeStopped() {
        CancelSource cancel;
        const auto report = runConnectionTest(
            target(m_fake),
            [&](TestStep step, const ConnectionReport &) {
                if (step == TestStep::Operations) {
                    cancel.cancel();
                }
            },
            cancel.token());
        QVERIFY(report.cancelled);
        QVERIFY(!report.passed());
        for (const StepResult &step : report.steps) {
            QVERIFY(step.state != StepState::Running && step.state != StepState::Waiting);
        }
        QVERIFY(m_fake->calls().size() < 10);
    }

    void aReportIsKeptForItsEndpoint() {
        QTemporaryDir dir;
        ProbeStore store(dir.path().toStdString());
        auto made = target(m_fake);
        const auto report = runConnectionTest(made, {}, {});
        QVERIFY(!store.load(made.profile));
        QVERIFY(store.save(made.profile, report).has_value());
        const auto again = store.load(made.profile);
        QVERIFY(again.has_value());
        QCOMPARE(again->serverKind, report.serverKind);
        QCOMPARE(again->accountId, report.accountId);
        QCOMPARE(again->clockOffset, report.clockOffset);
        QCOMPARE(again->honoursDryRun, report.honoursDryRun);
        QCOMPARE(formatIso8601(again->testedAt), formatIso8601(report.testedAt));
        for (std::size_t i = 0; i < kms::operationCount; ++i) {
            QCOMPARE(again->operations[i].state, report.operations[i].state);
        }
        for (std::size_t i = 0; i < testStepCount; ++i) {
            QCOMPARE(again->steps[i].state, report.steps[i].state);
            QCOMPARE(again->steps[i].detail, report.steps[i].detail);
        }
        Profile elsewhere = made.profile;
        elsewhere.endpointUrl = "https://other.example";
        QVERIFY(!store.load(elsewhere));
        elsewhere = made.profile;
        elsewhere.region = "us-east-1";
        QVERIFY(!store.load(elsewhere));
        const auto file = std::filesystem::path(dir.path().toStdString()) / (made.profile.id + ".json");
        QVERIFY(writeFileAtomically(file, asBytes("{\"version\":1"), {}).has_value());
        QVERIFY(!store.load(made.profile));
        QVERIFY(store.remove(made.profile).has_value());
        QVERIFY(!std::filesystem::exists(file));
    }

    void whatATestFoundGreysActsOutWithThatReason() {
        ConnectionReport report;
        report.testedAt = Timestamp(std::chrono::seconds(1'800'000'000));
        report.of(OperationId::CreateKey) = {ProbeState::Refused,
                                             "these credentials may not call CreateKey."};
        report.of(OperationId::ReEncrypt) = {ProbeState::Absent, "this endpoint has no ReEncrypt."};
        report.of(OperationId::Encrypt) = {ProbeState::NotTried, "?"};
        auto made = target(m_fake);
        StackParts parts;
        parts.report = report;
        const auto stack = buildStack(m_fake, made.profile, parts);
        const auto capabilities = stack.service->capabilities();
        const Situation situation{true, &capabilities, {}};
        QCOMPARE(*whyNot(Act::CreateKey, situation),
                 std::string("The connection test of 2027-01-15 found: these "
                             "credentials may not call CreateKey."));
        QVERIFY(whyNot(Act::ReEncrypt, situation)->ends_with("this endpoint has no ReEncrypt."));
        QVERIFY(!whyNot(Act::Decrypt, situation));
        QVERIFY(capabilities.of(OperationId::Encrypt).available);
        // It is knowledge, not a gate: what was granted since goes through.
        QVERIFY(
            kms::submitAndWait(*stack.service, kms::operationInfo(OperationId::CreateKey).makeRequest(), {})
                .has_value());
        stack.probed->setReport({});
        QVERIFY(stack.service->capabilities().of(OperationId::ReEncrypt).available);
    }

    void aProfileThatCannotBeOpenedHasAReportToo() {
        auto made = target(m_fake);
        const auto report = reportOfFailedOpening(
            made.profile, clientError(ErrorCode::NoCredentials, "AWS_ACCESS_KEY_ID is not set."),
            Timestamp{});
        QVERIFY(!report.passed());
        QCOMPARE(report.of(TestStep::Signature).state, StepState::Failed);
        QVERIFY(report.of(TestStep::Signature).detail.find("AWS_ACCESS_KEY_ID") != std::string::npos);
        QCOMPARE(report.of(TestStep::Operations).state, StepState::Skipped);
    }

private:
    ConnectionTestTarget target(std::shared_ptr<kms::KmsService> service) {
        ConnectionTestTarget made;
        made.profile.id = "11111111-2222-4333-8444-555555555555";
        made.profile.name = "Payments";
        made.profile.region = "eu-central-1";
        made.profile.service = EndpointService::Custom;
        made.profile.endpointUrl = "https://kms.example";
        made.endpointUrl = made.profile.endpointUrl;
        made.credentialOrigin = "environment variable AWS_ACCESS_KEY_ID";
        made.service = std::move(service);
        made.sight = [this] { return m_sight; };
        return made;
    }

    std::shared_ptr<test::FakeKms> m_fake;
    std::string m_key;
    TransportSight m_sight;
};

QTEST_GUILESS_MAIN(TestConnectionTest)
#include "tst_connection_test.moc"
