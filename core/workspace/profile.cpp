// SPDX-License-Identifier: Apache-2.0
#include "workspace/profile.h"

#include "base/text.h"

#include <QUuid>

#include <array>

namespace keyturn::workspace {
namespace {

constexpr std::array<std::string_view, 2> kindNames{"vault", "endpoint"};
constexpr std::array<std::string_view, 4> environmentNames{"local", "development", "staging", "production"};
constexpr std::array<std::string_view, 3> sourceNames{"keychain", "environment", "aws-profile"};

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

Status refuse(const Profile &profile, std::string_view what) {
    return fail(ErrorCode::Usage, "Profile \"" + profile.name + "\": " + std::string(what));
}

bool isHttpUrl(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

Status validateEndpoint(const Profile &profile) {
    if (profile.region.empty()) {
        return refuse(profile, "region is missing. It is part of every signature; for QKMS use us-east-1.");
    }
    if (!profile.endpointUrl.empty() && !isHttpUrl(profile.endpointUrl)) {
        return refuse(profile, "endpoint must start with https:// (or http:// for this machine itself).");
    }
    if (profile.credentialSource == CredentialSource::AwsProfile && profile.awsProfile.empty()) {
        return refuse(profile, "awsProfile must name the profile of the AWS files that holds the keys.");
    }
    return {};
}

} // namespace

std::string_view wireName(ProfileKind kind) {
    return kindNames[static_cast<std::size_t>(kind)];
}
std::string_view wireName(Environment environment) {
    return environmentNames[static_cast<std::size_t>(environment)];
}
std::string_view wireName(CredentialSource source) {
    return sourceNames[static_cast<std::size_t>(source)];
}

Result<ProfileKind> profileKindFromName(std::string_view name) {
    return fromName<ProfileKind>(kindNames, name, "kind");
}
Result<Environment> environmentFromName(std::string_view name) {
    return fromName<Environment>(environmentNames, name, "environment");
}
Result<CredentialSource> credentialSourceFromName(std::string_view name) {
    return fromName<CredentialSource>(sourceNames, name, "credentials");
}

std::string newProfileId() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

Status validateProfile(const Profile &profile) {
    if (profile.name.empty() || codePointCount(profile.name) > 64 || trimmed(profile.name) != profile.name) {
        return fail(ErrorCode::Usage,
                    "The profile's name must have 1 to 64 characters, without blanks at its ends.");
    }
    for (const char c : profile.name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == '/') {
            return fail(ErrorCode::Usage, "The profile's name must not hold a slash or a control character.");
        }
    }
    if (profile.id.empty()) {
        return refuse(profile, "id is missing.");
    }
    if (profile.kind == ProfileKind::Vault) {
        return profile.vaultFile.is_absolute() ? Status{}
                                               : refuse(profile, "vaultFile must be an absolute path.");
    }
    return validateEndpoint(profile);
}

} // namespace keyturn::workspace
