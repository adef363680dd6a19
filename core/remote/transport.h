// SPDX-License-Identifier: Apache-2.0
// Transport: the worker-thread half of RemoteKms. Its own queue keeps at most six requests in flight, so that
// no time runs while a request only waits; signs each attempt when it goes out; decides about retries;
// answers every call exactly once. Internal to this module; made, used and deleted in the worker thread.
#pragma once

#include "remote/attempt.h"
#include "remote/endpoint_url.h"
#include "remote/remote_call.h"
#include "remote/remote_kms.h"

#include "kms/call.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QSslConfiguration>

#include <deque>
#include <mutex>
#include <set>

namespace keyturn::remote {

/// What is shared with the other threads.
struct SharedFacts {
    mutable std::mutex mutex;
    ConnectionFacts facts;
};

class Transport final : public QObject {
public:
    Transport(RemoteOptions options, EndpointTarget target, QSslConfiguration tls,
              std::shared_ptr<SharedFacts> shared);
    ~Transport() override; ///< every open call ends as Cancelled

    void take(SharedCall call);

private:
    static constexpr std::size_t maxInFlight = 6;

    void watch(const SharedCall &call);
    void pump();
    Status send(const SharedCall &call);
    Result<QNetworkRequest> signedRequest(const RemoteCall &call);
    void attemptDone(const SharedCall &call, AttemptResult result);
    void failed(const SharedCall &call, Error error, const AttemptFacts &facts);
    void retry(const SharedCall &call);
    void complete(const SharedCall &call, Result<kms::AnyReply> reply);
    void stop(const SharedCall &call, Error error);
    void note(const ConnectionSight &sight);
    std::string skewHint(ErrorCode code) const;

    RemoteOptions m_options;
    const EndpointTarget m_target;
    const QSslConfiguration m_tls;
    const std::shared_ptr<SharedFacts> m_shared;
    QNetworkAccessManager m_manager;
    kms::Delivery m_toHere;
    std::set<SharedCall> m_calls; ///< all that have no answer yet
    std::deque<SharedCall> m_queue;
    std::size_t m_inFlight = 0;
    RetryQuota m_quota;
};

} // namespace keyturn::remote
