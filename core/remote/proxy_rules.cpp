// SPDX-License-Identifier: Apache-2.0
#include "remote/proxy_rules.h"

#include "base/encoding.h"
#include "base/text.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QNetworkProxyFactory>
#include <QNetworkProxyQuery>
#include <QUrl>

namespace keyturn::remote {

namespace {

struct Setting {
    std::string name;
    std::string_view value;
};

/// Lower case wins, and an empty one in lower case switches the other off (urllib's getproxies_environment).
std::optional<Setting> proxySetting(const credentials::Environment &environment, const std::string &lower,
                                    const std::string &upper) {
    if (const auto value = environment(lower)) {
        return value->empty() ? std::nullopt : std::optional(Setting{lower, *value});
    }
    const auto value = environment(upper);
    return value && !value->empty() ? std::optional(Setting{upper, *value}) : std::nullopt;
}

tl::unexpected<Error> unusable(const std::string &origin, const std::string &why) {
    return fail(ErrorCode::Configuration,
                "the proxy of " + origin + " " + why + "; it has the form http://[user:password@]host:port");
}

/// Decoded into memory that wipes itself; "%zz" stays as it is.
void appendPercentDecoded(std::string_view text, SecretText &out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            if (const auto byte = fromHex(text.substr(i + 1, 2))) {
                out.append(static_cast<char>((*byte)[0]));
                i += 2;
                continue;
            }
        }
        out.append(text[i]);
    }
}

/// "user:password" of a URL as the value of a header.
SecretText basicAuthorization(std::string_view userInfo) {
    SecretText plain;
    const auto colon = userInfo.find(':');
    appendPercentDecoded(userInfo.substr(0, colon), plain);
    plain.append(':');
    if (colon != std::string_view::npos) {
        appendPercentDecoded(userInfo.substr(colon + 1), plain);
    }
    SecretText header;
    header.append("Basic ");
    appendBase64(asBytes(plain.view()), header);
    return header;
}

Proxy systemProxy(std::string_view host, std::uint16_t port, bool tls) {
    QUrl url;
    url.setScheme(tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QString::fromUtf8(host.data(), qsizetype(host.size())));
    if (port != 0) {
        url.setPort(port);
    }
    for (const QNetworkProxy &found : QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(url))) {
        Proxy proxy;
        proxy.kind = found.type() == QNetworkProxy::HttpProxy     ? Proxy::Kind::Http
                     : found.type() == QNetworkProxy::Socks5Proxy ? Proxy::Kind::Socks5
                                                                  : Proxy::Kind::Direct;
        if (proxy.kind == Proxy::Kind::Direct) {
            return proxy;
        }
        proxy.host = found.hostName().toStdString();
        proxy.port = found.port();
        proxy.origin = "the system's settings";
        return proxy;
    }
    return {};
}

bool isLoopbackHost(std::string_view host) {
    const QString text = QString::fromUtf8(host.data(), qsizetype(host.size()));
    return host == "localhost" || QHostAddress(text).isLoopback();
}

} // namespace

std::string Proxy::text() const {
    return kind == Kind::Direct ? std::string() : host + ":" + std::to_string(port) + " (" + origin + ")";
}

bool bypassesProxy(std::string_view noProxy, std::string_view hostText, std::uint16_t port) {
    if (noProxy == "*") {
        return true;
    }
    const std::string host = toLowerAscii(hostText);
    const std::string withPort = port == 0 ? host : host + ":" + std::to_string(port);
    while (!noProxy.empty()) {
        const auto comma = std::min(noProxy.find(','), noProxy.size());
        std::string name = toLowerAscii(trimmed(noProxy.substr(0, comma)));
        noProxy.remove_prefix(std::min(comma + 1, noProxy.size()));
        name.erase(0, std::min(name.find_first_not_of('.'), name.size()));
        if (name.empty()) {
            continue;
        }
        if (host == name || withPort == name || host.ends_with("." + name) ||
            withPort.ends_with("." + name)) {
            return true;
        }
    }
    return false;
}

Result<Proxy> parseProxy(std::string_view url, std::string origin) {
    Proxy proxy;
    proxy.kind = Proxy::Kind::Http;
    const auto schemeEnd = url.find("://");
    const std::string scheme =
        schemeEnd == std::string_view::npos ? "http" : toLowerAscii(url.substr(0, schemeEnd));
    std::string_view rest = schemeEnd == std::string_view::npos ? url : url.substr(schemeEnd + 3);
    if (scheme == "socks5" || scheme == "socks5h") {
        proxy.kind = Proxy::Kind::Socks5;
    } else if (scheme == "https") {
        return unusable(origin, "is itself to be spoken to over TLS, which is not supported");
    } else if (scheme != "http") {
        return unusable(origin, "is neither an HTTP nor a SOCKS 5 proxy");
    }
    rest = rest.starts_with("//") ? rest.substr(2) : rest;
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        if (proxy.kind == Proxy::Kind::Socks5) {
            return unusable(origin, "is a SOCKS 5 proxy with a user name, which is not supported");
        }
        proxy.authorization = basicAuthorization(rest.substr(0, at));
        rest.remove_prefix(at + 1);
    }
    // Only host and port are left, so that QUrl never sees a password.
    const QUrl parsed(QStringLiteral("http://") + QString::fromUtf8(rest.data(), qsizetype(rest.size())),
                      QUrl::StrictMode);
    if (!parsed.isValid() || parsed.host().isEmpty()) {
        return unusable(origin, "names no host");
    }
    proxy.host = parsed.host(QUrl::FullyEncoded).toStdString();
    proxy.port = static_cast<std::uint16_t>(parsed.port(proxy.kind == Proxy::Kind::Socks5 ? 1080 : 80));
    proxy.origin = std::move(origin);
    return proxy;
}

Result<Proxy> proxyFor(const ProxyOptions &options, std::string_view host, std::uint16_t port, bool tls) {
    if (options.source == ProxySource::None || isLoopbackHost(host)) {
        return Proxy{};
    }
    if (options.source == ProxySource::Given) {
        return parseProxy(options.url, "the profile");
    }
    const credentials::Environment environment =
        options.environment ? options.environment : credentials::processEnvironment();
    const auto none = proxySetting(environment, "no_proxy", "NO_PROXY");
    if (none && bypassesProxy(none->value, host, port)) {
        return Proxy{};
    }
    const auto given = tls ? proxySetting(environment, "https_proxy", "HTTPS_PROXY")
                           : proxySetting(environment, "http_proxy", "HTTP_PROXY");
    if (given) {
        return parseProxy(given->value, given->name);
    }
    if (options.source == ProxySource::Environment || none) {
        return Proxy{};
    }
    return systemProxy(host, port, tls);
}

} // namespace keyturn::remote
