// SPDX-License-Identifier: Apache-2.0
#include "workspace/connect.h"

#include "credentials/chain.h"
#include "credentials/keychain_item.h"
#include "remote/remote_kms.h"
#include "workspace/read_only_kms.h"
#include "workspace/region_guard_kms.h"

namespace keyturn::workspace {
namespace {

/// Environment keys, or the static keys of the profile that is named: never another source than was chosen.
Result<credentials::Credentials> fromAws(const Profile &profile) {
    const auto environment = credentials::processEnvironment();
    auto files = credentials::AwsFiles::load(environment);
    if (!files) {
        return failFrom(files);
    }
    credentials::ExplicitSettings given;
    if (profile.credentialSource == CredentialSource::AwsProfile) {
        given.profile = profile.awsProfile;
    }
    auto settings = credentials::resolveSettings(given, environment, *files);
    if (!settings) {
        return failFrom(settings);
    }
    return credentials::resolveCredentials(*settings, environment, *files, systemClock()->now());
}

Result<credentials::Credentials> credentialsOf(const Profile &profile,
                                               const std::optional<SecretBytes> &keychainItem) {
    if (profile.credentialSource != CredentialSource::Keychain) {
        return fromAws(profile);
    }
    if (!keychainItem) {
        return fail(ErrorCode::NoCredentials, "The keychain holds no credentials for this profile.");
    }
    return credentials::readKeychainDocument(*keychainItem, credentials::keychainSourceText(profile.name));
}

} // namespace

Result<Connection> connectEndpoint(const Profile &profile, std::optional<SecretBytes> keychainItem) {
    auto url = endpointUrlOf(profile);
    if (!url) {
        return failFrom(url);
    }
    auto credentials = credentialsOf(profile, keychainItem);
    if (!credentials) {
        return failFrom(credentials);
    }
    const std::string origin = credentials->source;
    remote::RemoteOptions options{.endpointUrl = *url,
                                  .region = profile.region,
                                  .credentials = credentials::fixedCredentials(std::move(*credentials)),
                                  .caBundle = profile.caBundle.string()};
    auto remote = remote::RemoteKms::open(std::move(options));
    if (!remote) {
        return failFrom(remote);
    }
    return Connection{decorate(std::move(*remote), profile), origin};
}

std::shared_ptr<kms::KmsService> decorate(std::shared_ptr<kms::KmsService> backend, const Profile &profile) {
    if (profile.kind == ProfileKind::Endpoint) {
        backend = std::make_shared<RegionGuardKms>(std::move(backend), profile.region);
    }
    if (profile.isReadOnly()) {
        backend = std::make_shared<ReadOnlyKms>(std::move(backend),
                                                "The profile \"" + profile.name + "\" is read-only.");
    }
    return backend;
}

} // namespace keyturn::workspace
