// SPDX-License-Identifier: Apache-2.0
// Roles: with another profile's keys, with keys of a named source, with a web identity.
#include "credentials/plan_ways.h"

#include "credentials/setting_sources.h"

#include <algorithm>
#include <charconv>

namespace keyturn::credentials {

namespace {

tl::unexpected<Error> wrong(std::string sentence) {
    return fail(ErrorCode::Configuration, std::move(sentence));
}

std::string textOf(const AwsFiles &files, const std::string &profile, const char *name) {
    const std::string *value = files.setting(profile, name);
    return value != nullptr ? *value : std::string();
}

/// A text that is no number is left out, as botocore does.
std::optional<int> durationOf(const AwsFiles &files, const std::string &profile) {
    const std::string text = textOf(files, profile, "duration_seconds");
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return good ? std::optional(value) : std::nullopt;
}

std::string listOf(const std::vector<std::string> &names) {
    std::string out = "[";
    for (const std::string &name : names) {
        out += (out.size() > 1 ? ", '" : "'") + name + "'";
    }
    return out + "]";
}

Result<CredentialPlan> planCredentialSource(const PlanInput &in, const std::string &profile,
                                            const std::string &name) {
    if (name == "Ec2InstanceMetadata" || name == "EcsContainer") {
        return wrong("profile " + profile + " names credential_source = " + name +
                     ", which Keyturn does not ask: it never calls instance or container services; use "
                     "source_profile, credential_process or the environment");
    }
    if (name != "Environment") {
        return wrong("The credential source \"" + name + "\" referenced in profile \"" + profile +
                     "\" is not valid.");
    }
    auto plan = planEnvironmentKeys(in);
    if (!plan) {
        return failFrom(plan);
    }
    if (!*plan) {
        return wrong("Error when retrieving credentials from Environment: No credentials found in "
                     "credential_source referenced in profile " +
                     profile);
    }
    return std::move(**plan);
}

Status checkSourceProfile(const PlanInput &in, const std::string &profile, const std::string &source,
                          const std::vector<std::string> &visited) {
    if (!in.files.hasProfile(source)) {
        return wrong("The source_profile \"" + source + "\" referenced in the profile \"" + profile +
                     "\" does not exist.");
    }
    const bool seen = std::find(visited.begin(), visited.end(), source) != visited.end();
    // A profile may name itself, for static keys of its own.
    if (seen && (source != profile || !hasStaticKeys(in.files, source))) {
        return wrong("Infinite loop in credential configuration detected. Attempting to load from profile " +
                     source + " which has already been visited. Visited profiles: " + listOf(visited));
    }
    return {};
}

bool assumesRole(const AwsFiles &files, const std::string &profile) {
    return files.setting(profile, "role_arn") != nullptr &&
           files.setting(profile, "web_identity_token_file") == nullptr;
}

Result<CredentialPlan> planSourceProfile(const PlanInput &in, const std::string &source,
                                         std::vector<std::string> visited) {
    visited.push_back(source);
    auto plan = hasStaticKeys(in.files, source) || !assumesRole(in.files, source)
                    ? planWithoutRole(in, source, false)
                    : planRole(in, source, std::move(visited));
    if (!plan) {
        return failFrom(plan);
    }
    if (!*plan) {
        return wrong("The source profile \"" + source + "\" must have credentials.");
    }
    return std::move(**plan);
}

} // namespace

MaybePlan planRole(const PlanInput &in, const std::string &profile, std::vector<std::string> visited) {
    if (!assumesRole(in.files, profile)) {
        return std::optional<CredentialPlan>();
    }
    const std::string *source = in.files.setting(profile, "source_profile");
    const std::string *named = in.files.setting(profile, "credential_source");
    if (source != nullptr && named != nullptr) {
        return wrong("The profile \"" + profile + "\" contains both source_profile and credential_source.");
    }
    if (source == nullptr && named == nullptr) {
        return wrong("Partial credentials found in assume-role, missing: source_profile or "
                     "credential_source");
    }
    if (source != nullptr) {
        if (auto good = checkSourceProfile(in, profile, *source, visited); !good) {
            return failFrom(good);
        }
    }
    auto base = named != nullptr ? planCredentialSource(in, profile, *named)
                                 : planSourceProfile(in, *source, std::move(visited));
    if (!base) {
        return failFrom(base);
    }
    auto sts = stsEndpoint(in.settings, in.environment, in.files);
    if (!sts) {
        return failFrom(sts);
    }
    AssumedRole role;
    role.roleArn = textOf(in.files, profile, "role_arn");
    role.sessionName = textOf(in.files, profile, "role_session_name");
    role.externalId = textOf(in.files, profile, "external_id");
    role.mfaSerial = textOf(in.files, profile, "mfa_serial");
    role.durationSeconds = durationOf(in.files, profile);
    role.sts = std::move(*sts);
    const std::string words = "role " + role.roleArn + " of profile " + profile + ", with " + base->source;
    role.base = std::make_unique<CredentialPlan>(std::move(*base));
    return std::optional(CredentialPlan{std::move(role), profile, words});
}

MaybePlan planWebIdentity(const PlanInput &in, const std::string &profile, bool withEnvironment) {
    const auto find = [&](const char *variable, const char *setting) {
        auto given = withEnvironment ? fromEnvironment(in.environment, {variable}) : std::nullopt;
        return given ? given : fromProfile(in.files, profile, setting);
    };
    const auto file = find("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (!file) {
        return std::optional<CredentialPlan>();
    }
    const auto role = find("AWS_ROLE_ARN", "role_arn");
    if (!role) {
        return wrong("The provided profile or the current environment is configured to assume role with web "
                     "identity but has no role ARN configured. Ensure that the profile has the role_arn"
                     "configuration set or the AWS_ROLE_ARN env var is set.");
    }
    const auto name = find("AWS_ROLE_SESSION_NAME", "role_session_name");
    auto sts = stsEndpoint(in.settings, in.environment, in.files);
    if (!sts) {
        return failFrom(sts);
    }
    WebIdentityRole out{role->value, name ? name->value : std::string(), file->value, std::move(*sts)};
    if (file->value.starts_with("~/")) {
        out.tokenFile = homeOf(in.environment) / file->value.substr(2);
    }
    return std::optional(CredentialPlan{std::move(out), profile,
                                        "role " + role->value + " with the web identity of " + file->source});
}

} // namespace keyturn::credentials
