// SPDX-License-Identifier: Apache-2.0
#include "aws_target.h"

#include "credentials/obtain_and_wait.h"
#include "credentials/plan_source.h"
#include "history/recorded_kms.h"
#include "remote/endpoint_rules.h"
#include "remote/remote_kms.h"
#include "terminal_prompts.h"
#include "workspace/credential_proxy.h"

namespace keyturn::cli {
namespace {

using credentials::AwsFiles;
using credentials::Settings;

Failure awsFailure(Error error) {
    const bool configuration = error.code == ErrorCode::NoCredentials || error.code == ErrorCode::NoRegion;
    return {configuration ? exitConfiguration : exitGeneral, error.detail};
}

struct Found {
    AwsFiles files;
    Settings settings;
};

Result<Found> find(const CommandLine &line) {
    const auto environment = credentials::processEnvironment();
    auto files = AwsFiles::load(environment);
    if (!files) {
        return failFrom(files);
    }
    credentials::ExplicitSettings given;
    given.profile = line.globals.optional("profile");
    given.region = line.globals.optional("region");
    given.endpointUrl = line.globals.optional("endpoint-url");
    given.caBundle = line.globals.optional("ca-bundle");
    auto settings = credentials::resolveSettings(given, environment, *files);
    if (!settings) {
        return failFrom(settings);
    }
    return Found{std::move(*files), std::move(*settings)};
}

std::string fileSetting(const Found &found, const std::string &name) {
    const std::string *value = found.files.setting(found.settings.profile.value, name);
    return value == nullptr ? std::string() : *value;
}

std::chrono::milliseconds timeout(const CommandLine &line, std::string_view option) {
    constexpr std::int64_t defaultSeconds = 60;
    constexpr std::int64_t longestSeconds = 24 * 3600;
    const auto seconds = pythonInteger(line.globals.value(option)).value_or(defaultSeconds);
    return std::chrono::seconds(seconds <= 0 || seconds > longestSeconds ? longestSeconds : seconds);
}

struct Signer {
    std::shared_ptr<credentials::CredentialsSource> source;
    std::string origin;
};

/// Keys at hand, or what a process, a role or Identity Center gives: fetched here, where the terminal can be
/// asked and the keychain's event loop runs.
Result<Signer> findSigner(const Found &found, const CommandLine &line, Runtime &runtime) {
    const auto now = systemClock()->now();
    auto plan =
        credentials::planCredentials(found.settings, credentials::processEnvironment(), found.files, now);
    if (!plan) {
        return failFrom(plan);
    }
    std::string origin = plan->source;
    credentials::CredentialPorts ports;
    if (!plan->isStatic()) {
        auto http = credentials::HttpClient::open(
            {.caBundle = found.settings.caBundle ? found.settings.caBundle->value : std::string(),
             .proxyFor = workspace::credentialProxy(remote::ProxySource::Environment)});
        if (!http) {
            return failFrom(http);
        }
        ports.http = std::move(*http);
        ports.prompts = terminalPrompts(line, runtime);
        ports.cache = runtime.sessionCache();
    }
    Signer signer{credentials::sourceFor(std::move(*plan), std::move(ports)), std::move(origin)};
    auto keys = credentials::obtainAndWait(*signer.source, now);
    if (!keys) {
        return failFrom(keys);
    }
    return signer;
}

} // namespace

Outcome<Target> findAwsTarget(const CommandLine &line) {
    const std::string given(line.globals.value("endpoint-url"));
    if (line.globals.has("endpoint-url") && given.find("://") == std::string::npos) {
        return usageFailure(
            "Bad value for --endpoint-url \"" + given +
            "\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/");
    }
    auto found = find(line);
    if (!found) {
        return tl::unexpected<Failure>(awsFailure(found.error()));
    }
    auto region = found->settings.requireRegion();
    if (!region) {
        return tl::unexpected<Failure>(awsFailure(region.error()));
    }
    Target target;
    target.kind = Target::Kind::AwsSettings;
    target.region = region->value;
    target.binaryFormat = fileSetting(*found, "cli_binary_format");
    target.output = fileSetting(*found, "output");
    if (found->settings.endpointUrl) {
        target.endpointUrl = found->settings.endpointUrl->value;
        return target;
    }
    auto endpoint =
        remote::kmsEndpoint(region->value, {found->settings.useFips, found->settings.useDualStack});
    if (!endpoint) {
        return tl::unexpected<Failure>(awsFailure(endpoint.error()));
    }
    target.endpointUrl = endpoint->url;
    target.region = endpoint->signingRegion;
    return target;
}

Outcome<credentials::CredentialsSource::Shared> awsCredentials(const CommandLine &line, Runtime &runtime) {
    auto found = find(line);
    if (!found) {
        return tl::unexpected<Failure>(awsFailure(found.error()));
    }
    runtime.needApplication();
    auto signer = findSigner(*found, line, runtime);
    auto keys = signer ? signer->source->current(systemClock()->now()) : failFrom(signer);
    if (!keys) {
        return tl::unexpected<Failure>(awsFailure(keys.error()));
    }
    return std::move(*keys);
}

Outcome<OpenTarget> openAwsTarget(const Target &target, const CommandLine &line, Runtime &runtime) {
    auto found = find(line);
    if (!found) {
        return tl::unexpected<Failure>(awsFailure(found.error()));
    }
    runtime.needApplication();
    OpenTarget open;
    auto signer = findSigner(*found, line, runtime);
    if (!signer) {
        return tl::unexpected<Failure>(awsFailure(signer.error()));
    }
    open.credentialOrigin = signer->origin;
    remote::RemoteOptions options;
    options.endpointUrl = target.endpointUrl;
    options.region = target.region;
    options.credentials = std::move(signer->source);
    options.caBundle = found->settings.caBundle ? found->settings.caBundle->value : std::string();
    options.maxAttempts = found->settings.maxAttempts.value_or(3);
    options.connectTimeout = timeout(line, "cli-connect-timeout");
    options.readTimeout = timeout(line, "cli-read-timeout");
    auto service = remote::RemoteKms::open(std::move(options));
    if (!service) {
        return failureFrom(service);
    }
    const std::shared_ptr<remote::RemoteKms> endpoint = std::move(*service);
    open.clockOffset = [endpoint] { return endpoint->facts().clockSkew; };
    open.service = std::make_shared<history::RecordedKms>(endpoint, runtime.history(),
                                                          "aws:" + found->settings.profile.value);
    return open;
}

} // namespace keyturn::cli
