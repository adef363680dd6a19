// SPDX-License-Identifier: Apache-2.0
// IAM Identity Center in the config file: a profile that names an [sso-session], or holds everything itself.
#include "credentials/plan_ways.h"

#include "credentials/service_endpoints.h"

#include "base/text.h"

#include <QCryptographicHash>

#include <array>

namespace keyturn::credentials {

namespace {

constexpr std::array<const char *, 4> needed = {"sso_role_name", "sso_account_id", "sso_start_url",
                                                "sso_region"};

/// The settings of profile and session together; both may say the same, never different things.
Result<std::map<std::string, std::string>> merged(const PlanInput &in, const std::string &profile,
                                                  const std::string *sessionName) {
    std::map<std::string, std::string> out;
    if (sessionName != nullptr) {
        const auto session = in.files.config.ssoSessions.find(*sessionName);
        if (session == in.files.config.ssoSessions.end()) {
            return fail(ErrorCode::Configuration,
                        "The specified sso-session does not exist: \"" + *sessionName + "\"");
        }
        out = session->second.settings;
    }
    for (const auto &[name, value] : out) {
        const std::string *own = in.files.setting(profile, name);
        if (own != nullptr && *own != value) {
            return fail(ErrorCode::Configuration, "The value for " + name +
                                                      " is inconsistent between profile (" + *own +
                                                      ") and sso-session (" + value + ").");
        }
    }
    for (const char *name : needed) {
        if (const std::string *own = in.files.setting(profile, name)) {
            out[name] = *own;
        }
    }
    return out;
}

std::vector<std::string> scopesOf(const std::map<std::string, std::string> &settings) {
    std::vector<std::string> out;
    const auto given = settings.find("sso_registration_scopes");
    for (const std::string_view scope :
         split(given != settings.end() ? std::string_view(given->second) : "sso:account:access", ',')) {
        if (!trimmed(scope).empty()) {
            out.emplace_back(trimmed(scope));
        }
    }
    return out;
}

std::string sha1Hex(const std::string &text) {
    return QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha1)
        .toHex()
        .toStdString();
}

} // namespace

MaybePlan planSso(const PlanInput &in, const std::string &profile) {
    if (in.files.setting(profile, "sso_role_name") == nullptr &&
        in.files.setting(profile, "sso_account_id") == nullptr) {
        return std::optional<CredentialPlan>();
    }
    const std::string *sessionName = in.files.setting(profile, "sso_session");
    auto settings = merged(in, profile, sessionName);
    if (!settings) {
        return failFrom(settings);
    }
    std::vector<std::string> missing;
    for (const char *name : needed) {
        if (!settings->contains(name)) {
            missing.emplace_back(name);
        }
    }
    if (!missing.empty()) {
        return fail(
            ErrorCode::Configuration,
            "The profile \"" + profile +
                "\" is configured to use SSO but is missing required configuration: " + join(missing, ", "));
    }
    auto endpoints = ssoEndpoints((*settings)["sso_region"], profile, in.environment, in.files);
    if (!endpoints) {
        return failFrom(endpoints);
    }
    SsoRole out;
    out.sessionName = sessionName != nullptr ? *sessionName : std::string();
    out.startUrl = (*settings)["sso_start_url"];
    out.region = (*settings)["sso_region"];
    out.accountId = (*settings)["sso_account_id"];
    out.roleName = (*settings)["sso_role_name"];
    if (sessionName != nullptr) {
        out.scopes = scopesOf(*settings);
    }
    out.oidc = std::move(endpoints->oidc);
    out.portal = std::move(endpoints->portal);
    out.cliTokenFile = homeOf(in.environment) / ".aws" / "sso" / "cache" /
                       (sha1Hex(sessionName != nullptr ? *sessionName : out.startUrl) + ".json");
    std::string words =
        "IAM Identity Center, role " + out.roleName + " in account " + out.accountId + ", profile " + profile;
    return std::optional(CredentialPlan{std::move(out), profile, std::move(words)});
}

} // namespace keyturn::credentials
