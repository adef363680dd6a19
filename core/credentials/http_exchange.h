// SPDX-License-Identifier: Apache-2.0
// HttpExchange: one HTTP request and its bounded answer, on the client's network thread. Answers once, lets
// the connection go at once and deletes itself. Internal to this module. Errors: as http_client.h.
#pragma once

#include "credentials/http_client.h"
#include "credentials/http_target.h"

#include "base/unique_function.h"

#include <QNetworkReply>
#include <QObject>
#include <QTimer>

class QNetworkAccessManager;
class QSslConfiguration;

namespace keyturn::credentials {

class HttpExchange final : public QObject {
public:
    using Done = UniqueFunction<void(Result<HttpReply>)>;

    HttpExchange(QObject *parent, const HttpOptions &options, Done done);
    ~HttpExchange() override; ///< not answered yet: Cancelled

    void start(QNetworkAccessManager &manager, const QSslConfiguration &tls, const HttpTarget &target,
               HttpRequest request);
    void cancel();

private:
    void listen();
    void readSome();
    void replyFinished();
    HttpReply takeReply();
    std::chrono::milliseconds timeLimit() const { return m_request.timeout.value_or(m_options.timeout); }
    void finish(Result<HttpReply> result);

    const HttpOptions m_options;
    Done m_done;
    HttpRequest m_request; ///< its body is being read
    std::string m_host;    ///< for errors
    QNetworkReply *m_reply = nullptr;
    QTimer m_timer;
    SecretText m_body;
    std::string m_tlsErrors;
};

} // namespace keyturn::credentials
