// SPDX-License-Identifier: Apache-2.0
#include "remote/remote_kms.h"

#include "remote/dry_run_proof.h"
#include "remote/transport.h"

#include "credentials/http_rules.h"
#include "kms/enums.h"
#include "kms/json.h"

#include <QThread>
#include <QUuid>

namespace keyturn::remote {

namespace {

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
    if (options.connectionGroups < 1 || options.maxWaiting < 1) {
        return fail(ErrorCode::Configuration, "there must be at least one group of connections and one place "
                                              "to wait");
    }
    return {};
}

/// Every key spec of the language: the endpoint refuses what it lacks.
kms::Capabilities capabilitiesOf(const EndpointTarget &target, const std::string &region, ServerKind kind) {
    kms::Capabilities out;
    out.region = region;
    for (const std::string_view name : kms::enumInfo<kms::KeySpec>().names) {
        out.keySpecs.emplace_back(name);
    }
    applyServerKind(kind, out);
    if (kind == ServerKind::Unknown) {
        out.backend = "KMS at " + target.hostHeader;
    }
    return out;
}

} // namespace

std::optional<RetryMode> retryModeFromName(std::string_view name) {
    if (name == "adaptive") {
        return RetryMode::Adaptive;
    }
    return name == "standard" || name == "legacy" ? std::optional(RetryMode::Standard) : std::nullopt;
}

struct RemoteKms::Impl {
    std::shared_ptr<EndpointKnowledge> knowledge;
    QThread thread;
    QObject context;                ///< lives in the worker thread; what is posted to it runs there
    Transport *transport = nullptr; ///< the worker thread's own

    void send(kms::AnyRequest request, kms::CallContext callContext, RequestNotes notes,
              kms::Completion completion);
};

Result<std::unique_ptr<RemoteKms>> RemoteKms::open(RemoteOptions options) {
    if (auto good = checkOptions(options); !good) {
        return failFrom(good);
    }
    auto target = parseEndpoint(options.endpointUrl);
    if (!target) {
        return failFrom(target);
    }
    auto tls = credentials::tlsConfiguration(options.caBundle);
    if (!tls) {
        return failFrom(tls);
    }
    const std::string host = target->url.host(QUrl::FullyEncoded).toStdString();
    auto proxy = proxyFor(options.proxy, host, static_cast<std::uint16_t>(target->url.port(0)), target->tls);
    if (!proxy) {
        return failFrom(proxy);
    }
    if (!options.clock) {
        options.clock = systemClock();
    }
    const ServerKind guessed = serverKindOfHost(host);
    const ServerKind kind = options.serverKind.value_or(guessed);
    auto impl = std::make_unique<Impl>();
    impl->knowledge = std::make_shared<EndpointKnowledge>(
        capabilitiesOf(*target, options.region, kind), kind, options.serverKind.has_value(),
        guessed == ServerKind::Aws, options.clock, std::move(options.factsChanged));
    impl->knowledge->setProxy(proxy->text());
    auto wire = std::make_shared<Wire>();
    *wire = Wire{std::move(*target), std::move(*tls),
                 std::move(*proxy),  options.region,
                 options.userAgent,  options.credentials,
                 options.clock,      {options.connectTimeout, options.readTimeout},
                 options.maxAttempts};
    impl->thread.setObjectName(QStringLiteral("remote"));
    impl->context.moveToThread(&impl->thread);
    impl->thread.start();
    Impl *worker = impl.get();
    QMetaObject::invokeMethod(
        &impl->context,
        [&] { worker->transport = new Transport(std::move(options), std::move(wire), worker->knowledge); },
        Qt::BlockingQueuedConnection);
    return std::unique_ptr<RemoteKms>(new RemoteKms(std::move(impl)));
}

RemoteKms::RemoteKms(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl)) {}

RemoteKms::~RemoteKms() {
    QMetaObject::invokeMethod(
        &m_impl->context, [impl = m_impl.get()] { delete std::exchange(impl->transport, nullptr); },
        Qt::BlockingQueuedConnection);
    m_impl->thread.quit();
    m_impl->thread.wait();
}

kms::Capabilities RemoteKms::capabilities() const {
    return m_impl->knowledge->capabilities();
}

void RemoteKms::submit(kms::AnyRequest request, kms::CallContext context, kms::Completion completion) {
    auto notes = m_impl->knowledge->prepare(request);
    if (!notes) {
        notes.error().operation = kms::operationInfo(request.operation()).name;
        completion(failFrom(notes));
    } else if (notes->needsProof) {
        const auto send = [impl = m_impl.get()](auto &&...call) { impl->send(std::move(call)...); };
        proveThenSend(*m_impl->knowledge, send, std::move(request), std::move(context), std::move(*notes),
                      std::move(completion));
    } else {
        m_impl->send(std::move(request), std::move(context), std::move(*notes), std::move(completion));
    }
}

void RemoteKms::Impl::send(kms::AnyRequest request, kms::CallContext callContext, RequestNotes notes,
                           kms::Completion completion) {
    auto call = std::make_shared<RemoteCall>();
    call->context = std::move(callContext);
    call->operation = notes.operation;
    call->body = kms::writeJson(call->operation->request, request.object());
    call->invocationId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    call->completion = [known = knowledge, notes = std::move(notes),
                        completion = std::move(completion)](Result<kms::AnyReply> reply) mutable {
        auto examined = known->examine(notes, std::move(reply));
        if (!examined && examined.error().operation.empty()) {
            examined.error().operation = notes.operation->name;
        }
        completion(std::move(examined));
    };
    QMetaObject::invokeMethod(
        &context,
        [this, call = std::move(call)]() mutable {
            if (transport != nullptr) {
                transport->take(std::move(call));
            } else {
                call->completion(fail(clientError(ErrorCode::Cancelled, "the connection was closed")));
            }
        },
        Qt::QueuedConnection);
}

ConnectionFacts RemoteKms::facts() const {
    return m_impl->knowledge->facts();
}

std::optional<RecentChange> RemoteKms::recentChange(std::string_view keyOrAlias) const {
    return m_impl->knowledge->recentChange(keyOrAlias);
}

} // namespace keyturn::remote
