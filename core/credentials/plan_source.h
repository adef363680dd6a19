// SPDX-License-Identifier: Apache-2.0
// Carries a CredentialPlan out: a source that fetches on first use (runs the program, assumes the roles of a
// chain, logs in) and renews by itself, with the outside world behind ports. The source may be asked from any
// thread; its work runs in one thread of its own, which ends with it. The ports are shared. Errors, besides
// those of the ports: Configuration, NoCredentials, ExpiredToken, AccessDenied and other codes of the service
// that refused, TimedOut, BadReply, Cancelled; detail names profile and source.
#pragma once

#include "credentials/command_approvals.h"
#include "credentials/credential_plan.h"
#include "credentials/http_client.h"
#include "credentials/prompts.h"
#include "credentials/session_cache.h"

namespace keyturn::credentials {

struct CredentialPorts {
    std::shared_ptr<HttpClient> http;            ///< null: nothing that needs a service can be had
    std::shared_ptr<CredentialPrompts> prompts;  ///< null: nobody can be asked
    std::shared_ptr<SessionCache> cache;         ///< null: sessions live in memory only
    std::shared_ptr<CommandApprovals> approvals; ///< null: none was ever given
    std::shared_ptr<const Clock> clock = systemClock();
    /// Waits, or fails with Cancelled; unset: really waits.
    std::function<Status(std::chrono::milliseconds, const CancelToken &)> pause;
    std::chrono::milliseconds processTimeout{60'000};
};

std::shared_ptr<CredentialsSource> sourceFor(CredentialPlan plan, CredentialPorts ports);

/// Removes what is cached for the plan (all roles of a chain, the login).
void forgetSessions(const CredentialPlan &plan, SessionCache &cache);

} // namespace keyturn::credentials
