// SPDX-License-Identifier: Apache-2.0
#include "credentials/http_exchange.h"

#include "credentials/http_rules.h"

#include <QIODevice>
#include <QNetworkAccessManager>
#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QSslError>

#include <algorithm>
#include <cstring>

namespace keyturn::credentials {

namespace {

/// A body that can be read once: Qt would silently send a request again when a connection is lost, and a
/// one-time code must not go twice. The bytes stay in the request's secret text.
class OneShotBody final : public QIODevice {
public:
    explicit OneShotBody(std::string_view body)
        : m_body(body) {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    bool isSequential() const override { return true; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override { return qint64(m_body.size()) + QIODevice::bytesAvailable(); }
    bool atEnd() const override { return m_body.empty(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override {
        const std::size_t size = std::min(m_body.size(), static_cast<std::size_t>(maxSize));
        if (size == 0) {
            return -1; // the end, not "nothing yet"
        }
        std::memcpy(data, m_body.data(), size);
        m_body.remove_prefix(size);
        return qint64(size);
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    std::string_view m_body; ///< what is left
};

QByteArray bytes(std::string_view text) {
    return QByteArray(text.data(), qsizetype(text.size()));
}

Error networkError(ErrorCode code, std::string detail) {
    return clientError(code, std::move(detail), ErrorOrigin::Network);
}

/// An error of the transport, with no answer to look at.
Error transportError(QNetworkReply::NetworkError error, const std::string &host, const std::string &text,
                     const std::string &tlsErrors) {
    switch (error) {
    case QNetworkReply::HostNotFoundError:
        return networkError(ErrorCode::HostNotFound, "the host name " + host + " is not known");
    case QNetworkReply::SslHandshakeFailedError:
        return networkError(ErrorCode::TlsFailed, "the TLS connection to " + host + " is not trusted: " +
                                                      (tlsErrors.empty() ? text : tlsErrors));
    case QNetworkReply::ProtocolFailure:
    case QNetworkReply::ProtocolUnknownError:
        return networkError(ErrorCode::BadReply, host + " does not speak HTTP as it should");
    default:
        return networkError(ErrorCode::ConnectionFailed, "the connection to " + host + " failed: " + text);
    }
}

QNetworkRequest requestFor(const HttpTarget &target, const HttpRequest &request,
                           const QSslConfiguration &tls) {
    QNetworkRequest out(target.url);
    out.setSslConfiguration(tls);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    out.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setRawHeader("Accept-Encoding", "identity");
    out.setRawHeader("User-Agent", "keyturn");
    for (const HttpHeader &header : request.headers) {
        out.setRawHeader(bytes(header.name), bytes(header.value.view()));
    }
    if (request.method != "GET") {
        out.setHeader(QNetworkRequest::ContentLengthHeader, qlonglong(request.body.size()));
    }
    return out;
}

} // namespace

HttpExchange::HttpExchange(QObject *parent, const HttpOptions &options, Done done)
    : QObject(parent)
    , m_options(options)
    , m_done(std::move(done)) {
    m_timer.setSingleShot(true);
}

HttpExchange::~HttpExchange() {
    cancel();
}

void HttpExchange::start(QNetworkAccessManager &manager, const QSslConfiguration &tls,
                         const HttpTarget &target, HttpRequest request) {
    m_request = std::move(request);
    m_host = target.hostHeader;
    const QNetworkRequest outgoing = requestFor(target, m_request, tls);
    if (m_request.method == "GET") {
        m_reply = manager.get(outgoing);
    } else {
        auto *device = new OneShotBody(m_request.body.view());
        m_reply = manager.post(outgoing, device);
        device->setParent(m_reply);
    }
    m_reply->setReadBufferSize(64 * 1024);
    listen();
    m_timer.start(timeLimit());
}

void HttpExchange::listen() {
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeLimit()).count();
        finish(fail(networkError(ErrorCode::TimedOut,
                                 m_host + " did not answer within " + std::to_string(seconds) + " s")));
    });
    connect(m_reply, &QNetworkReply::readyRead, this, &HttpExchange::readSome);
    connect(m_reply, &QNetworkReply::finished, this, &HttpExchange::replyFinished);
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        for (const QSslError &error : errors) {
            m_tlsErrors += (m_tlsErrors.empty() ? "" : "; ") + error.errorString().toStdString();
        }
    });
}

void HttpExchange::readSome() {
    char chunk[16 * 1024];
    bool tooLarge = false;
    for (qint64 size = 0; !tooLarge && (size = m_reply->read(chunk, sizeof chunk)) > 0;) {
        m_body.append(std::string_view(chunk, std::size_t(size)));
        tooLarge = m_body.size() > m_options.maxReplyBytes;
    }
    wipe(MutableByteView(reinterpret_cast<std::uint8_t *>(chunk), sizeof chunk));
    if (tooLarge) {
        finish(fail(networkError(ErrorCode::ReplyTooLarge, "the answer of " + m_host + " is larger than " +
                                                               std::to_string(m_options.maxReplyBytes) +
                                                               " bytes")));
    }
}

void HttpExchange::replyFinished() {
    readSome();
    if (!m_done) {
        return;
    }
    const QNetworkReply::NetworkError error = m_reply->error();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status >= 300 && status < 400) {
        Error redirected = networkError(ErrorCode::Redirected,
                                        m_host + " wants to send the request to another address, which is "
                                                 "never followed: check the Region and the endpoint URL");
        redirected.httpStatus = status;
        finish(fail(std::move(redirected)));
        return;
    }
    // From 200 on these errors only repeat the status, which the caller looks at itself.
    const bool onlyStatus = error == QNetworkReply::NoError || error >= QNetworkReply::ContentAccessDenied;
    if (status == 0 || !onlyStatus || error == QNetworkReply::ContentReSendError ||
        error == QNetworkReply::ProtocolFailure) {
        finish(fail(transportError(error, m_host, m_reply->errorString().toStdString(), m_tlsErrors)));
        return;
    }
    bool announcedGood = false;
    const qint64 announced = m_reply->header(QNetworkRequest::ContentLengthHeader).toLongLong(&announcedGood);
    if (announcedGood && announced != qint64(m_body.size())) {
        finish(fail(networkError(ErrorCode::ConnectionFailed,
                                 "the connection to " + m_host + " ended in the middle of its answer")));
        return;
    }
    finish(takeReply());
}

HttpReply HttpExchange::takeReply() {
    HttpReply out;
    out.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    out.contentType = m_reply->rawHeader("Content-Type").toStdString();
    out.requestId = m_reply->rawHeader("x-amzn-RequestId").toStdString();
    out.errorType = m_reply->rawHeader("x-amzn-ErrorType").toStdString();
    if (!m_reply->hasRawHeader("Age")) { // an answer out of a cache tells nothing about now
        out.serverDate = parseHttpDate(m_reply->rawHeader("Date"));
    }
    out.body = std::move(m_body);
    return out;
}

void HttpExchange::cancel() {
    finish(fail(networkError(ErrorCode::Cancelled, "the exchange with " + m_host + " was stopped")));
}

void HttpExchange::finish(Result<HttpReply> result) {
    if (!m_done) {
        return;
    }
    m_timer.stop();
    if (QNetworkReply *reply = std::exchange(m_reply, nullptr)) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater(); // before us, whose body it reads
    }
    Done done = std::move(m_done);
    m_done = nullptr;
    deleteLater();
    done(std::move(result));
}

} // namespace keyturn::credentials
