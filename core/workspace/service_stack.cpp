// SPDX-License-Identifier: Apache-2.0
#include "workspace/service_stack.h"

#include "history/recorded_kms.h"
#include "workspace/rate_limited_kms.h"
#include "workspace/read_only_kms.h"
#include "workspace/region_guard_kms.h"
#include "workspace/safety_kms.h"

namespace keyturn::workspace {

ProbedKms::ProbedKms(std::shared_ptr<kms::KmsService> inner, std::optional<ConnectionReport> report)
    : m_inner(std::move(inner))
    , m_report(std::move(report)) {}

kms::Capabilities ProbedKms::capabilities() const {
    kms::Capabilities capabilities = m_inner->capabilities();
    const std::lock_guard lock(m_mutex);
    if (m_report) {
        applyReport(*m_report, capabilities);
    }
    return capabilities;
}

void ProbedKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    m_inner->submit(std::move(request), std::move(context), std::move(completion));
}

void ProbedKms::setReport(ConnectionReport report) {
    const std::lock_guard lock(m_mutex);
    m_report = std::move(report);
}

ServiceStack buildStack(std::shared_ptr<kms::KmsService> backend, const Profile &profile,
                        const StackParts &parts) {
    ServiceStack stack;
    stack.service = std::move(backend);
    if (profile.kind == ProfileKind::Endpoint) {
        stack.probed = std::make_shared<ProbedKms>(std::move(stack.service), parts.report);
        const auto rates = parts.rates ? parts.rates : std::make_shared<RateLimiters>();
        stack.limiter = rates->of(endpointUrlOf(profile).value_or(profile.endpointUrl), profile.region,
                                  profile.callsPerSecond.value_or(0));
        stack.service = std::make_shared<RateLimitedKms>(stack.probed, stack.limiter);
        stack.service = std::make_shared<RegionGuardKms>(std::move(stack.service), profile.region);
    }
    stack.history = parts.history;
    if (stack.history) {
        const auto certainty = profile.kind == ProfileKind::Vault ? history::Certainty::Follows
                                                                  : history::Certainty::IntentFirst;
        stack.service = std::make_shared<history::RecordedKms>(std::move(stack.service), stack.history,
                                                               profile.name, certainty);
    }
    stack.service = std::make_shared<SafetyKms>(std::move(stack.service), safetyRulesOf(profile),
                                                parts.confirmation, parts.tickets);
    if (profile.isReadOnly()) {
        stack.service = std::make_shared<ReadOnlyKms>(std::move(stack.service),
                                                      "The profile \"" + profile.name + "\" is read-only.");
    }
    return stack;
}

} // namespace keyturn::workspace
