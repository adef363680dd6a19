// SPDX-License-Identifier: Apache-2.0
#include "workspace/connect.h"

#include "base/platform/identity.h"
#include "credentials/plan_source.h"
#include "credentials/sts.h"
#include "history/recorded_kms.h"
#include "remote/remote_kms.h"
#include "workspace/credential_proxy.h"
#include "workspace/credential_ways.h"
#include "workspace/rate_limited_kms.h"

#include <condition_variable>

namespace keyturn::workspace {
namespace {

constexpr std::chrono::seconds credentialsWait{120}; ///< a person may have to log in

std::optional<remote::ServerKind> serverKindOf(EndpointService service) {
    switch (service) {
    case EndpointService::Aws:
        return remote::ServerKind::Aws;
    case EndpointService::Qkms:
        return remote::ServerKind::Qkms;
    case EndpointService::Custom:
        break;
    }
    return std::nullopt; // by what it answers
}

std::filesystem::path approvalsFile() {
    return platform::configDirectory() / "approved-commands";
}

/// Blocks until the source has answered.
Result<credentials::CredentialsSource::Shared> obtain(credentials::CredentialsSource &source,
                                                      const CancelToken &cancel) {
    struct Slot {
        std::mutex mutex;
        std::condition_variable arrived;
        std::optional<Result<credentials::CredentialsSource::Shared>> answer;
    };
    const auto slot = std::make_shared<Slot>();
    source.obtain(systemClock()->now(), cancel,
                  [slot](Result<credentials::CredentialsSource::Shared> answer) {
                      const std::lock_guard lock(slot->mutex);
                      slot->answer = std::move(answer);
                      slot->arrived.notify_all();
                  });
    std::unique_lock lock(slot->mutex);
    if (!slot->arrived.wait_for(lock, credentialsWait, [&] { return slot->answer.has_value(); })) {
        return fail(ErrorCode::TimedOut, "the credentials did not come in time.");
    }
    return std::move(*slot->answer);
}

struct Signer {
    std::shared_ptr<credentials::CredentialsSource> source;
    std::string origin;
    std::shared_ptr<credentials::HttpClient> http;
    Result<credentials::ServiceEndpoint> sts;
};

Result<Signer> signerOf(const Profile &profile, const std::optional<SecretBytes> &keychainItem,
                        const ConnectParts &parts) {
    auto way =
        credentialWayOf(profile, keychainItem, credentials::processEnvironment(), systemClock()->now());
    if (!way) {
        return failFrom(way);
    }
    auto http = credentials::HttpClient::open(
        {.caBundle = way->caBundle, .proxyFor = credentialProxy(remote::ProxySource::EnvironmentThenSystem)});
    if (!http) {
        return failFrom(http);
    }
    credentials::CredentialPorts ports;
    ports.http = *http;
    ports.prompts = parts.prompts;
    ports.cache = parts.cache;
    ports.approvals = std::make_shared<credentials::ApprovedCommandsFile>(approvalsFile());
    std::string origin = way->plan.source;
    return Signer{credentials::sourceFor(std::move(way->plan), std::move(ports)), std::move(origin),
                  std::move(*http), std::move(way->sts)};
}

/// AWS has STS in every Region; LocalStack has it behind the same URL; nobody else is known to have one.
std::function<Result<CallerIdentity>(const CancelToken &)>
identityOf(const Profile &profile, const Signer &signer, const std::string &url,
           const std::shared_ptr<remote::RemoteKms> &endpoint) {
    if (profile.service == EndpointService::Qkms) {
        return {};
    }
    const bool aws = profile.service == EndpointService::Aws;
    return [source = signer.source, http = signer.http, sts = signer.sts, aws, url, region = profile.region,
            endpoint](const CancelToken &cancel) -> Result<CallerIdentity> {
        const bool emulator = endpoint->facts().serverKind == remote::ServerKind::LocalStack;
        if (!aws && !emulator) {
            return fail(ErrorCode::UnsupportedOperation, "this kind of service has no STS.");
        }
        if (!emulator && !sts) {
            return fail(sts.error());
        }
        auto keys = obtain(*source, cancel);
        if (!keys) {
            return failFrom(keys);
        }
        const credentials::ServiceEndpoint where =
            emulator ? credentials::ServiceEndpoint{url, region, {}} : *sts;
        auto caller = credentials::callerIdentity(*http, where, **keys, systemClock()->now(), cancel);
        if (!caller) {
            return failFrom(caller);
        }
        return CallerIdentity{caller->account, caller->arn};
    };
}

} // namespace

std::optional<std::chrono::seconds> Connection::clockOffset() const {
    return endpoint ? endpoint->facts().clockSkew : std::nullopt;
}

std::string Connection::changeHint(std::string_view keyOrAlias) const {
    const auto change = endpoint ? endpoint->recentChange(keyOrAlias) : std::nullopt;
    if (!change) {
        return {};
    }
    return "Keyturn changed this " + std::to_string(change->age.count()) + " s ago (" + change->operation +
           "); the service may not have spread it yet.";
}

Result<Connection> connectEndpoint(const Profile &profile, std::optional<SecretBytes> keychainItem,
                                   ConnectParts parts) {
    if (auto valid = validateProfile(profile); !valid) {
        return fail(ErrorCode::Configuration, valid.error().detail);
    }
    auto url = endpointUrlOf(profile);
    if (!url) {
        return failFrom(url);
    }
    auto signer = signerOf(profile, keychainItem, parts);
    if (!signer) {
        return failFrom(signer);
    }
    remote::RemoteOptions options;
    options.endpointUrl = *url;
    options.region = profile.region;
    options.credentials = signer->source;
    options.caBundle = profile.caBundle.string();
    options.serverKind = serverKindOf(profile.service);
    options.proxy.source = remote::ProxySource::EnvironmentThenSystem;
    options.factsChanged = std::move(parts.factsChanged);
    auto remote = remote::RemoteKms::open(std::move(options));
    if (!remote) {
        return failFrom(remote);
    }
    Connection connection;
    connection.endpoint = std::move(*remote);
    connection.endpointUrl = *url;
    connection.credentialOrigin = signer->origin;
    connection.credentials = signer->source;
    connection.identity = identityOf(profile, *signer, *url, connection.endpoint);
    connection.stack = buildStack(connection.endpoint, profile, parts.stack);
    return connection;
}

ConnectionTestTarget testTargetOf(const Profile &profile, const Connection &connection) {
    ConnectionTestTarget target;
    target.profile = profile;
    target.endpointUrl = connection.endpointUrl;
    target.credentialOrigin = connection.credentialOrigin;
    target.service = std::make_shared<RateLimitedKms>(connection.endpoint, connection.stack.limiter);
    if (connection.stack.history) {
        target.service = std::make_shared<history::RecordedKms>(std::move(target.service),
                                                                connection.stack.history, profile.name);
    }
    target.identity = connection.identity;
    target.sight = [endpoint = connection.endpoint] {
        const remote::ConnectionFacts facts = endpoint->facts();
        TransportSight sight;
        sight.clockOffset = facts.clockSkew;
        sight.tlsProtocol = facts.tlsProtocol;
        sight.certificateSubject = facts.certificateSubject;
        sight.certificateExpires = facts.certificateExpires;
        if (facts.serverKind != remote::ServerKind::Unknown) {
            sight.serverKind = remote::serverKindName(facts.serverKind);
        }
        if (facts.dryRun != remote::DryRunSupport::NotTried) {
            sight.honoursDryRun = facts.dryRun == remote::DryRunSupport::Honoured;
        }
        return sight;
    };
    return target;
}

std::shared_ptr<kms::KmsService> decorate(std::shared_ptr<kms::KmsService> backend, const Profile &profile,
                                          const StackParts &parts) {
    return buildStack(std::move(backend), profile, parts).service;
}

} // namespace keyturn::workspace
