// SPDX-License-Identifier: Apache-2.0
#include "workspace/connection_report.h"

#include "kms/operation.h"

#include <algorithm>

namespace keyturn::workspace {
namespace {

constexpr std::array<std::string_view, testStepCount> stepNames{
    "resolve", "connect", "signature", "identity", "region", "clock", "server", "operations"};
constexpr std::array<std::string_view, testStepCount> stepTitles{
    "Find the host", "Connect", "Sign", "Who am I", "Region", "Clock", "Kind of service", "Operations"};
constexpr std::array<std::string_view, 6> stateNames{"waiting", "running", "passed",
                                                     "warning", "failed",  "skipped"};
constexpr std::array<std::string_view, 4> probeNames{"not-tried", "present", "refused", "absent"};

std::string dayOf(Timestamp time) {
    return formatIso8601(time).substr(0, 10);
}

} // namespace

bool ConnectionReport::passed() const {
    return !cancelled && std::ranges::none_of(steps, [](const StepResult &step) {
        return step.state == StepState::Failed || step.state == StepState::Waiting ||
               step.state == StepState::Running;
    });
}

std::string_view wireName(TestStep step) {
    return stepNames[static_cast<std::size_t>(step)];
}
std::string_view wireName(StepState state) {
    return stateNames[static_cast<std::size_t>(state)];
}
std::string_view wireName(ProbeState state) {
    return probeNames[static_cast<std::size_t>(state)];
}
std::string_view stepTitle(TestStep step) {
    return stepTitles[static_cast<std::size_t>(step)];
}

void applyReport(const ConnectionReport &report, kms::Capabilities &capabilities) {
    const std::string when = "The connection test of " + dayOf(report.testedAt) + " found: ";
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto id = static_cast<kms::OperationId>(i);
        const OperationProbe &probe = report.of(id);
        const bool missing = probe.state == ProbeState::Absent || probe.state == ProbeState::Refused;
        if (missing && capabilities.of(id).available) {
            capabilities.withdraw(id, when + probe.reason);
        }
    }
    if (report.honoursDryRun == false) {
        capabilities.dryRun = false;
    }
    if (capabilities.accountId.empty()) {
        capabilities.accountId = report.accountId;
    }
}

} // namespace keyturn::workspace
