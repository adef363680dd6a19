// SPDX-License-Identifier: Apache-2.0
#include "remote/attempt.h"

#include "credentials/http_rules.h"

#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslConfiguration>
#include <QSslError>

namespace keyturn::remote {

namespace {

std::string headerOf(const QNetworkReply &reply, const char *name) {
    return reply.rawHeader(name).toStdString();
}

Error networkError(ErrorCode code, std::string detail) {
    return clientError(code, std::move(detail), ErrorOrigin::Network);
}

std::string describeTlsError(const QSslError &error) {
    std::string text = error.errorString().toStdString();
    const QSslCertificate certificate = error.certificate();
    if (!certificate.isNull()) {
        text += " (certificate of " +
                certificate.subjectInfo(QSslCertificate::CommonName).join(u' ').toStdString() +
                ", valid until " + certificate.expiryDate().toUTC().toString(Qt::ISODate).toStdString() + ")";
    }
    return text;
}

/// An error of the transport, with no answer to look at.
Error transportError(QNetworkReply::NetworkError error, const std::string &text,
                     const std::string &tlsErrors) {
    switch (error) {
    case QNetworkReply::HostNotFoundError:
        return networkError(ErrorCode::HostNotFound, "the endpoint's host name is not known: " + text);
    case QNetworkReply::SslHandshakeFailedError:
        return networkError(ErrorCode::TlsFailed, "the endpoint's TLS connection is not trusted: " +
                                                      (tlsErrors.empty() ? text : tlsErrors));
    case QNetworkReply::TimeoutError:
        return networkError(ErrorCode::TimedOut, "the endpoint could not be connected to in time");
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
        return networkError(ErrorCode::BadReply, "the endpoint does not speak HTTP as it should: " + text);
    case QNetworkReply::ContentReSendError:
        return networkError(ErrorCode::ConnectionFailed,
                            "the endpoint closed the connection before it answered");
    case QNetworkReply::ProxyAuthenticationRequiredError:
        return networkError(ErrorCode::Configuration,
                            "the proxy asks for a user name and a password, or does not take those it was "
                            "given: write them as http://user:password@host:port; only the Basic scheme is "
                            "spoken");
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::UnknownProxyError:
        return networkError(ErrorCode::ConnectionFailed, "the proxy failed: " + text);
    default:
        return networkError(ErrorCode::ConnectionFailed, "the connection to the endpoint failed: " + text);
    }
}

/// Errors of QNetworkReply that only repeat an HTTP status we look at ourselves.
bool onlyStatus(QNetworkReply::NetworkError error) {
    switch (error) {
    case QNetworkReply::NoError:
    case QNetworkReply::ContentAccessDenied:
    case QNetworkReply::ContentOperationNotPermittedError:
    case QNetworkReply::ContentNotFoundError:
    case QNetworkReply::ContentConflictError:
    case QNetworkReply::ContentGoneError:
    case QNetworkReply::AuthenticationRequiredError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::UnknownContentError:
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::InternalServerError:
    case QNetworkReply::OperationNotImplementedError:
    case QNetworkReply::ServiceUnavailableError:
    case QNetworkReply::UnknownServerError:
        return true;
    default:
        return false;
    }
}

} // namespace

Attempt::Attempt(QNetworkAccessManager &manager, const QNetworkRequest &request,
                 const AttemptPayload &payload, AttemptTimes times, UniqueFunction<void(AttemptResult)> done)
    : m_done(std::move(done))
    , m_gate(payload.gate)
    , m_times(times) {
    auto *device = new OneShotBody(payload);
    m_reply = manager.post(request, device);
    device->setParent(m_reply);
    limitReading();
    m_timer.setSingleShot(true);
    listen();
    m_timer.start(m_times.connect);
}

Attempt::~Attempt() {
    letGo();
}

/// Without a limit Qt's HTTP thread reads on for as long as bytes come, and a peer that sends without end
/// keeps it from ever hearing of an abort. The limit reaches that thread only once the operation has been
/// started, which Qt does through the event loop: so it is set after that, and before the request leaves.
void Attempt::limitReading() {
    constexpr qint64 bufferBytes = 64 * 1024;
    m_reply->setReadBufferSize(bufferBytes);
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_reply != nullptr) {
                m_reply->setReadBufferSize(bufferBytes);
            }
        },
        Qt::QueuedConnection);
}

void Attempt::abandon() {
    m_done = nullptr;
    letGo();
    deleteLater();
}

void Attempt::letGo() {
    m_timer.stop();
    if (QNetworkReply *reply = std::exchange(m_reply, nullptr)) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

void Attempt::listen() {
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_facts.sent ? timedOut("answer", m_times.read) : timedOut("take the request", m_times.connect);
    });
    connect(m_reply, &QNetworkReply::requestSent, this, &Attempt::requestLeft);
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64 total) {
        if (total > 0 && sent == total) {
            requestLeft();
        }
    });
    connect(m_reply, &QNetworkReply::readyRead, this, &Attempt::readSome);
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors) {
            m_tlsErrors += (m_tlsErrors.empty() ? "" : "; ") + describeTlsError(error);
        }
    });
    connect(m_reply, &QNetworkReply::finished, this, &Attempt::replyFinished);
}

/// From here on the request may be carried out, and one time bounds the whole answer: a peer that sends a
/// byte now and then must not hold a call for ever.
void Attempt::requestLeft() {
    if (!m_facts.sent) {
        m_facts.sent = true;
        m_timer.start(m_times.read);
    }
}

void Attempt::readSome() {
    bool good = false;
    const qint64 announced = m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong(&good);
    bool tooLarge = good && announced > qint64(maxReplyBytes);
    char chunk[16 * 1024];
    for (qint64 size = 0; !tooLarge && (size = m_reply->read(chunk, sizeof chunk)) > 0;) {
        requestLeft(); // or it would not answer
        m_body.append(std::string_view(chunk, std::size_t(size)));
        tooLarge = m_body.size() > maxReplyBytes;
    }
    wipe(MutableByteView(reinterpret_cast<std::uint8_t *>(chunk), sizeof chunk));
    if (tooLarge) {
        Error error = networkError(ErrorCode::ReplyTooLarge, "the endpoint's answer is larger than " +
                                                                 std::to_string(maxReplyBytes) +
                                                                 " bytes, which no KMS answer is");
        error.httpStatus = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        finish(fail(std::move(error)));
    }
}

void Attempt::replyFinished() {
    readSome();
    if (!m_done) {
        return;
    }
    const QNetworkReply::NetworkError error = m_reply->error();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // Qt rewinds the body for some redirects even where it is told to follow none.
    const bool redirect = status >= 300 && status < 400 && error == QNetworkReply::ContentReSendError;
    if (status == 0 || !(onlyStatus(error) || redirect)) {
        finish(fail(transportError(error, m_reply->errorString().toStdString(), m_tlsErrors)));
        return;
    }
    requestLeft();
    bool announcedGood = false;
    const qint64 announced = m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong(&announcedGood);
    if (!redirect && announcedGood && announced != qint64(m_body.size())) {
        finish(fail(networkError(ErrorCode::ConnectionFailed,
                                 "the connection to the endpoint ended in the middle of its answer")));
        return;
    }
    finish(takeAnswer());
}

HttpAnswer Attempt::takeAnswer() {
    HttpAnswer answer;
    answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.contentType = headerOf(*m_reply, "Content-Type");
    answer.contentEncoding = headerOf(*m_reply, "Content-Encoding");
    answer.errorType = headerOf(*m_reply, "x-amzn-ErrorType");
    answer.requestId = headerOf(*m_reply, "x-amzn-RequestId");
    answer.location = headerOf(*m_reply, "Location");
    answer.server = headerOf(*m_reply, "Server");
    answer.localStack = m_reply->hasRawHeader("x-localstack");
    answer.body = std::move(m_body);
    return answer;
}

void Attempt::timedOut(const char *during, std::chrono::milliseconds after) {
    m_facts.timedOut = true;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(after).count();
    finish(fail(networkError(ErrorCode::TimedOut, std::string("the endpoint did not ") + during + " within " +
                                                      std::to_string(seconds) + " s")));
}

ConnectionSight Attempt::look() const {
    ConnectionSight sight;
    if (!m_reply->hasRawHeader("Age")) { // an answer out of a cache tells nothing about now
        sight.serverDate = credentials::parseHttpDate(m_reply->rawHeader("Date"));
    }
    const QSslConfiguration tls = m_reply->sslConfiguration();
    const QSslCertificate certificate = tls.peerCertificate();
    if (!certificate.isNull()) {
        sight.tlsProtocol = tls.sessionCipher().protocolString().toStdString();
        sight.certificateSubject =
            certificate.subjectInfo(QSslCertificate::CommonName).join(u' ').toStdString();
        sight.certificateExpires = certificate.expiryDate().toUTC().toString(Qt::ISODate).toStdString();
    }
    return sight;
}

void Attempt::finish(Result<HttpAnswer> answer) {
    if (!m_done) {
        return;
    }
    // What was handed to the network may have left although Qt has not said so yet.
    m_facts.sent = m_facts.sent || m_gate->passed();
    AttemptResult result{std::move(answer), m_facts, look()};
    UniqueFunction<void(AttemptResult)> done = std::move(m_done);
    abandon();
    done(std::move(result));
}

} // namespace keyturn::remote
