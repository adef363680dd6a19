// SPDX-License-Identifier: Apache-2.0
#include "remote/transport.h"

#include "kms/json.h"
#include "sigv4/signer.h"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QRandomGenerator>
#include <QUuid>

#include <algorithm>
#include <array>

namespace keyturn::remote {

namespace {

constexpr std::string_view contentType = "application/x-amz-json-1.1";

QByteArray bytes(std::string_view text) {
    return QByteArray(text.data(), qsizetype(text.size()));
}

Error cancelled() {
    return clientError(ErrorCode::Cancelled, "the call was cancelled", ErrorOrigin::Client);
}

bool isAboutTime(ErrorCode code) {
    return code == ErrorCode::InvalidSignature || code == ErrorCode::RequestExpired;
}

} // namespace

Transport::Transport(RemoteOptions options, EndpointTarget target, QSslConfiguration tls,
                     std::shared_ptr<SharedFacts> shared)
    : m_options(std::move(options))
    , m_target(std::move(target))
    , m_tls(std::move(tls))
    , m_shared(std::move(shared))
    , m_toHere(this) {
    m_manager.setProxy(QNetworkProxy::NoProxy);
    m_manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager.setAutoDeleteReplies(false);
}

Transport::~Transport() {
    while (!m_calls.empty()) {
        stop(*m_calls.begin(), cancelled());
    }
}

void Transport::take(SharedCall call) {
    m_calls.insert(call);
    call->operation = &kms::operationInfo(call->request.operation());
    call->body = kms::writeJson(call->operation->request, call->request.object());
    call->invocationId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    watch(call);
    m_queue.push_back(std::move(call));
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
                stop(open, clientError(ErrorCode::TimedOut, "the time that was given for this call is over",
                                       ErrorOrigin::Client));
            }
        });
    }
}

void Transport::pump() {
    while (m_inFlight < maxInFlight && !m_queue.empty()) {
        const SharedCall call = std::move(m_queue.front());
        m_queue.pop_front();
        if (call->finished) {
            continue;
        }
        if (auto sent = send(call); !sent) {
            complete(call, failFrom(sent));
        }
    }
}

Status Transport::send(const SharedCall &call) {
    ++call->attempts;
    auto request = signedRequest(*call);
    if (!request) {
        return failFrom(request);
    }
    ++m_inFlight;
    call->attempt =
        new Attempt(m_manager, *request, call->body.view(), {m_options.connectTimeout, m_options.readTimeout},
                    [this, call](AttemptResult result) { attemptDone(call, std::move(result)); });
    return {};
}

Result<QNetworkRequest> Transport::signedRequest(const RemoteCall &call) {
    auto keys = m_options.credentials->current(m_options.clock->now());
    if (!keys) {
        return failFrom(keys);
    }
    const std::string target = "TrentService." + std::string(call.operation->name);
    const std::string attempt =
        "attempt=" + std::to_string(call.attempts) + "; max=" + std::to_string(m_options.maxAttempts);
    const std::array<sigv4::HeaderView, 5> headers = {{{"Host", m_target.hostHeader},
                                                       {"Content-Type", contentType},
                                                       {"X-Amz-Target", target},
                                                       {"amz-sdk-invocation-id", call.invocationId},
                                                       {"amz-sdk-request", attempt}}};
    sigv4::SigningOptions signing;
    signing.region = m_options.region;
    signing.service = "kms";
    signing.time = m_options.clock->now();
    auto added =
        sigv4::signInHeaders({"POST", m_target.path, {}, headers, asBytes(call.body.view())},
                             {(*keys)->accessKeyId, (*keys)->secretKey, (*keys)->sessionToken}, signing);
    if (!added) {
        return failFrom(added);
    }
    QNetworkRequest request(m_target.url);
    request.setSslConfiguration(m_tls);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setHeader(QNetworkRequest::ContentLengthHeader, qint64(call.body.size()));
    for (const sigv4::HeaderView &header : headers) {
        request.setRawHeader(bytes(header.name), bytes(header.value));
    }
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", bytes(m_options.userAgent));
    request.setRawHeader("X-Amz-Date", bytes(added->amzDate));
    if (!(*keys)->sessionToken.empty()) {
        request.setRawHeader("X-Amz-Security-Token", bytes((*keys)->sessionToken.text()));
    }
    request.setRawHeader("Authorization", bytes(added->authorization));
    const std::lock_guard lock(m_shared->mutex);
    m_shared->facts.credentialSource = (*keys)->source;
    return request;
}

void Transport::attemptDone(const SharedCall &call, AttemptResult result) {
    call->attempt = nullptr;
    --m_inFlight;
    note(result.sight);
    Result<kms::AnyReply> reply = result.answer ? decodeAnswer(*call->operation, *result.answer)
                                                : Result<kms::AnyReply>(failFrom(result.answer));
    if (reply) {
        m_quota.giveBack(call->lastPrice);
        complete(call, std::move(reply));
    } else {
        failed(call, std::move(reply.error()), result.facts);
    }
    pump();
}

void Transport::failed(const SharedCall &call, Error error, const AttemptFacts &facts) {
    error.detail += skewHint(error.code);
    switch (verdictOf(*call->operation, error, facts)) {
    case Verdict::Retry:
        error.retryable = true;
        if (call->attempts < m_options.maxAttempts && m_quota.take(facts)) {
            call->lastPrice = RetryQuota::price(facts);
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
    complete(call, fail(std::move(error)));
}

void Transport::retry(const SharedCall &call) {
    const double random =
        m_options.random ? m_options.random() : QRandomGenerator::global()->generateDouble();
    const auto delay = retryDelay(call->attempts - 1, random);
    const auto again = [this, call] {
        if (!call->finished) {
            m_queue.push_back(call);
            pump();
        }
    };
    if (m_options.sleep) {
        m_options.sleep(delay, [toHere = m_toHere, again] { toHere.post(again); });
    } else {
        QTimer::singleShot(delay, this, again);
    }
}

void Transport::stop(const SharedCall &call, Error error) {
    if (call->finished) {
        return;
    }
    if (call->attempt != nullptr) {
        const bool sent = call->attempt->wasSent();
        call->attempt->abandon();
        call->attempt = nullptr;
        --m_inFlight;
        if (sent && error.code == ErrorCode::TimedOut && !call->operation->retrySafe) {
            error.code = ErrorCode::OutcomeUnknown;
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
        reply.error().operation = keep->operation->name;
        reply.error().attempts = keep->attempts;
    }
    kms::Completion completion = std::move(keep->completion);
    completion(std::move(reply));
}

void Transport::note(const ConnectionSight &sight) {
    const std::lock_guard lock(m_shared->mutex);
    ConnectionFacts &facts = m_shared->facts;
    if (sight.serverDate) {
        facts.clockSkew =
            std::chrono::round<std::chrono::seconds>(*sight.serverDate - m_options.clock->now());
    }
    if (!sight.tlsProtocol.empty()) {
        facts.tlsProtocol = sight.tlsProtocol;
        facts.certificateSubject = sight.certificateSubject;
        facts.certificateExpires = sight.certificateExpires;
    }
}

/// A signature that is refused while the clocks differ is refused for that.
std::string Transport::skewHint(ErrorCode code) const {
    if (!isAboutTime(code)) {
        return {};
    }
    const std::lock_guard lock(m_shared->mutex);
    const auto skew = m_shared->facts.clockSkew;
    if (!skew || std::chrono::abs(*skew) < std::chrono::minutes(4)) {
        return {};
    }
    return "this computer's clock is " + std::to_string(std::chrono::abs(*skew).count()) + " s " +
           (skew->count() > 0 ? "behind" : "ahead of") + " the endpoint's: set it right";
}

} // namespace keyturn::remote
