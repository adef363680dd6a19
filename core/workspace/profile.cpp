// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile.h"

#include "remote/endpoint_rules.h"

#include <QUuid>

namespace keyturn::workspace {
namespace {

constexpr std::array<std::string_view, 2> kindNames{"vault", "endpoint"};
constexpr std::array<std::string_view, 3> serviceNames{"aws", "qkms", "custom"};
constexpr std::array<std::string_view, 4> environmentNames{"local", "development", "staging", "production"};
constexpr std::array<std::string_view, 6> sourceNames{"keychain", "environment", "aws-profile",
                                                      "process",  "sso",         "role"};
constexpr std::array<std::string_view, 5> safetyNames{"normal", "confirm", "confirm-and-type", "wrapped-only",
                                                      "read-only"};
constexpr std::array<std::string_view, 3> originNames{"own", "aws-import", "shared"};
constexpr std::string_view qkmsUrl = "https://qkms.quilibrium.com/";

template <class E, std::size_t N>
Result<E> fromName(const std::array<std::string_view, N> &names, std::string_view name,
                   std::string_view member) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) {
            return static_cast<E>(i);
        }
    }
    std::string allowed;
    for (const auto &each : names) {
        allowed += (allowed.empty() ? "" : ", ") + std::string(each);
    }
    return fail(ErrorCode::Usage, std::string(member) + " takes one of: " + allowed);
}

} // namespace

std::string_view wireName(ProfileKind kind) {
    return kindNames[static_cast<std::size_t>(kind)];
}
std::string_view wireName(EndpointService service) {
    return serviceNames[static_cast<std::size_t>(service)];
}
std::string_view wireName(Environment environment) {
    return environmentNames[static_cast<std::size_t>(environment)];
}
std::string_view wireName(CredentialSource source) {
    return sourceNames[static_cast<std::size_t>(source)];
}
std::string_view wireName(SafetyLevel level) {
    return safetyNames[static_cast<std::size_t>(level)];
}
std::string_view wireName(ProfileOrigin origin) {
    return originNames[static_cast<std::size_t>(origin)];
}

Result<ProfileKind> profileKindFromName(std::string_view name) {
    return fromName<ProfileKind>(kindNames, name, "kind");
}
Result<EndpointService> endpointServiceFromName(std::string_view name) {
    return fromName<EndpointService>(serviceNames, name, "service");
}
Result<Environment> environmentFromName(std::string_view name) {
    return fromName<Environment>(environmentNames, name, "environment");
}
Result<CredentialSource> credentialSourceFromName(std::string_view name) {
    return fromName<CredentialSource>(sourceNames, name, "credentials");
}
Result<SafetyLevel> safetyLevelFromName(std::string_view name) {
    return fromName<SafetyLevel>(safetyNames, name, "safety");
}
Result<ProfileOrigin> profileOriginFromName(std::string_view name) {
    return fromName<ProfileOrigin>(originNames, name, "origin");
}

std::string newProfileId() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

SafetyLevel defaultSafety(Environment environment) {
    return environment == Environment::Production ? SafetyLevel::ConfirmAndType : SafetyLevel::Normal;
}

std::string_view environmentText(const Profile &profile) {
    return profile.environmentLabel.empty() ? wireName(profile.environment) : profile.environmentLabel;
}

bool usesKeychain(const Profile &profile) {
    const CredentialSource source =
        profile.credentialSource == CredentialSource::Role ? profile.role.base : profile.credentialSource;
    return profile.kind == ProfileKind::Endpoint && source == CredentialSource::Keychain;
}

Result<std::string> endpointUrlOf(const Profile &profile) {
    if (!profile.endpointUrl.empty()) {
        return profile.endpointUrl;
    }
    if (profile.service == EndpointService::Qkms) {
        return std::string(qkmsUrl);
    }
    auto endpoint =
        remote::kmsEndpoint(profile.region, {.fips = profile.fips, .dualStack = profile.dualStack});
    if (!endpoint) {
        return failFrom(endpoint);
    }
    return endpoint->url;
}

} // namespace keyturn::workspace
