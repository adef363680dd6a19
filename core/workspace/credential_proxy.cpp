// SPDX-License-Identifier: Apache-2.0
#include "workspace/credential_proxy.h"

#include "base/encoding.h"
#include <QUrl>

namespace keyturn::workspace {
namespace {

/// What a proxy asks for stands in its header; here it is part of a URL.
void putUser(const remote::Proxy &proxy, QUrl &way) {
    constexpr std::string_view basic = "Basic ";
    const std::string_view header = proxy.authorization.view();
    if (!header.starts_with(basic)) {
        return;
    }
    if (const auto user = secretFromBase64(header.substr(basic.size()))) {
        const QByteArray text(user->text().data(), static_cast<qsizetype>(user->size()));
        const qsizetype colon = text.indexOf(':');
        way.setUserName(QString::fromUtf8(text.left(colon)), QUrl::DecodedMode);
        way.setPassword(colon < 0 ? QString() : QString::fromUtf8(text.mid(colon + 1)), QUrl::DecodedMode);
    }
}

} // namespace

std::function<Result<std::string>(const std::string &url)> credentialProxy(remote::ProxySource source) {
    return [source](const std::string &url) -> Result<std::string> {
        const QUrl target(QString::fromStdString(url));
        auto proxy = remote::proxyFor({.source = source}, target.host().toStdString(),
                                      static_cast<std::uint16_t>(target.port(0)),
                                      target.scheme() == QStringLiteral("https"));
        if (!proxy) {
            return failFrom(proxy);
        }
        if (proxy->kind == remote::Proxy::Kind::Direct) {
            return std::string();
        }
        const bool http = proxy->kind == remote::Proxy::Kind::Http;
        QUrl way;
        way.setScheme(http ? QStringLiteral("http") : QStringLiteral("socks5"));
        way.setHost(QString::fromStdString(proxy->host));
        way.setPort(proxy->port);
        putUser(*proxy, way);
        return way.toString(QUrl::FullyEncoded).toStdString();
    };
}

} // namespace keyturn::workspace
