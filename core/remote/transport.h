// SPDX-License-Identifier: Apache-2.0
// Transport: the deciding half of RemoteKms. Its queue stands before the lanes, so that no time-out runs
// while a request only waits; it decides about retries, the adaptive rate and the clock offset, and answers
// every call exactly once. Internal to this module; made, used and deleted in one worker thread.
#pragma once

#include "remote/adaptive_rate.h"
#include "remote/call_queue.h"
#include "remote/clock_offset.h"
#include "remote/endpoint_knowledge.h"
#include "remote/lane_pool.h"

#include <QObject>

#include <set>

namespace keyturn::remote {

class Transport final : public QObject {
public:
    Transport(RemoteOptions options, std::shared_ptr<const Wire> wire,
              std::shared_ptr<EndpointKnowledge> knowledge);
    ~Transport() override; ///< every open call ends as Cancelled

    void take(SharedCall call);

private:
    void watch(const SharedCall &call);
    void pump();
    bool endsUnsent(const SharedCall &call);
    bool mustWaitForRate();
    bool mustWaitForKeys();
    bool triesOtherKeys(const SharedCall &call, const Error &error, const Arrival &arrival);
    void keysCame(Result<credentials::CredentialsSource::Shared> keys);
    void send(const SharedCall &call);
    void arrived(const SharedCall &call, const SendGate *gate, Arrival arrival);
    void failed(const SharedCall &call, Error error, const Arrival &arrival);
    void retry(const SharedCall &call);
    void wait(std::chrono::milliseconds time, UniqueFunction<void()> then);
    void complete(const SharedCall &call, Result<kms::AnyReply> reply);
    void stop(const SharedCall &call, Error error);
    std::string skewHint(const Error &error) const;
    double seconds() const;

    RemoteOptions m_options;
    const std::shared_ptr<const Wire> m_wire;
    const std::shared_ptr<EndpointKnowledge> m_knowledge;
    const kms::Delivery m_toHere;
    std::unique_ptr<LanePool> m_lanes;
    std::set<SharedCall> m_calls; ///< all that have no answer yet
    CallQueue m_queue;
    RetryQuota m_quota;
    AdaptiveRate m_rate;
    bool m_waitsForRate = false;
    bool m_waitsForKeys = false;
    CancelSource m_stopKeys; ///< of the wait for credentials
    ClockOffset m_offset;
};

} // namespace keyturn::remote
