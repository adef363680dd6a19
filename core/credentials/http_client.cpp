// SPDX-License-Identifier: Apache-2.0
#include "credentials/http_client.h"

#include "credentials/answer_slot.h"
#include "credentials/http_exchange.h"
#include "credentials/http_rules.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QPointer>
#include <QSslConfiguration>
#include <QThread>

namespace keyturn::credentials {

namespace {

QNetworkProxy proxyOf(const std::string &given) {
    if (given.empty()) {
        return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    const QUrl proxy(QString::fromStdString(given), QUrl::StrictMode);
    const bool socks = proxy.scheme() == QStringLiteral("socks5");
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, proxy.host(),
                         quint16(proxy.port(socks ? 1080 : 80)), proxy.userName(), proxy.password());
}

} // namespace

struct HttpClient::Impl {
    HttpOptions options;
    QSslConfiguration tls;
    QThread thread;
    QObject *network = nullptr; ///< lives on the thread; parent of every exchange
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

Result<std::shared_ptr<HttpClient>> HttpClient::open(HttpOptions options) {
    auto tls = tlsConfiguration(options.caBundle);
    if (!tls) {
        return failFrom(tls);
    }
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    impl->tls = std::move(*tls);
    impl->network = new QObject;
    impl->network->moveToThread(&impl->thread);
    impl->thread.setObjectName(QStringLiteral("credentials-http"));
    QObject::connect(&impl->thread, &QThread::finished, impl->network, &QObject::deleteLater);
    impl->thread.start();
    return std::shared_ptr<HttpClient>(new HttpClient(std::move(impl)));
}

HttpClient::~HttpClient() {
    m_impl->thread.quit();
    m_impl->thread.wait();
}

Result<HttpReply> HttpClient::exchange(HttpRequest request, const CancelToken &cancel) {
    auto target = parseTarget(request.url);
    if (!target) {
        return failFrom(target);
    }
    auto proxy =
        m_impl->options.proxyFor ? m_impl->options.proxyFor(request.url) : Result<std::string>(std::string());
    if (!proxy) {
        return failFrom(proxy);
    }
    if (cancel.isCancelled()) {
        return fail(ErrorCode::Cancelled, "stopped before the request was sent");
    }
    AnswerSlot<HttpReply> slot;
    struct Work {
        HttpTarget target;
        HttpRequest request;
        HttpExchange::Done done;
        std::string proxy;
        QPointer<HttpExchange> exchange;
    };
    auto work = std::make_shared<Work>(
        Work{std::move(*target), std::move(request), slot.callback(), std::move(*proxy), {}});
    QObject *network = m_impl->network;
    QMetaObject::invokeMethod(
        network,
        [this, network, work] {
            work->exchange = new HttpExchange(network, m_impl->options, std::move(work->done));
            auto *manager = new QNetworkAccessManager(work->exchange);
            manager->setProxy(proxyOf(work->proxy));
            manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
            work->exchange->start(*manager, m_impl->tls, work->target, std::move(work->request));
        },
        Qt::QueuedConnection);
    auto reply = slot.wait(cancel);
    if (!reply && reply.error().code == ErrorCode::Cancelled) {
        QMetaObject::invokeMethod(
            network,
            [work] {
                if (work->exchange) {
                    work->exchange->cancel();
                }
            },
            Qt::QueuedConnection);
    }
    return reply;
}

} // namespace keyturn::credentials
