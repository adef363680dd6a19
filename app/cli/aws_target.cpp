// SPDX-License-Identifier: Apache-2.0
#include "aws_target.h"

#include "base/encoding.h"
#include "credentials/obtain_and_wait.h"
#include "credentials/plan_source.h"
#include "remote/endpoint_rules.h"
#include "remote/proxy_rules.h"
#include "remote/remote_kms.h"

#include <QUrl>

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

/// STS and Identity Center are reached as KMS is. What a proxy asks for stands in its header; here it is part
/// of a URL.
std::string proxyUrl(const std::string &url) {
    const QUrl target(QString::fromStdString(url));
    const auto port = static_cast<std::uint16_t>(target.port(0));
    const auto proxy =
        remote::proxyFor({}, target.host().toStdString(), port, target.scheme() == QStringLiteral("https"));
    if (!proxy || proxy->kind == remote::Proxy::Kind::Direct) {
        return {};
    }
    QUrl way;
    way.setScheme(proxy->kind == remote::Proxy::Kind::Http ? QStringLiteral("http")
                                                           : QStringLiteral("socks5"));
    way.setHost(QString::fromStdString(proxy->host));
    way.setPort(proxy->port);
    constexpr std::string_view basic = "Basic ";
    const std::string_view header = proxy->authorization.view();
    if (const auto user = header.starts_with(basic) ? secretFromBase64(header.substr(basic.size()))
                                                    : secretFromBase64("")) {
        const QByteArray text(user->text().data(), static_cast<qsizetype>(user->size()));
        const qsizetype colon = text.indexOf(':');
        way.setUserName(QString::fromUtf8(text.left(colon)), QUrl::DecodedMode);
        way.setPassword(colon < 0 ? QString() : QString::fromUtf8(text.mid(colon + 1)), QUrl::DecodedMode);
    }
    return way.toString(QUrl::FullyEncoded).toStdString();
}

/// Keys that are at hand, or fetched: by a program, by taking a role, by a login.
Result<std::shared_ptr<credentials::CredentialsSource>> credentialsOf(const Found &found,
                                                                      std::string &origin) {
    auto plan = credentials::planCredentials(found.settings, credentials::processEnvironment(), found.files,
                                             systemClock()->now());
    if (!plan) {
        return failFrom(plan);
    }
    origin = plan->source;
    credentials::HttpOptions http;
    http.caBundle = found.settings.caBundle ? found.settings.caBundle->value : std::string();
    http.proxyFor = proxyUrl;
    credentials::CredentialPorts ports;
    if (!plan->isStatic()) {
        auto client = credentials::HttpClient::open(std::move(http));
        if (!client) {
            return failFrom(client);
        }
        ports.http = std::move(*client);
    }
    auto source = credentials::sourceFor(std::move(*plan), std::move(ports));
    auto keys = credentials::obtainAndWait(*source, systemClock()->now());
    return keys ? Result<std::shared_ptr<credentials::CredentialsSource>>(std::move(source)) : failFrom(keys);
}

std::chrono::milliseconds timeout(const CommandLine &line, std::string_view option) {
    constexpr std::int64_t defaultSeconds = 60;
    constexpr std::int64_t longestSeconds = 24 * 3600;
    const auto seconds = pythonInteger(line.globals.value(option)).value_or(defaultSeconds);
    return std::chrono::seconds(seconds <= 0 || seconds > longestSeconds ? longestSeconds : seconds);
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
    std::string origin;
    auto source = credentialsOf(*found, origin);
    auto keys = source ? (*source)->current(systemClock()->now()) : failFrom(source);
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
    auto source = credentialsOf(*found, open.credentialOrigin);
    if (!source) {
        return tl::unexpected<Failure>(awsFailure(source.error()));
    }
    remote::RemoteOptions options;
    options.endpointUrl = target.endpointUrl;
    options.region = target.region;
    options.credentials = std::move(*source);
    options.caBundle = found->settings.caBundle ? found->settings.caBundle->value : std::string();
    options.maxAttempts = found->settings.maxAttempts.value_or(3);
    options.connectTimeout = timeout(line, "cli-connect-timeout");
    options.readTimeout = timeout(line, "cli-read-timeout");
    auto service = remote::RemoteKms::open(std::move(options));
    if (!service) {
        return failureFrom(service);
    }
    open.service = std::move(*service);
    return open;
}

} // namespace keyturn::cli
