// SPDX-License-Identifier: Apache-2.0
// ConnectionReport: what a connection test found out, step by step and operation by operation. Plain value.
#pragma once

#include "base/clock.h"
#include "kms/capabilities.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::workspace {

enum class TestStep : std::uint8_t {
    Resolve,    ///< the host has an address
    Connect,    ///< TCP, and TLS where it is https
    Signature,  ///< credentials were found and the endpoint took the signature
    Identity,   ///< who that is (GetCallerIdentity where there is STS)
    Region,     ///< the keys are in the profile's Region
    Clock,      ///< the endpoint's clock against ours
    Server,     ///< what answers there
    Operations, ///< which operations exist, are refused, are absent
};
inline constexpr std::size_t testStepCount = 8;

enum class StepState : std::uint8_t { Waiting, Running, Passed, Warning, Failed, Skipped };

struct StepResult {
    StepState state = StepState::Waiting;
    std::string detail;   ///< a sentence: what was found
    std::string nextStep; ///< what to do about it; empty where nothing is to be done
};

enum class ProbeState : std::uint8_t {
    NotTried, ///< `reason` says why
    Present,
    Refused, ///< these credentials may not, whatever the key
    Absent
};

struct OperationProbe {
    ProbeState state = ProbeState::NotTried;
    std::string reason;
};

struct ConnectionReport {
    std::array<StepResult, testStepCount> steps{};
    std::string endpointUrl;
    std::string region;
    std::string credentialOrigin;
    std::string serverKind; ///< "AWS KMS", "QKMS", "LocalStack", "Keyturn", "KMS at host:port"
    std::string accountId;
    std::string callerArn;
    std::string tlsProtocol;
    std::string certificateSubject;
    std::optional<std::chrono::seconds> clockOffset; ///< the endpoint's clock minus ours
    std::optional<bool> honoursDryRun;               ///< none: not found out
    std::array<OperationProbe, kms::operationCount> operations{};
    Timestamp testedAt{};
    bool cancelled = false;

    const StepResult &of(TestStep step) const { return steps[static_cast<std::size_t>(step)]; }
    StepResult &of(TestStep step) { return steps[static_cast<std::size_t>(step)]; }
    const OperationProbe &of(kms::OperationId id) const { return operations[static_cast<std::size_t>(id)]; }
    OperationProbe &of(kms::OperationId id) { return operations[static_cast<std::size_t>(id)]; }
    /// No step failed.
    bool passed() const;
};

std::string_view wireName(TestStep step);   ///< "resolve", ...
std::string_view wireName(StepState state); ///< "passed", ...
std::string_view wireName(ProbeState state);
/// For people: "Resolve the host", ...
std::string_view stepTitle(TestStep step);

/// Takes out of capabilities what the test found refused or absent, with the reason that acts are greyed out
/// with.
void applyReport(const ConnectionReport &report, kms::Capabilities &capabilities);

} // namespace keyturn::workspace
