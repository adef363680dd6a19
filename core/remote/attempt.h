// SPDX-License-Identifier: Apache-2.0
// Attempt: one HTTP request and what came of it. Watches two times (until the request has left, until the
// whole answer is in), bounds the answer, follows no redirect, keeps no cookie. Answers once, or never when
// it was abandoned first; either way the connection is let go at once and the object deletes itself. Internal
// to this module; worker thread. Errors: HostNotFound, ConnectionFailed, TlsFailed, TimedOut, BadReply,
// ReplyTooLarge, Configuration (a proxy that wants a password).
#pragma once

#include "remote/http_answer.h"
#include "remote/one_shot_body.h"
#include "remote/retry_rules.h"

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_function.h"

#include <QNetworkReply>
#include <QObject>
#include <QTimer>

#include <optional>

class QNetworkAccessManager;
class QNetworkRequest;

namespace keyturn::remote {

inline constexpr std::size_t maxReplyBytes = 1024 * 1024;

struct AttemptTimes {
    std::chrono::milliseconds connect;
    std::chrono::milliseconds read;
};

/// What the connection told about itself.
struct ConnectionSight {
    std::optional<Timestamp> serverDate;
    std::string tlsProtocol;
    std::string certificateSubject;
    std::string certificateExpires;
};

struct AttemptResult {
    Result<HttpAnswer> answer;
    AttemptFacts facts;
    ConnectionSight sight;
};

class Attempt final : public QObject {
public:
    Attempt(QNetworkAccessManager &manager, const QNetworkRequest &request, const AttemptPayload &payload,
            AttemptTimes times, UniqueFunction<void(AttemptResult)> done);
    ~Attempt() override;

    /// Aborts the connection; nobody is told.
    void abandon();

private:
    void limitReading();
    void letGo();
    void listen();
    void requestLeft();
    void readSome();
    void replyFinished();
    void timedOut(const char *during, std::chrono::milliseconds after);
    void finish(Result<HttpAnswer> answer);
    HttpAnswer takeAnswer();
    ConnectionSight look() const;

    QNetworkReply *m_reply = nullptr;
    UniqueFunction<void(AttemptResult)> m_done;
    const std::shared_ptr<SendGate> m_gate;
    AttemptTimes m_times;
    QTimer m_timer;
    AttemptFacts m_facts;
    SecretText m_body;
    std::string m_tlsErrors;
};

} // namespace keyturn::remote
