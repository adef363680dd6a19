// SPDX-License-Identifier: Apache-2.0
#include "credentials/http_rules.h"

#include "base/atomic_file.h"

#include <QDateTime>
#include <QHostAddress>
#include <QLocale>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QTimeZone>
#include <QUrl>

namespace keyturn::credentials {

namespace {
constexpr std::size_t maxBundleBytes = 16 * 1024 * 1024;
}

Result<QSslConfiguration> tlsConfiguration(const std::string &caBundle) {
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (caBundle.empty()) {
        return tls;
    }
    auto content = readFile(caBundle, maxBundleBytes);
    if (!content) {
        return failFrom(content);
    }
    const QList<QSslCertificate> roots = QSslCertificate::fromData(
        QByteArray(reinterpret_cast<const char *>(content->data()), qsizetype(content->size())), QSsl::Pem);
    if (roots.isEmpty()) {
        return fail(ErrorCode::Configuration,
                    "the CA bundle " + caBundle + " holds no certificate in PEM form");
    }
    tls.setCaCertificates(roots);
    return tls;
}

bool isLoopback(const QUrl &url) {
    const QString host = url.host();
    return host == QStringLiteral("localhost") || QHostAddress(host).isLoopback();
}

std::string hostHeaderOf(const QUrl &url) {
    const QString host = url.host(QUrl::FullyEncoded);
    std::string text = (host.contains(u':') ? u'[' + host + u']' : host).toStdString();
    return url.port() < 0 ? text : text + ":" + std::to_string(url.port());
}

std::optional<Timestamp> parseHttpDate(const QByteArray &text) {
    QDateTime time =
        QLocale::c().toDateTime(QString::fromLatin1(text), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!time.isValid()) {
        return std::nullopt;
    }
    time.setTimeZone(QTimeZone::utc());
    return Timestamp(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

} // namespace keyturn::credentials
