// SPDX-License-Identifier: Apache-2.0
// LoopbackKmsServer: any KmsService behind the wire protocol of AWS KMS on loopback (kms-semantics.md
// section 1), so that a remote client can be run against it: SigV4 is checked, errors come as AWS sends them.
// For tests. Thread rule: each connection has a thread of its own; the service must outlive the server.
#pragma once

#include "base/clock.h"
#include "base/secret_bytes.h"
#include "fakes/scripted_peer.h"
#include "kms/service.h"

#include <atomic>
#include <memory>
#include <string>

namespace keyturn::test {

struct LoopbackOptions {
    std::string region = "eu-central-1";
    std::string accessKeyId = "AKIATEST";
    std::string secretKey = "secret-CANARY";
    std::shared_ptr<const Clock> clock = systemClock(); ///< signatures are good for five minutes around it
};

class LoopbackKmsServer {
public:
    explicit LoopbackKmsServer(kms::KmsService &service, LoopbackOptions options = {});

    std::string url() const { return m_peer.url(); }
    int requests() const { return m_requests; }

private:
    std::string answer(const PeerRequest &request);
    Result<kms::AnyRequest> decode(const PeerRequest &request) const;
    Status authenticate(const PeerRequest &request) const;

    kms::KmsService &m_service;
    LoopbackOptions m_options;
    SecretBytes m_secretKey;
    std::atomic<int> m_requests = 0;
    ScriptedPeer m_peer; ///< last: its threads use the rest
};

} // namespace keyturn::test
