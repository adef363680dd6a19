// SPDX-License-Identifier: Apache-2.0
// Profile: a named place to work in, a vault file or a KMS endpoint, and the rules that hold there. Holds no
// secret: credentials are in the OS keychain under the profile's opaque id, or come from where
// `credentialSource` says. Plain value, any thread. Errors: Usage, naming member and fix.
// Follows features-and-screens.md 3.1.
#pragma once

#include "base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace keyturn::workspace {

enum class ProfileKind : std::uint8_t { Vault, Endpoint };
/// What answers at an endpoint.
enum class EndpointService : std::uint8_t {
    Aws,   ///< AWS KMS in `region`, by the rules of its partition
    Qkms,  ///< Quilibrium's service; `endpointUrl` empty: its public endpoint
    Custom ///< whatever speaks TrentService at `endpointUrl`
};
/// Its colour (ui/theme) and what new profiles are set to; `environmentLabel` may give it a name of its own.
enum class Environment : std::uint8_t { Local, Development, Staging, Production };
enum class CredentialSource : std::uint8_t {
    Keychain,    ///< one JSON item under the profile's id; the default for a new profile
    Environment, ///< AWS_ACCESS_KEY_ID and its companions
    AwsProfile,  ///< whatever `awsProfile` of the AWS files says: keys, a role, SSO, a process
    Process,     ///< `credentialProcess` prints them
    Sso,         ///< IAM Identity Center: `sso`
    Role         ///< `role` is assumed with the credentials of `role.base`
};
/// How much care a service asks for; enforced by SafetyKms and ReadOnlyKms (safety_kms.h has the table).
enum class SafetyLevel : std::uint8_t { Normal, Confirm, ConfirmAndType, WrappedOnly, ReadOnly };
/// Who wrote the profile: what others wrote runs no command before a person accepted it.
enum class ProfileOrigin : std::uint8_t { Own, AwsImport, Shared };

inline constexpr std::array allSafetyLevels{SafetyLevel::Normal, SafetyLevel::Confirm,
                                            SafetyLevel::ConfirmAndType, SafetyLevel::WrappedOnly,
                                            SafetyLevel::ReadOnly};

struct SsoSettings {
    std::string startUrl;  ///< "https://example.awsapps.com/start"
    std::string region;    ///< of the Identity Center, not of KMS
    std::string accountId; ///< 12 digits
    std::string roleName;
    bool operator==(const SsoSettings &) const = default;
};

struct RoleSettings {
    std::string roleArn;
    std::string externalId;             ///< empty: none
    std::string mfaSerial;              ///< empty: none; otherwise a code is asked for
    std::string sessionName;            ///< empty: made by Keyturn
    std::optional<int> durationSeconds; ///< 900 to 43,200; none: the role's own
    /// Keychain, Environment, AwsProfile (`awsProfile` names it) or Process.
    CredentialSource base = CredentialSource::Keychain;
    bool operator==(const RoleSettings &) const = default;
};

struct Profile {
    std::string id;   ///< UUID; never changes, so that a renamed profile keeps its keychain item
    std::string name; ///< unique, shown to people
    ProfileKind kind = ProfileKind::Endpoint;
    std::filesystem::path vaultFile; ///< of a vault

    EndpointService service = EndpointService::Aws;
    std::string endpointUrl; ///< needed by Custom; otherwise empty or in place of the service's own
    std::string region;
    bool fips = false; ///< AWS without `endpointUrl` only, and so is dualStack
    bool dualStack = false;
    std::filesystem::path caBundle; ///< PEM; empty: the system's roots

    CredentialSource credentialSource = CredentialSource::Keychain;
    std::string awsProfile;        ///< for AwsProfile, and for Role with that base
    std::string credentialProcess; ///< for Process: the command as it is run, without a shell
    SsoSettings sso;
    RoleSettings role;

    Environment environment = Environment::Development;
    std::string environmentLabel; ///< "pre-production"; empty: the environment's own word
    SafetyLevel safety = SafetyLevel::Normal;
    std::optional<int> shortestDeletionDays; ///< 7 to 30; a shorter deletion window is refused
    std::optional<int> callsPerSecond;       ///< 1 to 100,000; none: no ceiling of ours

    ProfileOrigin origin = ProfileOrigin::Own;

    bool isReadOnly() const { return safety == SafetyLevel::ReadOnly; }
    bool operator==(const Profile &) const = default;
};

std::string_view wireName(ProfileKind kind);
std::string_view wireName(EndpointService service);
std::string_view wireName(Environment environment);
std::string_view wireName(CredentialSource source);
std::string_view wireName(SafetyLevel level);
std::string_view wireName(ProfileOrigin origin);
Result<ProfileKind> profileKindFromName(std::string_view name);
Result<EndpointService> endpointServiceFromName(std::string_view name);
Result<Environment> environmentFromName(std::string_view name);
Result<CredentialSource> credentialSourceFromName(std::string_view name);
Result<SafetyLevel> safetyLevelFromName(std::string_view name);
Result<ProfileOrigin> profileOriginFromName(std::string_view name);

/// A new opaque id.
std::string newProfileId();
/// What a new profile of that environment starts with: Production asks for confirmation and typing.
SafetyLevel defaultSafety(Environment environment);
/// `environmentLabel`, or the environment's own word.
std::string_view environmentText(const Profile &profile);
/// Whether the keychain item of this profile holds an access key.
bool usesKeychain(const Profile &profile);
/// Where the endpoint is: its own URL, or the service's for the Region. Errors: Configuration.
Result<std::string> endpointUrlOf(const Profile &profile);

/// What is wrong with a profile, naming the member and the fix. Errors: Usage.
Status validateProfile(const Profile &profile);

} // namespace keyturn::workspace
