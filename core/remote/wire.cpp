// SPDX-License-Identifier: Apache-2.0
#include "remote/wire.h"

#include "sigv4/signer.h"

#include <array>

namespace keyturn::remote {

namespace {

constexpr std::string_view contentType = "application/x-amz-json-1.1";

QByteArray bytes(std::string_view text) {
    return QByteArray(text.data(), qsizetype(text.size()));
}

/// Everything that Qt would otherwise do on its own.
void restrain(QNetworkRequest &request, const Wire &wire, std::size_t bodyBytes) {
    request.setSslConfiguration(wire.tls);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setHeader(QNetworkRequest::ContentLengthHeader, qint64(bodyBytes));
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", bytes(wire.userAgent));
}

} // namespace

QNetworkProxy Wire::networkProxy() const {
    if (proxy.kind == Proxy::Kind::Direct) {
        return QNetworkProxy(QNetworkProxy::NoProxy);
    }
    const bool http = proxy.kind == Proxy::Kind::Http;
    QNetworkProxy out(http ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy,
                      QString::fromStdString(proxy.host), proxy.port);
    if (http) {
        out.setRawHeader("User-Agent", bytes(userAgent));
        if (!proxy.authorization.empty()) {
            out.setRawHeader("Proxy-Authorization", bytes(proxy.authorization.view()));
        }
    }
    return out;
}

Result<SignedRequest> signedRequest(const Wire &wire, const RemoteCall &call, int attempt,
                                    std::chrono::seconds clockOffset) {
    auto keys = wire.credentials->current(wire.clock->now());
    if (!keys) {
        return failFrom(keys);
    }
    const std::string target = "TrentService." + std::string(call.operation->name);
    const std::array<sigv4::HeaderView, 3> headers = {
        {{"Host", wire.target.hostHeader}, {"Content-Type", contentType}, {"X-Amz-Target", target}}};
    sigv4::SigningOptions signing;
    signing.region = wire.region;
    signing.service = "kms";
    signing.time = wire.clock->now() + clockOffset;
    auto added =
        sigv4::signInHeaders({"POST", wire.target.path, {}, headers, asBytes(call.body.view())},
                             {(*keys)->accessKeyId, (*keys)->secretKey, (*keys)->sessionToken}, signing);
    if (!added) {
        return failFrom(added);
    }
    SignedRequest out{QNetworkRequest(wire.target.url), *keys};
    restrain(out.request, wire, call.body.size());
    for (const sigv4::HeaderView &header : headers) {
        out.request.setRawHeader(bytes(header.name), bytes(header.value));
    }
    out.request.setRawHeader("amz-sdk-invocation-id", bytes(call.invocationId));
    out.request.setRawHeader("amz-sdk-request", bytes("attempt=" + std::to_string(attempt) +
                                                      "; max=" + std::to_string(wire.maxAttempts)));
    out.request.setRawHeader("X-Amz-Date", bytes(added->amzDate));
    if (!(*keys)->sessionToken.empty()) {
        out.request.setRawHeader("X-Amz-Security-Token", bytes((*keys)->sessionToken.text()));
    }
    out.request.setRawHeader("Authorization", bytes(added->authorization));
    return out;
}

} // namespace keyturn::remote
