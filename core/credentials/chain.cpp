// SPDX-License-Identifier: Apache-2.0
#include "credentials/chain.h"

#include <array>

namespace keyturn::credentials {

namespace {

tl::unexpected<Error> partial(const char *where, const char *missing) {
    return fail(ErrorCode::Configuration,
                std::string("Partial credentials found in ") + where + ", missing: " + missing);
}

/// Nothing when the environment holds no access key.
Result<std::optional<Credentials>> fromEnvironment(const Environment &environment, Timestamp now) {
    const auto value = [&](const char *name) { return environment(name).value_or(std::string_view()); };
    Credentials out;
    out.accessKeyId = value("AWS_ACCESS_KEY_ID");
    if (out.accessKeyId.empty()) {
        return std::optional<Credentials>();
    }
    out.secretKey = SecretBytes::copyOf(value("AWS_SECRET_ACCESS_KEY"));
    if (out.secretKey.empty()) {
        return partial("env", "AWS_SECRET_ACCESS_KEY");
    }
    for (const char *name : {"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}) {
        if (out.sessionToken.empty()) {
            out.sessionToken = SecretBytes::copyOf(value(name));
        }
    }
    if (const std::string_view text = value("AWS_CREDENTIAL_EXPIRATION"); !text.empty()) {
        auto time = parseIso8601(text);
        if (!time) {
            return fail(ErrorCode::Configuration, "AWS_CREDENTIAL_EXPIRATION is no ISO 8601 time");
        }
        if (*time <= now) {
            return fail(ErrorCode::ExpiredToken,
                        "Credentials were refreshed, but the refreshed credentials are still expired.");
        }
        out.expiration = *time;
    }
    out.source = "environment variable AWS_ACCESS_KEY_ID";
    return std::optional<Credentials>(std::move(out));
}

/// Nothing when the section holds no access key.
Result<std::optional<Credentials>> fromSection(const ParsedAwsFile &file, const std::string &profile,
                                               const char *where, const std::string &path) {
    const auto section = file.profiles.find(profile);
    const std::string *accessKeyId =
        section != file.profiles.end() ? section->second.find("aws_access_key_id") : nullptr;
    if (accessKeyId == nullptr) {
        return std::optional<Credentials>();
    }
    const SecretBytes *secretKey = section->second.findSecret("aws_secret_access_key");
    if (secretKey == nullptr || secretKey->empty()) {
        return partial(where, "aws_secret_access_key");
    }
    Credentials out;
    out.accessKeyId = *accessKeyId;
    out.secretKey = secretKey->clone();
    for (const char *name : {"aws_session_token", "aws_security_token"}) {
        const SecretBytes *token = section->second.findSecret(name);
        if (out.sessionToken.empty() && token != nullptr) {
            out.sessionToken = token->clone();
        }
    }
    out.source = path + ", profile " + profile;
    return std::optional<Credentials>(std::move(out));
}

struct OtherWay {
    const char *setting;
    const char *words;
};
/// In the order of the CLI's chain: these come before static keys of the credentials file ...
constexpr std::array<OtherWay, 4> beforeCredentialsFile = {
    {{"role_arn", "by assuming a role (role_arn)"},
     {"web_identity_token_file", "by a web identity (web_identity_token_file)"},
     {"sso_session", "from IAM Identity Center (sso_session)"},
     {"sso_start_url", "from IAM Identity Center (sso_start_url)"}}};
/// ... and these after them, before static keys of the config file.
constexpr std::array<OtherWay, 2> beforeConfigFile = {
    {{"login_session", "from a login session (login_session)"},
     {"credential_process", "from a program (credential_process)"}}};

template <std::size_t N>
Status refuseOtherWays(const AwsFiles &files, const std::string &profile,
                       const std::array<OtherWay, N> &ways) {
    for (const OtherWay &way : ways) {
        if (files.setting(profile, way.setting) != nullptr) {
            return fail(ErrorCode::Configuration, "profile " + profile + " gets its credentials " +
                                                      way.words +
                                                      ", which this version cannot do: use access keys, or "
                                                      "store credentials in the keychain");
        }
    }
    return {};
}

} // namespace

Result<Credentials> resolveCredentials(const Settings &settings, const Environment &environment,
                                       const AwsFiles &files, Timestamp now) {
    if (!settings.profileIsExplicit) {
        auto found = fromEnvironment(environment, now);
        if (!found) {
            return failFrom(found);
        }
        if (*found) {
            return std::move(**found);
        }
    }
    const std::string &profile = settings.profile.value;
    if (auto good = refuseOtherWays(files, profile, beforeCredentialsFile); !good) {
        return failFrom(good);
    }
    auto shared =
        fromSection(files.credentials, profile, "shared-credentials-file", files.credentialsPath.string());
    if (!shared) {
        return failFrom(shared);
    }
    if (*shared) {
        return std::move(**shared);
    }
    if (auto good = refuseOtherWays(files, profile, beforeConfigFile); !good) {
        return failFrom(good);
    }
    auto config = fromSection(files.config, profile, "config-file", files.configPath.string());
    if (!config) {
        return failFrom(config);
    }
    if (*config) {
        return std::move(**config);
    }
    return fail(ErrorCode::NoCredentials, "Unable to locate credentials. You can configure credentials by "
                                          "running \"aws configure\".");
}

} // namespace keyturn::credentials
