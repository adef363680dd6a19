// SPDX-License-Identifier: Apache-2.0
// FakeSso: IAM Identity Center on loopback, OIDC and portal in one: registers clients, starts device logins,
// answers the polls from a list ("pending", "slow_down", "expired", "denied", "busy"; at its end the login is
// confirmed), renews tokens, gives a role's credentials to the tokens that it has handed out. Every secret
// that it gives holds the marker CANARY.
#pragma once

#include "fakes/scripted_peer.h"

#include "base/clock.h"
#include "credentials/settings.h"

#include <deque>
#include <functional>
#include <mutex>
#include <set>

namespace keyturn::test {

class FakeSso {
public:
    explicit FakeSso(std::function<Timestamp()> now);

    credentials::ServiceEndpoint endpoint() const { return {m_peer.url(), "eu-central-1", "a test"}; }
    /// "POST /token" and so on, in order.
    std::vector<std::string> calls() const;
    std::vector<PeerRequest> requests() const { return m_peer.requests(); }

    std::mutex mutex;
    std::deque<std::string> polls;
    std::set<std::string> goodTokens; ///< that the portal takes
    std::string verificationUri = "https://device.sso.eu-central-1.amazonaws.com/";
    std::chrono::minutes tokenLife{480};
    int intervalSeconds = 5; ///< between two polls
    bool givesRefreshToken = true;
    bool takesRefreshToken = true;

private:
    std::string answer(const PeerRequest &request);
    std::string token(const PeerRequest &request);
    std::string newToken();
    std::string roleCredentials(const PeerRequest &request);

    const std::function<Timestamp()> m_now;
    int m_tokens = 0;
    ScriptedPeer m_peer; ///< last: its threads use the rest
};

} // namespace keyturn::test
