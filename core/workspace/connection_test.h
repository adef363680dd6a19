// SPDX-License-Identifier: Apache-2.0
// The connection test: who am I there, how far off is the clock, what answers, which operations it has.
// Changes nothing: reads, calls that cannot name a key, and DryRun once Encrypt has proved that the endpoint
// honours it. Blocks (Session::testConnection runs it off the GUI thread); progress comes on the calling
// thread. Its faults are steps of the report, not errors.
#pragma once

#include "base/cancel.h"
#include "kms/service.h"
#include "workspace/connection_report.h"
#include "workspace/profile.h"

#include <functional>
#include <memory>

namespace keyturn::workspace {

/// What the transport has seen so far.
struct TransportSight {
    std::optional<std::chrono::seconds> clockOffset;
    std::string tlsProtocol;
    std::string certificateSubject;
    std::string certificateExpires;
    std::string serverKind;            ///< what the transport takes it for; empty: not known
    std::optional<bool> honoursDryRun; ///< none: the transport has not seen one
};

struct CallerIdentity {
    std::string accountId;
    std::string arn;
};

struct ConnectionTestTarget {
    Profile profile;
    std::string endpointUrl;
    std::string credentialOrigin;
    /// The endpoint itself, without safety or read-only around it: the probe must reach it, and changes
    /// nothing.
    std::shared_ptr<kms::KmsService> service;
    std::function<TransportSight()> sight;
    /// GetCallerIdentity; empty where the endpoint has no STS.
    std::function<Result<CallerIdentity>(const CancelToken &)> identity;
    std::shared_ptr<const Clock> clock = systemClock();
};

/// Told after each change of a step, with the report so far.
using TestProgress = std::function<void(TestStep changed, const ConnectionReport &soFar)>;

ConnectionReport runConnectionTest(const ConnectionTestTarget &target, const TestProgress &progress,
                                   const CancelToken &cancel);

/// The report for a profile that could not even be opened (no credentials, a bad CA bundle): the fault stands
/// at the step it belongs to.
ConnectionReport reportOfFailedOpening(const Profile &profile, const Error &error, Timestamp now);

} // namespace keyturn::workspace
