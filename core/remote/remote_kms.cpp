// SPDX-License-Identifier: Apache-2.0
#include "remote/remote_kms.h"

#include "remote/transport.h"

#include "base/atomic_file.h"
#include "kms/enums.h"

#include <QSslCertificate>
#include <QThread>

namespace keyturn::remote {

namespace {

constexpr std::size_t maxBundleBytes = 16 * 1024 * 1024;

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

Status checkOptions(const RemoteOptions &options) {
    if (options.region.empty()) {
        return fail(ErrorCode::NoRegion, "a Region is needed: it is part of every signature");
    }
    if (!options.credentials) {
        return fail(ErrorCode::NoCredentials, "no credentials were given for the endpoint");
    }
    if (options.maxAttempts < 1) {
        return fail(ErrorCode::Configuration, "the number of attempts must be at least 1");
    }
    return {};
}

/// Every key spec of the language: the endpoint refuses what it lacks.
kms::Capabilities capabilitiesOf(const EndpointTarget &target, const std::string &region) {
    kms::Capabilities out;
    const bool aws = target.hostHeader.starts_with("kms.") || target.hostHeader.starts_with("kms-fips.");
    out.backend = aws ? "AWS KMS" : "KMS at " + target.hostHeader;
    out.region = region;
    for (const std::string_view name : kms::enumInfo<kms::KeySpec>().names) {
        out.keySpecs.emplace_back(name);
    }
    return out;
}

} // namespace

struct RemoteKms::Impl {
    kms::Capabilities capabilities;
    std::shared_ptr<SharedFacts> shared = std::make_shared<SharedFacts>();
    QThread thread;
    QObject context;                ///< lives in the worker thread; what is posted to it runs there
    Transport *transport = nullptr; ///< the worker thread's own
};

Result<std::unique_ptr<RemoteKms>> RemoteKms::open(RemoteOptions options) {
    if (auto good = checkOptions(options); !good) {
        return failFrom(good);
    }
    auto target = parseEndpoint(options.endpointUrl);
    if (!target) {
        return failFrom(target);
    }
    auto tls = tlsConfiguration(options.caBundle);
    if (!tls) {
        return failFrom(tls);
    }
    if (!options.clock) {
        options.clock = systemClock();
    }
    auto impl = std::make_unique<Impl>();
    impl->capabilities = capabilitiesOf(*target, options.region);
    impl->thread.setObjectName(QStringLiteral("remote"));
    impl->context.moveToThread(&impl->thread);
    impl->thread.start();
    Impl *worker = impl.get();
    QMetaObject::invokeMethod(
        &impl->context,
        [&] {
            worker->transport =
                new Transport(std::move(options), std::move(*target), std::move(*tls), worker->shared);
        },
        Qt::BlockingQueuedConnection);
    return std::unique_ptr<RemoteKms>(new RemoteKms(std::move(impl)));
}

RemoteKms::RemoteKms(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

RemoteKms::~RemoteKms() {
    QMetaObject::invokeMethod(
        &m_impl->context, [impl = m_impl.get()] { delete impl->transport; }, Qt::BlockingQueuedConnection);
    m_impl->thread.quit();
    m_impl->thread.wait();
}

kms::Capabilities RemoteKms::capabilities() const {
    return m_impl->capabilities;
}

void RemoteKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    auto call = std::make_shared<RemoteCall>();
    call->request = std::move(request);
    call->context = std::move(context);
    call->completion = std::move(completion);
    QMetaObject::invokeMethod(
        &m_impl->context,
        [impl = m_impl.get(), call = std::move(call)]() mutable { impl->transport->take(std::move(call)); },
        Qt::QueuedConnection);
}

ConnectionFacts RemoteKms::facts() const {
    const std::lock_guard lock(m_impl->shared->mutex);
    return m_impl->shared->facts;
}

} // namespace keyturn::remote
