// SPDX-License-Identifier: Apache-2.0
// The one place where the decorators of a profile are put around a backend, for window and command line
// alike. From the caller inwards, each with the reason for its place:
//   ReadOnlyKms     refuses first, so that a read-only profile never even asks a person
//   SafetyKms       level and deletion window; asks before anything costs a token or leaves the machine
//   RecordedKms     the history: after a person agreed, before anything can be sent (where there is one)
//   RegionGuardKms  endpoints: a key of another Region is refused before it waits its turn
//   RateLimitedKms  endpoints: only what will be sent takes a token
//   ProbedKms       endpoints: what the last connection test found, in capabilities only
//   backend
// Any thread. No errors of its own.
#pragma once

#include "workspace/confirmation.h"
#include "workspace/connection_report.h"
#include "workspace/profile.h"
#include "workspace/rate_limiter.h"

#include "history/recorder.h"
#include "kms/service.h"

#include <memory>
#include <mutex>
#include <optional>

namespace keyturn::workspace {

/// Capabilities as the connection test found them. Refuses nothing: what was absent or refused may have come
/// since, and the service says so itself.
class ProbedKms final : public kms::KmsService {
public:
    ProbedKms(std::shared_ptr<kms::KmsService> inner, std::optional<ConnectionReport> report);

    kms::Capabilities capabilities() const override;
    void submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) override;
    void setReport(ConnectionReport report);

private:
    std::shared_ptr<kms::KmsService> m_inner;
    mutable std::mutex m_mutex;
    std::optional<ConnectionReport> m_report;
};

struct StackParts {
    std::shared_ptr<ConfirmationPort> confirmation; ///< null: what needs one is refused
    std::shared_ptr<ConfirmationTickets> tickets;   ///< null: none
    std::shared_ptr<RateLimiters> rates;            ///< null: a limiter for this stack alone
    std::optional<ConnectionReport> report;         ///< the last test of this profile
    std::shared_ptr<history::Recorder> history{};   ///< null: nothing is recorded
};

struct ServiceStack {
    std::shared_ptr<kms::KmsService> service; ///< what everybody uses
    std::shared_ptr<ProbedKms> probed;        ///< nullptr for a vault
    std::shared_ptr<RateLimiter> limiter;     ///< nullptr for a vault
    std::shared_ptr<history::Recorder> history;
};

ServiceStack buildStack(std::shared_ptr<kms::KmsService> backend, const Profile &profile,
                        const StackParts &parts);

} // namespace keyturn::workspace
