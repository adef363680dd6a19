// SPDX-License-Identifier: Apache-2.0
#include "workspace/connection_test.h"

#include "kms/call.h"
#include "kms/error_text.h"
#include "kms/identifier.h"
#include "kms/operations/describe_key.h"
#include "kms/operations/list_keys.h"
#include "workspace/connection_probe.h"

#include <cstdlib>

namespace keyturn::workspace {
namespace {

constexpr std::chrono::seconds smallOffset{30};
constexpr std::chrono::seconds callLimit{20}; ///< somebody is watching; an endpoint that hangs is an answer
constexpr std::string_view emulatorAccount = "000000000000";

bool isSignatureFault(ErrorCode code) {
    switch (code) {
    case ErrorCode::NotAuthorized:
    case ErrorCode::UnrecognizedClient:
    case ErrorCode::InvalidClientTokenId:
    case ErrorCode::InvalidSignature:
    case ErrorCode::IncompleteSignature:
    case ErrorCode::MissingAuthenticationToken:
    case ErrorCode::ExpiredToken:
    case ErrorCode::RequestExpired:
        return true;
    default:
        return false;
    }
}

/// The step at which an error shows.
TestStep stepOf(const Error &error) {
    switch (error.code) {
    case ErrorCode::HostNotFound:
        return TestStep::Resolve;
    case ErrorCode::ConnectionFailed:
    case ErrorCode::TlsFailed:
    case ErrorCode::TimedOut:
    case ErrorCode::InsecureEndpoint:
        return TestStep::Connect;
    case ErrorCode::Redirected:
    case ErrorCode::BadReply:
    case ErrorCode::ReplyTooLarge:
        return TestStep::Server;
    case ErrorCode::NoRegion:
        return TestStep::Region;
    default:
        return TestStep::Signature;
    }
}

StepResult failedStep(const Error &error) {
    const kms::ErrorText words = kms::describe(error);
    return {StepState::Failed, words.title + ": " + (error.detail.empty() ? words.explanation : error.detail),
            words.nextStep};
}

/// Steps before the one that failed have passed as far as they can be seen; those behind it were not reached.
void failAt(ConnectionReport &report, TestStep step, const Error &error) {
    for (std::size_t i = 0; i < testStepCount; ++i) {
        StepResult &each = report.steps[i];
        if (i == static_cast<std::size_t>(step)) {
            each = failedStep(error);
        } else if (i > static_cast<std::size_t>(step) || step == TestStep::Server) {
            each =
                each.state == StepState::Passed ? each : StepResult{StepState::Skipped, "Not reached.", {}};
        }
    }
}

std::string hostOf(std::string_view url) {
    const auto begin = url.find("//") == std::string_view::npos ? 0 : url.find("//") + 2;
    return std::string(url.substr(begin, url.find('/', begin) - begin));
}

Result<CallerIdentity> noSts() {
    return fail(ErrorCode::UnsupportedOperation, "there is no STS.");
}

class TestRun {
public:
    TestRun(const ConnectionTestTarget &target, const TestProgress &progress, const CancelToken &cancel)
        : m_target(target)
        , m_progress(progress)
        , m_cancel(cancel) {
        m_report.endpointUrl = target.endpointUrl;
        m_report.region = target.profile.region;
        m_report.credentialOrigin = target.credentialOrigin;
        m_report.testedAt = target.clock->now();
    }

    ConnectionReport run() {
        begin(TestStep::Resolve);
        const auto first = listOneKey();
        if (m_cancel.isCancelled()) {
            return stopped();
        }
        lookAtTransport();
        if (!first && !reachedService(first.error())) {
            return std::move(m_report);
        }
        signature();
        if (!first && isSignatureFault(first.error().code)) {
            signatureFailed(first.error());
            return std::move(m_report);
        }
        set(TestStep::Signature, {StepState::Passed, signedText(), {}});
        if (first && first->keys && !first->keys->empty()) {
            m_keyArn = first->keys->front().keyArn.value_or("");
            m_keyId = first->keys->front().keyId.value_or("");
        }
        identity();
        region();
        clockOffset();
        server();
        operations();
        return m_cancel.isCancelled() ? stopped() : std::move(m_report);
    }

private:
    void begin(TestStep step) { set(step, {StepState::Running, {}, {}}); }
    void set(TestStep step, StepResult result) {
        m_report.of(step) = std::move(result);
        if (m_progress) {
            m_progress(step, m_report);
        }
    }
    ConnectionReport stopped() {
        m_report.cancelled = true;
        for (StepResult &step : m_report.steps) {
            if (step.state == StepState::Waiting || step.state == StepState::Running) {
                step = {StepState::Skipped, "Stopped.", {}};
            }
        }
        return std::move(m_report);
    }
    kms::CallContext context() const {
        kms::CallContext made;
        made.cancel = m_cancel;
        made.deadline = m_target.clock->steadyNow() + callLimit;
        made.principal.program = "connection-test";
        return made;
    }
    Result<kms::ListKeys::Reply> listOneKey() {
        kms::ListKeys::Request request;
        request.limit = 1;
        return kms::callAndWait<kms::ListKeys>(*m_target.service, std::move(request), context());
    }

    void lookAtTransport() {
        const TransportSight sight = m_target.sight ? m_target.sight() : TransportSight{};
        m_report.clockOffset = sight.clockOffset;
        m_report.tlsProtocol = sight.tlsProtocol;
        m_report.certificateSubject = sight.certificateSubject;
        m_report.serverKind = sight.serverKind;
        m_certificateExpires = sight.certificateExpires;
        if (sight.honoursDryRun) {
            m_report.honoursDryRun = sight.honoursDryRun;
        }
    }

    /// True when the answer came from a KMS; otherwise the faulty step is set.
    bool reachedService(const Error &error) {
        if (!error.serviceCode.empty()) {
            return true;
        }
        const TestStep step = stepOf(error);
        if (step > TestStep::Resolve) {
            set(TestStep::Resolve,
                {StepState::Passed, hostOf(m_target.endpointUrl) + " has an address.", {}});
        }
        if (step > TestStep::Connect && error.attempts > 0) {
            set(TestStep::Connect, connected());
        }
        failAt(m_report, step, error);
        set(step, m_report.of(step));
        return false;
    }

    StepResult connected() const {
        if (m_report.tlsProtocol.empty()) {
            return {StepState::Passed, "Connected without TLS.", {}};
        }
        std::string detail = "Connected by " + m_report.tlsProtocol;
        if (!m_report.certificateSubject.empty()) {
            detail += "; the certificate is of " + m_report.certificateSubject;
        }
        if (!m_certificateExpires.empty()) {
            detail += ", valid until " + m_certificateExpires;
        }
        return {StepState::Passed, detail + ".", {}};
    }

    void signature() {
        set(TestStep::Resolve, {StepState::Passed, hostOf(m_target.endpointUrl) + " has an address.", {}});
        set(TestStep::Connect, connected());
        begin(TestStep::Signature);
    }
    std::string signedText() const {
        return m_report.credentialOrigin.empty()
                   ? std::string("The endpoint took the signature.")
                   : "The endpoint took the signature; credentials from " + m_report.credentialOrigin + ".";
    }
    void signatureFailed(const Error &error) {
        const bool otherRegion = error.serviceMessage.find("scoped to a valid region") != std::string::npos ||
                                 error.serviceMessage.find("Region") != std::string::npos;
        failAt(m_report, TestStep::Signature, error);
        if (otherRegion) {
            set(TestStep::Region,
                {StepState::Failed, "The endpoint takes no signature for " + m_report.region + ".",
                 "Set the Region of the profile to the endpoint's."});
        }
        clockOffset();
        set(TestStep::Signature, m_report.of(TestStep::Signature));
    }

    void identity() {
        begin(TestStep::Identity);
        m_report.accountId = kms::parseKeyIdentifier(m_keyArn).accountId;
        const auto caller = m_target.identity ? m_target.identity(m_cancel) : noSts();
        if (!caller && caller.error().code == ErrorCode::UnsupportedOperation) {
            const std::string account = m_report.accountId.empty()
                                            ? std::string("no key names the account.")
                                            : "the keys belong to the account " + m_report.accountId + ".";
            return set(TestStep::Identity,
                       {StepState::Skipped, "This endpoint has no STS to ask; " + account, {}});
        }
        if (!caller) {
            const kms::ErrorText words = kms::describe(caller.error());
            return set(TestStep::Identity,
                       {StepState::Warning, "GetCallerIdentity was not answered: " + words.title + ".",
                        words.nextStep});
        }
        m_report.callerArn = caller->arn;
        m_report.accountId = caller->accountId.empty() ? m_report.accountId : caller->accountId;
        set(TestStep::Identity,
            {StepState::Passed, caller->arn + " in the account " + caller->accountId + ".", {}});
    }

    void region() {
        begin(TestStep::Region);
        const std::string keys = kms::parseKeyIdentifier(m_keyArn).region;
        if (!keys.empty() && keys != m_report.region) {
            return set(TestStep::Region, {StepState::Failed,
                                          "The endpoint's keys are in " + keys + ", and the profile says " +
                                              m_report.region + ".",
                                          "Set the Region of the profile to " + keys + "."});
        }
        set(TestStep::Region, {StepState::Passed,
                               keys.empty() ? "The endpoint takes signatures for " + m_report.region + "."
                                            : "The keys are in " + keys + ".",
                               {}});
    }

    void clockOffset() {
        if (!m_report.clockOffset) {
            return set(TestStep::Clock,
                       {StepState::Skipped, "The endpoint did not say what time it is.", {}});
        }
        const auto offset = *m_report.clockOffset;
        const std::string amount = std::to_string(std::abs(offset.count())) + " s";
        if (std::chrono::abs(offset) <= smallOffset) {
            return set(TestStep::Clock, {StepState::Passed, "The clocks agree within " + amount + ".", {}});
        }
        set(TestStep::Clock, {StepState::Warning,
                              "This machine's clock is " + amount +
                                  (offset.count() > 0 ? " behind" : " ahead of") + " the endpoint's.",
                              "Set this machine's clock: signatures are good for five minutes only."});
    }

    void server() {
        begin(TestStep::Server);
        const kms::KeyIdentifier key = kms::parseKeyIdentifier(m_keyArn);
        std::string &kind = m_report.serverKind;
        if (kind.empty() && key.partition == "verenc") {
            kind = "QKMS";
        }
        if (kind.empty() && m_report.accountId == emulatorAccount) {
            kind = "LocalStack or another emulator";
        }
        if (kind.empty()) {
            kind = "KMS at " + hostOf(m_target.endpointUrl);
        }
        set(TestStep::Server, {StepState::Passed, kind + ".", {}});
    }

    ProbeKey probeKey() {
        ProbeKey key{m_keyId.empty() ? m_keyArn : m_keyId, false};
        if (key.id.empty()) {
            return key;
        }
        kms::DescribeKey::Request request;
        request.keyId = key.id;
        const auto reply =
            kms::callAndWait<kms::DescribeKey>(*m_target.service, std::move(request), context());
        if (reply && reply->keyMetadata) {
            const kms::KeyMetadata &facts = *reply->keyMetadata;
            key.encrypts = facts.keyState && *facts.keyState == kms::KeyState::Enabled && facts.keySpec &&
                           *facts.keySpec == kms::KeySpec::SYMMETRIC_DEFAULT && facts.keyUsage &&
                           *facts.keyUsage == kms::KeyUsageType::ENCRYPT_DECRYPT;
        }
        return key;
    }

    void operations() {
        begin(TestStep::Operations);
        const bool checksInput = m_report.serverKind == "AWS KMS" || m_report.serverKind == "Keyturn vault" ||
                                 m_report.serverKind == "LocalStack";
        OperationsProbe probe(*m_target.service, checksInput, m_cancel, [this] {
            if (m_progress) {
                m_progress(TestStep::Operations, m_report);
            }
        });
        probe.run(probeKey(), m_report);
        lookAtTransport2();
        std::array<std::size_t, 4> counts{};
        for (const OperationProbe &each : m_report.operations) {
            ++counts[static_cast<std::size_t>(each.state)];
        }
        const auto count = [&](ProbeState state) {
            return std::to_string(counts[static_cast<std::size_t>(state)]) + " ";
        };
        std::string detail = count(ProbeState::Present) + "present, " + count(ProbeState::Refused) +
                             "refused, " + count(ProbeState::Absent) + "absent, " +
                             count(ProbeState::NotTried) + "not tried.";
        const bool lacking = counts[static_cast<std::size_t>(ProbeState::Refused)] > 0 ||
                             counts[static_cast<std::size_t>(ProbeState::Absent)] > 0;
        set(TestStep::Operations,
            {lacking ? StepState::Warning : StepState::Passed, std::move(detail),
             lacking ? "What is refused or absent is greyed out in the profile, with its reason." : ""});
    }

    /// The probe may have taught the transport whether DryRun is honoured.
    void lookAtTransport2() {
        const TransportSight sight = m_target.sight ? m_target.sight() : TransportSight{};
        if (sight.honoursDryRun) {
            m_report.honoursDryRun = sight.honoursDryRun;
        }
    }

    const ConnectionTestTarget &m_target;
    const TestProgress &m_progress;
    const CancelToken &m_cancel;
    ConnectionReport m_report;
    std::string m_certificateExpires;
    std::string m_keyArn;
    std::string m_keyId;
};

} // namespace

ConnectionReport runConnectionTest(const ConnectionTestTarget &target, const TestProgress &progress,
                                   const CancelToken &cancel) {
    return TestRun(target, progress, cancel).run();
}

ConnectionReport reportOfFailedOpening(const Profile &profile, const Error &error, Timestamp now) {
    ConnectionReport report;
    report.region = profile.region;
    report.endpointUrl = endpointUrlOf(profile).value_or(profile.endpointUrl);
    report.testedAt = now;
    report.cancelled = error.code == ErrorCode::Cancelled;
    const TestStep step = stepOf(error);
    for (StepResult &each : report.steps) {
        each = {StepState::Skipped, "Not reached.", {}};
    }
    report.of(step) = failedStep(error);
    return report;
}

} // namespace keyturn::workspace
