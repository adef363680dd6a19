// SPDX-License-Identifier: Apache-2.0
// FakeSts: STS on loopback. Checks each signature against the keys that it has handed out or was told,
// answers AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity, and plays what a script puts in front:
// the first answers come from the list. Every secret that it gives holds the marker CANARY.
#pragma once

#include "fakes/scripted_peer.h"

#include "base/clock.h"
#include "base/secret_bytes.h"
#include "credentials/settings.h"

#include <deque>
#include <map>
#include <mutex>

namespace keyturn::test {

std::string stsError(int status, const std::string &code, const std::string &message);
/// A form field of a request's body, decoded; empty when absent.
std::string formField(const PeerRequest &request, const std::string &name);

class FakeSts {
public:
    explicit FakeSts(Timestamp now);

    credentials::ServiceEndpoint endpoint() const { return {m_peer.url(), "eu-central-1", "a test"}; }
    std::string url() const { return m_peer.url(); }
    std::vector<PeerRequest> requests() const { return m_peer.requests(); }

    void addKey(const std::string &accessKeyId, const std::string &secret);
    /// Whole HTTP answers that come before any answer of its own.
    void answerFirst(std::vector<std::string> answers);
    void setNow(Timestamp now);
    void setLife(std::chrono::minutes life);
    std::string goodMfaCode = "123456"; ///< set before use

private:
    std::string answer(const PeerRequest &request);
    std::string badSignature(const PeerRequest &request);
    std::string assumed(const PeerRequest &request, const std::string &operation);

    std::mutex m_mutex;
    Timestamp m_now;
    std::chrono::minutes m_life{60};
    std::map<std::string, SecretBytes, std::less<>> m_keys;
    std::deque<std::string> m_first;
    int m_sessions = 0;
    ScriptedPeer m_peer; ///< last: its threads use the rest
};

} // namespace keyturn::test
