// SPDX-License-Identifier: Apache-2.0
// EndpointKnowledge: what is known of one endpoint, told, guessed or learned: its kind, whether it honours
// DryRun, which operations it lacks, its clock, what was changed there lately. Looks at every request before
// it is sent and at every outcome after. Internal to this module; any thread (one mutex). Errors: Usage,
// UnsupportedOperation.
#pragma once

#include "remote/lane.h"
#include "remote/recent_changes.h"
#include "remote/remote_kms.h"

#include <mutex>

namespace keyturn::remote {

/// What is remembered of a request that is under way.
struct RequestNotes {
    const kms::OperationInfo *operation = nullptr;
    bool dryRun = false;
    std::vector<std::string> names;
    std::vector<std::string> addedTokens; ///< of recent grants, sent along
    std::string endedGrant;               ///< id or token that RetireGrant or RevokeGrant names
    /// A dry run that may only be sent once another has shown that dry runs are honoured there.
    bool needsProof = false;
    std::string keyForProof; ///< empty: it names none
};

class EndpointKnowledge {
public:
    EndpointKnowledge(kms::Capabilities capabilities, ServerKind kind, bool kindIsGiven, bool hostOfAws,
                      std::shared_ptr<const Clock> clock, UniqueFunction<void()> changed);

    /// Refuses what must not be sent there; adds what goes along.
    Result<RequestNotes> prepare(kms::AnyRequest &request);
    Result<kms::AnyReply> examine(const RequestNotes &notes, Result<kms::AnyReply> reply);

    void noteAttempt(bool isRetry);
    void noteArrival(const Arrival &arrival, bool throttled);
    void noteClockOffset(std::chrono::seconds offset);
    void noteAdaptiveRate(std::optional<double> rate);

    kms::Capabilities capabilities() const;
    ConnectionFacts facts() const;
    void setProxy(std::string text);
    std::optional<RecentChange> recentChange(std::string_view keyOrAlias) const;

private:
    Status checkDryRun(RequestNotes &notes, const kms::AnyRequest &request) const;
    Status checkDialect(const kms::AnyRequest &request) const;
    void noteChange(const RequestNotes &notes, const kms::AnyReply &reply);
    bool learn(const RequestNotes &notes, const Error &error);
    Result<kms::AnyReply> dryRunIgnored(const RequestNotes &notes);
    void tellChange();

    mutable std::mutex m_mutex; ///< guards all below
    kms::Capabilities m_capabilities;
    ConnectionFacts m_facts;
    RecentChanges m_changes;
    const bool m_kindIsGiven;
    const bool m_hostOfAws;
    std::mutex m_tellMutex;
    UniqueFunction<void()> m_changed;
};

} // namespace keyturn::remote
