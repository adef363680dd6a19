// SPDX-License-Identifier: Apache-2.0
#include "remote/endpoint_url.h"

#include "credentials/http_rules.h"

namespace keyturn::remote {

namespace {

tl::unexpected<Error> unusable(const char *why) {
    return fail(ErrorCode::Configuration, std::string("the endpoint URL ") + why +
                                              "; it has the form https://<hostname>[:port]/ or, on this "
                                              "computer only, http://127.0.0.1[:port]/");
}

} // namespace

Result<EndpointTarget> parseEndpoint(std::string_view text) {
    QUrl url(QString::fromUtf8(text.data(), qsizetype(text.size())), QUrl::StrictMode);
    const QString scheme = url.scheme();
    if (!url.isValid()) {
        return unusable("cannot be read");
    }
    if (scheme != QStringLiteral("https") && scheme != QStringLiteral("http")) {
        return unusable("has no http or https scheme");
    }
    if (url.host().isEmpty()) {
        return unusable("names no host");
    }
    if (!url.userInfo().isEmpty() || url.hasQuery() || url.hasFragment()) {
        return unusable("holds a user name, a query or a fragment");
    }
    EndpointTarget out;
    out.tls = scheme == QStringLiteral("https");
    if (!out.tls && !credentials::isLoopback(url)) {
        return fail(ErrorCode::InsecureEndpoint,
                    "http:// is for this computer's own addresses only (localhost, 127.0.0.1, [::1]): use "
                    "https:// for any other host");
    }
    if (url.port() == (out.tls ? 443 : 80)) {
        url.setPort(-1);
    }
    if (url.path().isEmpty()) {
        url.setPath(QStringLiteral("/"));
    }
    out.hostHeader = credentials::hostHeaderOf(url);
    out.path = url.path(QUrl::FullyEncoded).toStdString();
    out.url = std::move(url);
    return out;
}

} // namespace keyturn::remote
