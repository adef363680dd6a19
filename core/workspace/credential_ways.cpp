// SPDX-License-Identifier: Apache-2.0
#include "workspace/credential_ways.h"

#include "credentials/keychain_item.h"

namespace keyturn::workspace {
namespace {

using credentials::AwsFiles;
using credentials::AwsSection;
using credentials::Credentials;

/// What people see where the AWS files would have a profile's name.
std::string sectionName(const Profile &profile) {
    return profile.name + " (Keyturn)";
}

void put(AwsSection &section, const char *name, const std::string &value) {
    if (!value.empty()) {
        section.settings[name] = value;
    }
}

AwsSection ssoSection(const SsoSettings &sso) {
    AwsSection section;
    put(section, "sso_start_url", sso.startUrl);
    put(section, "sso_region", sso.region);
    put(section, "sso_account_id", sso.accountId);
    put(section, "sso_role_name", sso.roleName);
    return section;
}

AwsSection roleSection(const Profile &profile, const std::string &baseName) {
    const RoleSettings &role = profile.role;
    AwsSection section;
    put(section, "role_arn", role.roleArn);
    put(section, "external_id", role.externalId);
    put(section, "mfa_serial", role.mfaSerial);
    put(section, "role_session_name", role.sessionName);
    if (role.durationSeconds) {
        section.settings["duration_seconds"] = std::to_string(*role.durationSeconds);
    }
    if (role.base == CredentialSource::Environment) {
        section.settings["credential_source"] = "Environment";
    } else {
        section.settings["source_profile"] =
            role.base == CredentialSource::AwsProfile ? profile.awsProfile : baseName;
    }
    return section;
}

Result<Credentials> keysFromKeychain(const Profile &profile, const std::optional<SecretBytes> &item) {
    if (!item) {
        return fail(ErrorCode::NoCredentials, "The keychain holds no credentials for this profile.");
    }
    return credentials::readKeychainDocument(*item, credentials::keychainSourceText(profile.name));
}

Result<AwsSection> baseSection(const Profile &profile, const std::optional<SecretBytes> &item) {
    AwsSection section;
    if (profile.role.base == CredentialSource::Process) {
        put(section, "credential_process", profile.credentialProcess);
        return section;
    }
    auto keys = keysFromKeychain(profile, item);
    if (!keys) {
        return failFrom(keys);
    }
    put(section, "aws_access_key_id", keys->accessKeyId);
    section.secrets["aws_secret_access_key"] = std::move(keys->secretKey);
    if (!keys->sessionToken.empty()) {
        section.secrets["aws_session_token"] = std::move(keys->sessionToken);
    }
    return section;
}

/// Writes what the profile itself says into the files as read; the name of the section to start from.
Result<std::string> addSections(const Profile &profile, const std::optional<SecretBytes> &item,
                                AwsFiles &files) {
    const std::string name = sectionName(profile);
    const std::string baseName = name + ", base";
    switch (profile.credentialSource) {
    case CredentialSource::AwsProfile:
        return profile.awsProfile;
    case CredentialSource::Sso:
        files.config.profiles[name] = ssoSection(profile.sso);
        return name;
    case CredentialSource::Process:
        put(files.config.profiles[name], "credential_process", profile.credentialProcess);
        return name;
    case CredentialSource::Role: {
        const CredentialSource base = profile.role.base;
        if (base == CredentialSource::Keychain || base == CredentialSource::Process) {
            auto section = baseSection(profile, item);
            if (!section) {
                return failFrom(section);
            }
            files.config.profiles[baseName] = std::move(*section);
        }
        files.config.profiles[name] = roleSection(profile, baseName);
        return name;
    }
    case CredentialSource::Keychain:
    case CredentialSource::Environment:
        break;
    }
    return std::string();
}

Status requireEnvironmentKeys(const credentials::Environment &environment) {
    const auto id = environment("AWS_ACCESS_KEY_ID");
    if (id && !id->empty()) {
        return {};
    }
    return fail(ErrorCode::NoCredentials, "The profile takes its credentials from the environment, and "
                                          "AWS_ACCESS_KEY_ID is not set there.");
}

Result<credentials::CredentialPlan> planOf(const Profile &profile, const std::optional<SecretBytes> &item,
                                           const credentials::Settings &settings,
                                           const credentials::Environment &environment, const AwsFiles &files,
                                           Timestamp now) {
    if (profile.credentialSource == CredentialSource::Keychain) {
        auto keys = keysFromKeychain(profile, item);
        if (!keys) {
            return failFrom(keys);
        }
        std::string source = keys->source;
        return credentials::CredentialPlan{credentials::StaticKeys{std::move(*keys)}, profile.name,
                                           std::move(source)};
    }
    if (profile.credentialSource == CredentialSource::Environment) {
        if (auto there = requireEnvironmentKeys(environment); !there) {
            return failFrom(there);
        }
    }
    const credentials::PlanOptions options{.commandsNeedApproval = profile.origin != ProfileOrigin::Own};
    return credentials::planCredentials(settings, environment, files, now, options);
}

} // namespace

Result<CredentialWay> credentialWayOf(const Profile &profile, const std::optional<SecretBytes> &keychainItem,
                                      const credentials::Environment &environment, Timestamp now) {
    auto files = AwsFiles::load(environment);
    if (!files) {
        return failFrom(files);
    }
    const auto section = addSections(profile, keychainItem, *files);
    if (!section) {
        return fail(section.error());
    }
    credentials::ExplicitSettings given;
    given.region = profile.region;
    if (!section->empty()) {
        given.profile = *section;
    }
    auto settings = credentials::resolveSettings(given, environment, *files);
    if (!settings) {
        return failFrom(settings);
    }
    if (profile.service == EndpointService::Aws) {
        settings->useFips = profile.fips;
        settings->useDualStack = profile.dualStack;
    }
    auto plan = planOf(profile, keychainItem, *settings, environment, *files, now);
    if (!plan) {
        return failFrom(plan);
    }
    CredentialWay way{std::move(*plan), credentials::stsEndpoint(*settings, environment, *files), {}};
    // A bundle for a service of one's own says nothing about AWS's certificates.
    if (profile.service == EndpointService::Aws && !profile.caBundle.empty()) {
        way.caBundle = profile.caBundle.string();
    } else if (settings->caBundle) {
        way.caBundle = settings->caBundle->value;
    }
    return way;
}

} // namespace keyturn::workspace
