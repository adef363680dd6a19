// SPDX-License-Identifier: Apache-2.0
// Keys that are at hand: in the environment and in the AWS files; and the programs and sessions beside them.
#include "credentials/plan_ways.h"

namespace keyturn::credentials {

namespace {

tl::unexpected<Error> partial(const char *where, const char *missing) {
    return fail(ErrorCode::Configuration,
                std::string("Partial credentials found in ") + where + ", missing: " + missing);
}

std::optional<CredentialPlan> staticPlan(Credentials keys, std::string profile) {
    std::string source = keys.source;
    return CredentialPlan{StaticKeys{std::move(keys)}, std::move(profile), std::move(source)};
}

MaybePlan planSection(const ParsedAwsFile &file, const std::string &profile, const char *where,
                      const std::string &path) {
    const auto section = file.profiles.find(profile);
    const std::string *accessKeyId =
        section != file.profiles.end() ? section->second.find("aws_access_key_id") : nullptr;
    if (accessKeyId == nullptr) {
        return std::optional<CredentialPlan>();
    }
    const SecretBytes *secretKey = section->second.findSecret("aws_secret_access_key");
    if (secretKey == nullptr || secretKey->empty()) {
        return partial(where, "aws_secret_access_key");
    }
    Credentials out;
    out.accessKeyId = *accessKeyId;
    out.secretKey = secretKey->clone();
    for (const char *name : {"aws_security_token", "aws_session_token"}) {
        const SecretBytes *token = section->second.findSecret(name);
        if (out.sessionToken.empty() && token != nullptr) {
            out.sessionToken = token->clone();
        }
    }
    out.source = path + ", profile " + profile;
    return staticPlan(std::move(out), profile);
}

bool sectionHasKeys(const ParsedAwsFile &file, const std::string &profile) {
    const auto section = file.profiles.find(profile);
    return section != file.profiles.end() && (section->second.find("aws_access_key_id") != nullptr ||
                                              section->second.findSecret("aws_secret_access_key") != nullptr);
}

} // namespace

MaybePlan planEnvironmentKeys(const PlanInput &in) {
    const auto value = [&](const char *name) { return in.environment(name).value_or(std::string_view()); };
    Credentials out;
    out.accessKeyId = value("AWS_ACCESS_KEY_ID");
    if (out.accessKeyId.empty()) {
        return std::optional<CredentialPlan>();
    }
    out.secretKey = SecretBytes::copyOf(value("AWS_SECRET_ACCESS_KEY"));
    if (out.secretKey.empty()) {
        return partial("env", "AWS_SECRET_ACCESS_KEY");
    }
    for (const char *name : {"AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"}) {
        if (out.sessionToken.empty()) {
            out.sessionToken = SecretBytes::copyOf(value(name));
        }
    }
    if (const std::string_view text = value("AWS_CREDENTIAL_EXPIRATION"); !text.empty()) {
        auto time = parseIso8601(text);
        if (!time) {
            return fail(ErrorCode::Configuration, "AWS_CREDENTIAL_EXPIRATION is no ISO 8601 time");
        }
        if (*time <= in.now) {
            return fail(ErrorCode::ExpiredToken,
                        "Credentials were refreshed, but the refreshed credentials are still expired.");
        }
        out.expiration = *time;
    }
    out.source = "environment variable AWS_ACCESS_KEY_ID";
    return staticPlan(std::move(out), in.settings.profile.value);
}

MaybePlan planCredentialsFile(const PlanInput &in, const std::string &profile) {
    return planSection(in.files.credentials, profile, "shared-credentials-file",
                       in.files.credentialsPath.string());
}

MaybePlan planConfigFile(const PlanInput &in, const std::string &profile) {
    return planSection(in.files.config, profile, "config-file", in.files.configPath.string());
}

bool hasStaticKeys(const AwsFiles &files, const std::string &profile) {
    return sectionHasKeys(files.credentials, profile) || sectionHasKeys(files.config, profile);
}

MaybePlan planProcess(const PlanInput &in, const std::string &profile) {
    std::string file;
    const std::string *command = in.files.setting(profile, "credential_process", &file);
    if (command == nullptr) {
        return std::optional<CredentialPlan>();
    }
    return std::optional(CredentialPlan{ProcessCredentials{*command, in.options.commandsNeedApproval},
                                        profile, "credential_process of " + file + ", profile " + profile});
}

MaybePlan refuseLoginSession(const PlanInput &in, const std::string &profile) {
    if (in.files.setting(profile, "login_session") == nullptr) {
        return std::optional<CredentialPlan>();
    }
    return fail(ErrorCode::Configuration,
                "profile " + profile +
                    " gets its credentials from a login session (login_session), which Keyturn cannot read: "
                    "use IAM Identity Center, access keys, or credential_process = aws configure "
                    "export-credentials --format process");
}

} // namespace keyturn::credentials
