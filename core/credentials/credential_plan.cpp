// SPDX-License-Identifier: Apache-2.0
#include "credentials/credential_plan.h"

#include "credentials/plan_ways.h"

#include "base/text.h"

namespace keyturn::credentials {

namespace {

/// What is set although Keyturn does not go that way; empty: nothing.
std::string unusedWays(const Environment &environment) {
    for (const char *name :
         {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
        if (const auto value = environment(name); value && !value->empty()) {
            return std::string(" ") + name +
                   " is set, but Keyturn never asks container or instance services.";
        }
    }
    return {};
}

/// Lengths keep the parts apart.
void addPart(std::string_view part, std::string &key) {
    key += std::to_string(part.size());
    key += ':';
    key += part;
}

std::string baseIdentity(const CredentialPlan &base) {
    if (const auto *keys = std::get_if<StaticKeys>(&base.way)) {
        return "keys " + keys->credentials.accessKeyId;
    }
    if (const auto *process = std::get_if<ProcessCredentials>(&base.way)) {
        return "process " + process->command;
    }
    return sessionKey(base);
}

} // namespace

MaybePlan planWithoutRole(const PlanInput &in, const std::string &profile, bool withEnvironment) {
    if (auto plan = planWebIdentity(in, profile, withEnvironment); !plan || *plan) {
        return plan;
    }
    for (const auto way : {planSso, planCredentialsFile, refuseLoginSession, planProcess, planConfigFile}) {
        if (auto plan = way(in, profile); !plan || *plan) {
            return plan;
        }
    }
    return std::optional<CredentialPlan>();
}

Result<CredentialPlan> planCredentials(const Settings &settings, const Environment &environment,
                                       const AwsFiles &files, Timestamp now, const PlanOptions &options) {
    const PlanInput in{settings, environment, files, now, options};
    const std::string &profile = settings.profile.value;
    const bool withEnvironment = !settings.profileIsExplicit;
    MaybePlan plan = withEnvironment ? planEnvironmentKeys(in) : std::optional<CredentialPlan>();
    if (plan && !*plan) {
        plan = planRole(in, profile, {profile});
    }
    if (plan && !*plan) {
        plan = planWithoutRole(in, profile, withEnvironment);
    }
    if (!plan) {
        return failFrom(plan);
    }
    if (!*plan) {
        return fail(ErrorCode::NoCredentials,
                    "Unable to locate credentials. You can configure credentials by "
                    "running \"aws configure\"." +
                        unusedWays(environment));
    }
    return std::move(**plan);
}

std::string sessionKey(const CredentialPlan &plan) {
    std::string key;
    if (const auto *role = std::get_if<AssumedRole>(&plan.way)) {
        key = "role ";
        for (const std::string &part :
             {role->roleArn, role->sessionName, role->externalId, role->mfaSerial,
              role->durationSeconds ? std::to_string(*role->durationSeconds) : std::string(), role->sts.url,
              role->sts.signingRegion, baseIdentity(*role->base)}) {
            addPart(part, key);
        }
    } else if (const auto *web = std::get_if<WebIdentityRole>(&plan.way)) {
        key = "web ";
        for (const std::string &part :
             {web->roleArn, web->sessionName, web->tokenFile.string(), web->sts.url}) {
            addPart(part, key);
        }
    } else if (const auto *sso = std::get_if<SsoRole>(&plan.way)) {
        key = "sso ";
        for (const std::string &part :
             {sso->sessionName, sso->startUrl, sso->region, sso->oidc.url, join(sso->scopes, " ")}) {
            addPart(part, key);
        }
    }
    return key;
}

} // namespace keyturn::credentials
