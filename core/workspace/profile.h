// SPDX-License-Identifier: Apache-2.0
// Profile: a named place to work in, a vault file or a KMS endpoint. Holds no secret: credentials are in the
// OS keychain under the profile's opaque id. Plain value.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace keyturn::workspace {

enum class ProfileKind : std::uint8_t { Vault, Endpoint };
enum class Environment : std::uint8_t { Local, Development, Staging, Production };
enum class CredentialSource : std::uint8_t {
    Keychain,    ///< one JSON item under the profile's id; the default for a new profile
    Environment, ///< AWS_ACCESS_KEY_ID and its companions
    AwsProfile   ///< static keys of a profile in the AWS files
};

struct Profile {
    std::string id;   ///< UUID; never changes, so that a renamed profile keeps its keychain item
    std::string name; ///< unique, shown to people
    ProfileKind kind = ProfileKind::Endpoint;
    std::filesystem::path vaultFile; ///< of a vault
    std::string endpointUrl;         ///< of an endpoint; empty: AWS KMS in `region`
    std::string region;
    CredentialSource credentialSource = CredentialSource::Keychain;
    std::string awsProfile;         ///< for CredentialSource::AwsProfile
    std::filesystem::path caBundle; ///< PEM; empty: the system's roots
    Environment environment = Environment::Development;
    bool readOnly = false;

    bool operator==(const Profile &) const = default;
};

std::string_view wireName(ProfileKind kind);
std::string_view wireName(Environment environment);
std::string_view wireName(CredentialSource source);
Result<ProfileKind> profileKindFromName(std::string_view name);
Result<Environment> environmentFromName(std::string_view name);
Result<CredentialSource> credentialSourceFromName(std::string_view name);

/// A new opaque id.
std::string newProfileId();
/// What is wrong with a profile, naming the member and the fix. Errors: Usage.
Status validateProfile(const Profile &profile);

} // namespace keyturn::workspace
