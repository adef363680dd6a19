// SPDX-License-Identifier: Apache-2.0
// keyturn-cli profile test: the connection test, step by step, and what it found. 0 when nothing failed.
#include "console.h"
#include "kms/call.h"
#include "kms/operations/list_keys.h"
#include "profile_verbs.h"
#include "report.h"
#include "target.h"
#include "workspace/connection_test.h"
#include "workspace/probe_store.h"

namespace keyturn::cli {
namespace {

using aws::Value;
using workspace::ConnectionReport;
using workspace::Profile;
using workspace::StepState;
using workspace::TestStep;

Value textOrNull(const std::string &text) {
    return text.empty() ? Value() : Value::text(text);
}

Value stepsValue(const ConnectionReport &report) {
    Value::List steps;
    for (std::size_t i = 0; i < workspace::testStepCount; ++i) {
        const auto &step = report.steps[i];
        steps.push_back(Value::map({{"Step", Value::text(wireName(static_cast<TestStep>(i)))},
                                    {"State", Value::text(wireName(step.state))},
                                    {"Detail", Value::text(step.detail)},
                                    {"NextStep", textOrNull(step.nextStep)}}));
    }
    return Value::list(std::move(steps));
}

Value operationsValue(const ConnectionReport &report) {
    Value::List operations;
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto &info = kms::operationInfo(static_cast<kms::OperationId>(i));
        const auto &probe = report.of(info.id);
        operations.push_back(Value::map({{"Operation", Value::text(info.name)},
                                         {"State", Value::text(wireName(probe.state))},
                                         {"Reason", textOrNull(probe.reason)}}));
    }
    return Value::list(std::move(operations));
}

Value reportValue(const Profile &profile, const ConnectionReport &report) {
    const auto offset = report.clockOffset;
    return Value::map(
        {{"Profile", Value::text(profile.name)},
         {"Passed", Value::boolean(report.passed())},
         {"EndpointUrl", textOrNull(report.endpointUrl)},
         {"Region", textOrNull(report.region)},
         {"Credentials", textOrNull(report.credentialOrigin)},
         {"Server", textOrNull(report.serverKind)},
         {"Account", textOrNull(report.accountId)},
         {"Arn", textOrNull(report.callerArn)},
         {"Tls", textOrNull(report.tlsProtocol)},
         {"ClockOffsetSeconds", offset ? Value::integer(offset->count()) : Value()},
         {"HonoursDryRun", report.honoursDryRun ? Value::boolean(*report.honoursDryRun) : Value()},
         {"Steps", stepsValue(report)},
         {"Operations", operationsValue(report)}});
}

std::string padded(std::string text, std::size_t width) {
    return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

void printStep(TestStep step, const ConnectionReport &report) {
    const auto &result = report.of(step);
    if (result.state == StepState::Running || result.state == StepState::Waiting) {
        return;
    }
    printOut(padded(std::string(stepTitle(step)), 16) + padded(std::string(wireName(result.state)), 9) +
             result.detail + "\n");
    if (!result.nextStep.empty()) {
        printOut(std::string(25, ' ') + result.nextStep + "\n");
    }
}

/// What is not simply there; the rest is said by its number.
void printOperations(const ConnectionReport &report) {
    for (std::size_t i = 0; i < kms::operationCount; ++i) {
        const auto &info = kms::operationInfo(static_cast<kms::OperationId>(i));
        const auto &probe = report.of(info.id);
        if (probe.state != workspace::ProbeState::Present || !probe.reason.empty()) {
            printOut("  " + padded(std::string(info.name), 34) +
                     padded(std::string(wireName(probe.state)), 11) + probe.reason + "\n");
        }
    }
}

ExitOutcome testVault(const Profile &profile, const CommandLine &line, Runtime &runtime) {
    CommandLine chosen = line;
    chosen.globals.values.insert_or_assign("profile", std::vector<std::string>{profile.name});
    auto target = findTarget(chosen);
    if (!target) {
        return failureFrom(target);
    }
    auto open = openTarget(*target, chosen, runtime);
    if (!open) {
        return failureFrom(open);
    }
    kms::ListKeys::Request request;
    request.limit = 1;
    auto reply = kms::callAndWait<kms::ListKeys>(*open->service, std::move(request));
    if (!reply) {
        return tl::unexpected<Failure>(callFailure(reply.error(), *target));
    }
    const auto capabilities = open->service->capabilities();
    printReport(Value::map({{"Profile", Value::text(profile.name)},
                            {"Passed", Value::boolean(true)},
                            {"Server", Value::text(capabilities.backend)},
                            {"Account", textOrNull(capabilities.accountId)},
                            {"Region", textOrNull(capabilities.region)}}),
                line.wantsJson());
    return exitOk;
}

/// One line a step, printed once, when it has its outcome.
class StepPrinter {
public:
    void changed(TestStep step, const ConnectionReport &report) {
        const auto state = report.of(step).state;
        if (state != m_printed[static_cast<std::size_t>(step)]) {
            m_printed[static_cast<std::size_t>(step)] = state;
            printStep(step, report);
        }
    }
    void finish(const ConnectionReport &report) {
        for (std::size_t i = 0; i < workspace::testStepCount; ++i) {
            changed(static_cast<TestStep>(i), report);
        }
    }

private:
    std::array<StepState, workspace::testStepCount> m_printed{};
};

} // namespace

ExitOutcome testProfile(const CommandLine &line, Runtime &runtime) {
    auto profile = namedProfile(line);
    if (!profile) {
        return failureFrom(profile);
    }
    if (profile->kind == workspace::ProfileKind::Vault) {
        return testVault(*profile, line, runtime);
    }
    StepPrinter printer;
    const bool json = line.wantsJson();
    const auto changed = [&](TestStep step, const ConnectionReport &soFar) {
        if (!json) {
            printer.changed(step, soFar);
        }
    };
    auto connection = connectProfile(*profile, line, runtime);
    if (!connection && !connection.error().error) {
        return failureFrom(connection);
    }
    const ConnectionReport report =
        connection ? runConnectionTest(testTargetOf(*profile, *connection), changed, {})
                   : reportOfFailedOpening(*profile, *connection.error().error, systemClock()->now());
    // What cannot be kept is found out again next time.
    static_cast<void>(workspace::ProbeStore().save(*profile, report).has_value());
    if (json) {
        printReport(reportValue(*profile, report), true);
    } else {
        printer.finish(report);
        printOperations(report);
    }
    return report.passed() ? exitOk : exitFailed;
}

} // namespace keyturn::cli
