// SPDX-License-Identifier: Apache-2.0
#include "remote/lane.h"

namespace keyturn::remote {

namespace {

/// Longer than any call takes; an answer that is older says nothing about now.
constexpr std::chrono::minutes maxRoundTrip{15};

std::optional<std::chrono::seconds> skewOf(const ConnectionSight &sight, const Clock &clock,
                                           std::chrono::steady_clock::time_point sentAt) {
    if (!sight.serverDate || clock.steadyNow() - sentAt > maxRoundTrip) {
        return std::nullopt;
    }
    return std::chrono::round<std::chrono::seconds>(*sight.serverDate - clock.now());
}

} // namespace

Lane::Lane(std::shared_ptr<const Wire> wire)
    : m_wire(std::move(wire))
    , m_toHere(this) {}

Lane::~Lane() {
    for (const auto &[call, attempt] : m_attempts) {
        attempt->abandon();
    }
}

void Lane::prepareManager() {
    m_manager = std::make_unique<QNetworkAccessManager>();
    m_manager->setProxy(m_wire->networkProxy());
    m_manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager->setAutoDeleteReplies(false);
}

void Lane::carry(Shipment shipment) {
    if (!m_manager) {
        prepareManager();
    }
    auto request = signedRequest(*m_wire, *shipment.call, shipment.attempt, shipment.clockOffset);
    if (!request) {
        shipment.arrived({.reply = failFrom(request), .usedOffset = shipment.clockOffset});
        return;
    }
    const RemoteCall *key = shipment.call.get();
    const AttemptPayload payload{shipment.call->body.view(), shipment.gate, shipment.call};
    m_attempts[key] = new Attempt(*m_manager, request->request, payload, m_wire->times,
                                  [this, shipment = std::move(shipment), keys = std::move(request->keys),
                                   sentAt = m_wire->clock->steadyNow()](AttemptResult result) mutable {
                                      m_attempts.erase(shipment.call.get());
                                      arrived(shipment, std::move(keys), sentAt, std::move(result));
                                  });
}

void Lane::arrived(Shipment &shipment, credentials::CredentialsSource::Shared keys,
                   std::chrono::steady_clock::time_point sentAt, AttemptResult result) {
    Arrival arrival{.reply = result.answer ? decodeAnswer(*shipment.call->operation, *result.answer)
                                           : Result<kms::AnyReply>(failFrom(result.answer)),
                    .facts = result.facts,
                    .sight = std::move(result.sight),
                    .usedOffset = shipment.clockOffset,
                    .usedKeys = std::move(keys)};
    if (!result.answer && m_wire->proxy.kind != Proxy::Kind::Direct) {
        arrival.reply.error().detail += " (on the way through the proxy " + m_wire->proxy.text() + ")";
    }
    arrival.clockSkew = skewOf(arrival.sight, *m_wire->clock, sentAt);
    if (result.answer) {
        arrival.hint = looksLike(*result.answer);
    }
    shipment.arrived(std::move(arrival));
}

void Lane::drop(const SharedCall &call) {
    const auto found = m_attempts.find(call.get());
    if (found != m_attempts.end()) {
        found->second->abandon();
        m_attempts.erase(found);
    }
}

} // namespace keyturn::remote
