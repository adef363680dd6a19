// SPDX-License-Identifier: Apache-2.0
#include "profile_options.h"

namespace keyturn::cli {
namespace {

using aws::Value;
using workspace::CredentialSource;
using workspace::EndpointService;
using workspace::Profile;

ArgumentSpec flag(std::string option) {
    return {.option = std::move(option), .arity = Arity::Flag};
}

Value textOrNull(const std::string &text) {
    return text.empty() ? Value() : Value::text(text);
}

Value numberOrNull(std::optional<int> number) {
    return number ? Value::integer(*number) : Value();
}

void setText(const ParsedArguments &options, std::string_view key, std::string &member) {
    if (auto given = options.optional(key)) {
        member = std::move(*given);
    }
}

/// First fault of several options.
class OptionReader {
public:
    explicit OptionReader(const ParsedArguments &options)
        : m_options(options) {}

    template <class E>
    void choice(std::string_view key, Result<E> (*fromName)(std::string_view), E &member) {
        const auto given = m_options.optional(key);
        if (!given) {
            return;
        }
        auto known = fromName(*given);
        if (known) {
            member = *known;
        } else {
            note("--" + std::string(key) + ": " + known.error().detail);
        }
    }
    void number(std::string_view key, std::optional<int> &member) {
        const auto given = m_options.optional(key);
        if (!given) {
            return;
        }
        const auto value = *given == "none" ? std::nullopt : pythonInteger(*given);
        if (*given != "none" && (!value || *value < 0 || *value > 1'000'000)) {
            return note("--" + std::string(key) + " takes a whole number, or none");
        }
        member = value ? std::optional(static_cast<int>(*value)) : std::nullopt;
    }
    void yesNo(std::string_view key, bool &member) {
        if (m_options.has(key)) {
            member = true;
        }
        if (m_options.has("no-" + std::string(key))) {
            member = false;
        }
    }
    const std::string &fault() const { return m_fault; }

private:
    void note(std::string fault) {
        if (m_fault.empty()) {
            m_fault = std::move(fault);
        }
    }
    const ParsedArguments &m_options;
    std::string m_fault;
};

void applyPlace(const CommandLine &line, const ParsedArguments &options, Profile &profile) {
    const ParsedArguments &globals = line.globals;
    if (globals.has("vault")) {
        profile.kind = workspace::ProfileKind::Vault;
        profile.vaultFile = std::filesystem::absolute(std::string(globals.value("vault")));
    }
    if (globals.has("endpoint-url")) {
        profile.endpointUrl = globals.value("endpoint-url");
        // A URL without a word about the service is one of one's own; none is AWS.
        if (!options.has("service") && profile.service != EndpointService::Qkms) {
            profile.service = profile.endpointUrl.empty() ? EndpointService::Aws : EndpointService::Custom;
        }
    }
    if (globals.has("region")) {
        profile.region = globals.value("region");
    }
    if (globals.has("ca-bundle")) {
        const std::string given(globals.value("ca-bundle"));
        profile.caBundle = given.empty() ? std::filesystem::path() : std::filesystem::absolute(given);
    }
}

void applyCredentials(const ParsedArguments &options, OptionReader &read, Profile &profile) {
    // What is named tells the source, unless that is named too.
    if (!options.has("credentials")) {
        profile.credentialSource = options.has("role-arn")             ? CredentialSource::Role
                                   : options.has("sso-start-url")      ? CredentialSource::Sso
                                   : options.has("credential-process") ? CredentialSource::Process
                                   : options.has("aws-profile")        ? CredentialSource::AwsProfile
                                                                       : profile.credentialSource;
    }
    read.choice("credentials", &workspace::credentialSourceFromName, profile.credentialSource);
    setText(options, "aws-profile", profile.awsProfile);
    setText(options, "credential-process", profile.credentialProcess);
    setText(options, "sso-start-url", profile.sso.startUrl);
    setText(options, "sso-region", profile.sso.region);
    setText(options, "sso-account-id", profile.sso.accountId);
    setText(options, "sso-role-name", profile.sso.roleName);
    setText(options, "role-arn", profile.role.roleArn);
    setText(options, "external-id", profile.role.externalId);
    setText(options, "mfa-serial", profile.role.mfaSerial);
    setText(options, "role-session-name", profile.role.sessionName);
    read.number("duration-seconds", profile.role.durationSeconds);
    if (options.has("role-arn") && !options.has("role-base")) {
        profile.role.base = options.has("aws-profile")          ? CredentialSource::AwsProfile
                            : options.has("credential-process") ? CredentialSource::Process
                                                                : profile.role.base;
    }
    read.choice("role-base", &workspace::credentialSourceFromName, profile.role.base);
}

/// Options that say nothing for the source that the profile has now: whoever gives them means another one.
std::string strayOption(const ParsedArguments &options, const Profile &profile) {
    const CredentialSource source = profile.credentialSource;
    const CredentialSource base = source == CredentialSource::Role ? profile.role.base : source;
    struct Group {
        std::string_view option;
        CredentialSource of;
        bool fits;
    };
    const bool role = source == CredentialSource::Role;
    const bool sso = source == CredentialSource::Sso;
    const bool keychain = base == CredentialSource::Keychain;
    for (const Group &group :
         {Group{"role-arn", CredentialSource::Role, role}, Group{"role-base", CredentialSource::Role, role},
          Group{"external-id", CredentialSource::Role, role},
          Group{"mfa-serial", CredentialSource::Role, role},
          Group{"role-session-name", CredentialSource::Role, role},
          Group{"duration-seconds", CredentialSource::Role, role},
          Group{"sso-start-url", CredentialSource::Sso, sso}, Group{"sso-region", CredentialSource::Sso, sso},
          Group{"sso-account-id", CredentialSource::Sso, sso},
          Group{"sso-role-name", CredentialSource::Sso, sso},
          Group{"credential-process", CredentialSource::Process, base == CredentialSource::Process},
          Group{"aws-profile", CredentialSource::AwsProfile, base == CredentialSource::AwsProfile},
          Group{"access-key-id", CredentialSource::Keychain, keychain},
          Group{"secret-file", CredentialSource::Keychain, keychain}}) {
        if (options.has(group.option) && !group.fits) {
            return "--" + std::string(group.option) + " belongs to --credentials " +
                   std::string(workspace::wireName(group.of)) + ", and this profile has --credentials " +
                   std::string(workspace::wireName(source));
        }
    }
    return {};
}

void addCredentials(const Profile &profile, Value::Map &members) {
    members.emplace_back("Credentials", Value::text(workspace::wireName(profile.credentialSource)));
    members.emplace_back("AwsProfile", textOrNull(profile.awsProfile));
    if (!profile.credentialProcess.empty()) {
        members.emplace_back("CredentialProcess", Value::text(profile.credentialProcess));
    }
    if (profile.credentialSource == CredentialSource::Sso) {
        members.emplace_back("SsoStartUrl", Value::text(profile.sso.startUrl));
        members.emplace_back("SsoRegion", Value::text(profile.sso.region));
        members.emplace_back("SsoAccountId", Value::text(profile.sso.accountId));
        members.emplace_back("SsoRoleName", Value::text(profile.sso.roleName));
    }
    if (profile.credentialSource == CredentialSource::Role) {
        members.emplace_back("RoleArn", Value::text(profile.role.roleArn));
        members.emplace_back("RoleBase", Value::text(workspace::wireName(profile.role.base)));
        members.emplace_back("ExternalId", textOrNull(profile.role.externalId));
        members.emplace_back("MfaSerial", textOrNull(profile.role.mfaSerial));
        members.emplace_back("RoleSessionName", textOrNull(profile.role.sessionName));
        members.emplace_back("DurationSeconds", numberOrNull(profile.role.durationSeconds));
    }
}

} // namespace

std::span<const ArgumentSpec> profileOptions() {
    static const std::vector<ArgumentSpec> options{
        {.option = "--service"},
        flag("--fips"),
        flag("--no-fips"),
        flag("--dual-stack"),
        flag("--no-dual-stack"),
        {.option = "--credentials"},
        {.option = "--access-key-id"},
        {.option = "--secret-file"},
        {.option = "--aws-profile"},
        {.option = "--credential-process"},
        {.option = "--sso-start-url"},
        {.option = "--sso-region"},
        {.option = "--sso-account-id"},
        {.option = "--sso-role-name"},
        {.option = "--role-arn"},
        {.option = "--external-id"},
        {.option = "--mfa-serial"},
        {.option = "--role-session-name"},
        {.option = "--duration-seconds"},
        {.option = "--role-base"},
        {.option = "--environment"},
        {.option = "--environment-label"},
        {.option = "--safety"},
        flag("--read-only"),
        {.option = "--shortest-deletion-days"},
        {.option = "--calls-per-second"},
        {.option = "--rename"},
    };
    return options;
}

Outcome<Profile> applyProfileOptions(Profile profile, const CommandLine &line,
                                     const ParsedArguments &options) {
    OptionReader read(options);
    setText(options, "rename", profile.name);
    applyPlace(line, options, profile);
    read.choice("service", &workspace::endpointServiceFromName, profile.service);
    read.yesNo("fips", profile.fips);
    read.yesNo("dual-stack", profile.dualStack);
    applyCredentials(options, read, profile);
    read.choice("environment", &workspace::environmentFromName, profile.environment);
    setText(options, "environment-label", profile.environmentLabel);
    read.number("shortest-deletion-days", profile.shortestDeletionDays);
    read.number("calls-per-second", profile.callsPerSecond);
    if (options.has("read-only")) {
        profile.safety = workspace::SafetyLevel::ReadOnly;
    }
    read.choice("safety", &workspace::safetyLevelFromName, profile.safety);
    if (options.has("read-only") && options.has("safety")) {
        return usageFailure("--read-only is --safety read-only: give one of them");
    }
    if (!read.fault().empty()) {
        return usageFailure(read.fault());
    }
    if (const std::string stray = strayOption(options, profile); !stray.empty()) {
        return usageFailure(stray);
    }
    if (auto valid = workspace::validateProfile(profile); !valid) {
        return failureFrom(valid);
    }
    return profile;
}

Value profileValue(const Profile &profile) {
    Value::Map members{{"Name", Value::text(profile.name)},
                       {"Id", Value::text(profile.id)},
                       {"Kind", Value::text(workspace::wireName(profile.kind))}};
    if (profile.kind == workspace::ProfileKind::Vault) {
        members.emplace_back("Vault", Value::text(profile.vaultFile.string()));
    } else {
        members.emplace_back("Service", Value::text(workspace::wireName(profile.service)));
        members.emplace_back("EndpointUrl", textOrNull(profile.endpointUrl));
        members.emplace_back("Region", textOrNull(profile.region));
        members.emplace_back("Fips", Value::boolean(profile.fips));
        members.emplace_back("DualStack", Value::boolean(profile.dualStack));
        members.emplace_back("CaBundle", textOrNull(profile.caBundle.string()));
        addCredentials(profile, members);
        members.emplace_back("CallsPerSecond", numberOrNull(profile.callsPerSecond));
    }
    members.emplace_back("Environment", Value::text(workspace::wireName(profile.environment)));
    members.emplace_back("EnvironmentLabel", textOrNull(profile.environmentLabel));
    members.emplace_back("Safety", Value::text(workspace::wireName(profile.safety)));
    members.emplace_back("ReadOnly", Value::boolean(profile.isReadOnly()));
    members.emplace_back("ShortestDeletionDays", numberOrNull(profile.shortestDeletionDays));
    members.emplace_back("Origin", Value::text(workspace::wireName(profile.origin)));
    return Value::map(std::move(members));
}

} // namespace keyturn::cli
