// SPDX-License-Identifier: Apache-2.0
#include "credentials/http_target.h"

#include "credentials/http_rules.h"

namespace keyturn::credentials {

namespace {

bool isUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '~';
}

template <class Out>
void appendEncoded(std::string_view text, bool form, Out &out) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
        if (isUnreserved(c)) {
            out.append(std::string_view(&c, 1));
        } else if (form && c == ' ') {
            out.append(std::string_view("+"));
        } else {
            out.append(std::string_view(encoded, sizeof encoded));
        }
    }
}

tl::unexpected<Error> unusable(const char *why) {
    return fail(ErrorCode::Configuration,
                std::string("the URL of the service that gives the credentials ") + why +
                    "; it has the form https://<hostname>[:port]/ or, on this computer only, "
                    "http://127.0.0.1[:port]/");
}

} // namespace

Result<HttpTarget> parseTarget(std::string_view text) {
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
    if (!url.userInfo().isEmpty() || url.hasFragment()) {
        return unusable("holds a user name or a fragment");
    }
    HttpTarget out;
    out.tls = scheme == QStringLiteral("https");
    out.loopback = isLoopback(url);
    if (!out.tls && !out.loopback) {
        return fail(ErrorCode::InsecureEndpoint,
                    "the URL of the service that gives the credentials is http://, which is for this "
                    "computer's own addresses only: use https://");
    }
    if (url.port() == (out.tls ? 443 : 80)) {
        url.setPort(-1);
    }
    if (url.path().isEmpty()) {
        url.setPath(QStringLiteral("/"));
    }
    out.hostHeader = hostHeaderOf(url);
    out.path = url.path(QUrl::FullyEncoded).toStdString();
    out.query = url.query(QUrl::FullyEncoded).toStdString();
    out.url = std::move(url);
    return out;
}

bool isWebPage(std::string_view text) {
    const QUrl url(QString::fromUtf8(text.data(), qsizetype(text.size())), QUrl::StrictMode);
    const bool scheme = url.scheme() == QStringLiteral("https") ||
                        (url.scheme() == QStringLiteral("http") && isLoopback(url));
    return url.isValid() && scheme && !url.host().isEmpty() && url.userInfo().isEmpty();
}

std::string joinUrl(std::string_view base, std::string_view path) {
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    return std::string(base) + "/" + std::string(path);
}

std::string percentEncoded(std::string_view text) {
    std::string out;
    appendEncoded(text, false, out);
    return out;
}

void appendFormField(std::string_view name, std::string_view value, SecretText &form) {
    if (!form.empty()) {
        form.append("&");
    }
    appendEncoded(name, true, form);
    form.append("=");
    appendEncoded(value, true, form);
}

} // namespace keyturn::credentials
