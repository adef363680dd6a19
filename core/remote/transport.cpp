// SPDX-License-Identifier: Apache-2.0
#include "remote/transport.h"

#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>

namespace keyturn::remote {

namespace {

Error cancelled() {
    return clientError(ErrorCode::Cancelled, "the call was cancelled", ErrorOrigin::Client);
}

Error timeIsOver() {
    return clientError(ErrorCode::TimedOut, "the time that was given for this call is over",
                       ErrorOrigin::Client);
}

Error queueIsFull(std::size_t maxWaiting) {
    Error error = clientError(ErrorCode::Throttling, "more than " + std::to_string(maxWaiting) +
                                                         " calls wait for this endpoint already, so this one "
                                                         "was not taken: make fewer at a time");
    error.retryable = true;
    return error;
}

} // namespace

Transport::Transport(RemoteOptions options, std::shared_ptr<const Wire> wire,
                     std::shared_ptr<EndpointKnowledge> knowledge)
    : m_options(std::move(options))
    , m_wire(std::move(wire))
    , m_knowledge(std::move(knowledge))
    , m_toHere(this)
    , m_lanes(std::make_unique<LanePool>(m_wire, m_options.connectionGroups))
    , m_queue(m_options.maxWaiting)
    , m_rate(seconds()) {}

Transport::~Transport() {
    m_stopKeys.cancel();
    m_lanes.reset(); // from here on nothing arrives
    while (!m_calls.empty()) {
        (*m_calls.begin())->lane = nullptr;
        complete(*m_calls.begin(), fail(cancelled()));
    }
}

double Transport::seconds() const {
    return std::chrono::duration<double>(m_options.clock->steadyNow().time_since_epoch()).count();
}

void Transport::take(SharedCall call) {
    m_calls.insert(call);
    if (endsUnsent(call)) {
        return;
    }
    if (!m_queue.push(call)) {
        complete(call, fail(queueIsFull(m_options.maxWaiting)));
        return;
    }
    watch(call);
    pump();
}

/// Cancel and deadline, for as long as the call is open.
void Transport::watch(const SharedCall &call) {
    const std::weak_ptr<RemoteCall> weak = call;
    call->cancelled = call->context.cancel.onCancel([this, weak, toHere = m_toHere] {
        toHere.post([this, weak] {
            if (const SharedCall open = weak.lock()) {
                stop(open, cancelled());
            }
        });
    });
    if (call->context.deadline) {
        const auto left = *call->context.deadline - std::chrono::steady_clock::now();
        const auto leftMs = std::chrono::ceil<std::chrono::milliseconds>(left);
        QTimer::singleShot(std::max(leftMs, std::chrono::milliseconds(0)), this, [this, weak] {
            if (const SharedCall open = weak.lock()) {
                stop(open, timeIsOver());
            }
        });
    }
}

void Transport::pump() {
    while (m_lanes->hasRoom() && !m_queue.empty() && !mustWaitForKeys() && !mustWaitForRate()) {
        const SharedCall call = m_queue.pop();
        if (!endsUnsent(call)) {
            send(call);
        }
    }
}

/// What watch() posts may still be on its way here, and what is cancelled must not reach the endpoint.
bool Transport::endsUnsent(const SharedCall &call) {
    const auto &deadline = call->context.deadline;
    if (call->context.cancel.isCancelled()) {
        complete(call, fail(cancelled()));
    } else if (deadline && *deadline <= std::chrono::steady_clock::now()) {
        complete(call, fail(timeIsOver()));
    }
    return call->finished;
}

/// Credentials that have to be fetched or renewed first: everybody waits for them, so the order stays.
bool Transport::mustWaitForKeys() {
    const Timestamp now = m_options.clock->now();
    if (m_waitsForKeys || m_options.credentials->current(now)) {
        return m_waitsForKeys;
    }
    m_waitsForKeys = true;
    m_stopKeys = CancelSource();
    m_options.credentials->obtain(
        now, m_stopKeys.token(),
        [this, toHere = m_toHere](Result<credentials::CredentialsSource::Shared> keys) {
            toHere.post([this, keys = std::move(keys)]() mutable { keysCame(std::move(keys)); });
        });
    return true;
}

void Transport::keysCame(Result<credentials::CredentialsSource::Shared> keys) {
    m_waitsForKeys = false;
    const bool stopped = m_stopKeys.isCancelled(); // nobody waited any more; whoever has come since asks anew
    while (!keys && !stopped && !m_queue.empty()) {
        complete(m_queue.pop(), fail(keys.error()));
    }
    pump();
}

/// Of the adaptive mode: everybody waits for the next token, so the order stays.
bool Transport::mustWaitForRate() {
    if (m_options.retryMode != RetryMode::Adaptive) {
        return false;
    }
    if (m_waitsForRate) {
        return true;
    }
    const double waitSeconds = m_rate.waitToSend(seconds());
    if (waitSeconds <= 0) {
        return false;
    }
    m_waitsForRate = true;
    wait(std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(waitSeconds)), [this] {
        m_waitsForRate = false;
        pump();
    });
    return true;
}

void Transport::send(const SharedCall &call) {
    ++call->attempts;
    call->gate = std::make_shared<SendGate>();
    call->lane = m_lanes->reserve();
    m_knowledge->noteAttempt(call->attempts > 1);
    Shipment shipment{call, call->gate, call->attempts, m_offset.current(), {}};
    shipment.arrived = [this, call, gate = call->gate, toHere = m_toHere](Arrival arrival) {
        toHere.post([this, call, gate, arrival = std::move(arrival)]() mutable {
            arrived(call, gate.get(), std::move(arrival));
        });
    };
    call->lane->post(
        [lane = call->lane, shipment = std::move(shipment)]() mutable { lane->carry(std::move(shipment)); });
}

void Transport::arrived(const SharedCall &call, const SendGate *gate, Arrival arrival) {
    if (call->finished || call->gate.get() != gate) {
        return; // it was stopped while this was on its way here
    }
    m_lanes->release(std::exchange(call->lane, nullptr));
    const bool throttled = !arrival.reply && isThrottling(arrival.reply.error());
    m_knowledge->noteArrival(arrival, throttled);
    if (m_options.retryMode == RetryMode::Adaptive) {
        m_rate.answered(throttled, seconds());
        m_knowledge->noteAdaptiveRate(m_rate.limit());
    }
    if (arrival.reply) {
        m_quota.giveBack(call->lastPrice);
        complete(call, std::move(arrival.reply));
    } else {
        failed(call, arrival.reply.error(), arrival);
    }
    pump();
}

/// Temporary keys can end before their time: once a call, others are got and tried.
bool Transport::triesOtherKeys(const SharedCall &call, const Error &error, const Arrival &arrival) {
    if (error.code != ErrorCode::ExpiredToken || !arrival.usedKeys || call->keysRenewed) {
        return false;
    }
    m_options.credentials->refused(*arrival.usedKeys);
    const auto atHand = m_options.credentials->current(m_options.clock->now());
    if (atHand && *atHand == arrival.usedKeys) {
        return false; // this source has no others
    }
    call->keysRenewed = true;
    m_queue.pushFirst(call); // arrived() pumps
    return true;
}

void Transport::failed(const SharedCall &call, Error error, const Arrival &arrival) {
    if (triesOtherKeys(call, error, arrival)) {
        return;
    }
    Verdict verdict = verdictOf(*call->operation, error, arrival.facts);
    if (m_offset.movedBy(error, arrival.clockSkew, arrival.usedOffset)) {
        m_knowledge->noteClockOffset(m_offset.current());
        verdict = Verdict::Retry;
    }
    switch (verdict) {
    case Verdict::Retry:
        error.retryable = true;
        if (call->attempts < m_options.maxAttempts && m_quota.take(arrival.facts)) {
            call->lastPrice = RetryQuota::price(arrival.facts);
            retry(call);
            return;
        }
        break;
    case Verdict::OutcomeUnknown:
        error.code = ErrorCode::OutcomeUnknown;
        error.detail = "the request was sent and its answer was lost, so it may have been carried out: check "
                       "before you repeat it (" +
                       error.detail + ")";
        break;
    case Verdict::Final:
        break;
    }
    error.detail += skewHint(error);
    complete(call, fail(std::move(error)));
}

void Transport::retry(const SharedCall &call) {
    const double random =
        m_options.random ? m_options.random() : QRandomGenerator::global()->generateDouble();
    wait(retryDelay(call->attempts - 1, random), [this, call] {
        if (!call->finished) {
            m_queue.pushFirst(call);
            pump();
        }
    });
}

void Transport::wait(std::chrono::milliseconds time, UniqueFunction<void()> then) {
    auto shared = std::make_shared<UniqueFunction<void()>>(std::move(then));
    if (m_options.sleep) {
        m_options.sleep(time, [toHere = m_toHere, shared] { toHere.post([shared] { (*shared)(); }); });
    } else {
        QTimer::singleShot(time, this, [shared] { (*shared)(); });
    }
}

void Transport::stop(const SharedCall &call, Error error) {
    if (call->finished) {
        return;
    }
    if (Lane *lane = std::exchange(call->lane, nullptr)) {
        const bool sent = call->gate->close();
        lane->post([lane, call] { lane->drop(call); });
        m_lanes->release(lane);
        if (sent && error.code == ErrorCode::TimedOut && !call->operation->retrySafe) {
            error.code = ErrorCode::OutcomeUnknown;
        }
    } else {
        m_queue.remove(call);
        if (m_waitsForKeys && m_queue.empty()) {
            m_stopKeys.cancel(); // a question to a person goes away with the last who needs its answer
        }
    }
    complete(call, fail(std::move(error)));
    pump();
}

void Transport::complete(const SharedCall &call, Result<kms::AnyReply> reply) {
    const SharedCall keep = call; // `call` may be a reference into m_calls
    keep->finished = true;
    m_calls.erase(keep);
    keep->cancelled = {};
    if (!reply) {
        if (reply.error().operation.empty()) { // the keys may have failed in an operation of their own
            reply.error().operation = keep->operation->name;
        }
        reply.error().attempts = keep->attempts;
    }
    kms::Completion completion = std::move(keep->completion);
    completion(std::move(reply));
}

/// A signature that is refused while the clocks differ is refused for that.
std::string Transport::skewHint(const Error &error) const {
    const bool aboutTime =
        error.code == ErrorCode::InvalidSignature || error.code == ErrorCode::RequestExpired;
    const auto skew = m_knowledge->facts().clockSkew;
    if (!aboutTime || !skew || std::chrono::abs(*skew) < std::chrono::minutes(4)) {
        return {};
    }
    return "this computer's clock is " + std::to_string(std::chrono::abs(*skew).count()) + " s " +
           (skew->count() > 0 ? "behind" : "ahead of") + " the endpoint's: set it right";
}

} // namespace keyturn::remote
